//! JSON schemas in words: what a table's keys may hold.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Schemas that others refer to, by name.
pub(super) type Definitions = Map<String, Value>;

/// The classes of kinds: the end of the schema's name, the word for one member, the page.
pub(super) const CLASSES: [(&str, &str, &str); 7] = [
    ("AnySignal", "signal", "signals.md"),
    ("AnyGauge", "gauge", "gauges.md"),
    ("AnyAllocator", "allocator", "allocators.md"),
    ("AnyLimit", "limit", "limits.md"),
    ("AnyObjective", "objective", "objectives.md"),
    ("AnyMean", "mean", "means.md"),
    ("AnyCovariance", "covariance", "covariances.md"),
];

/// One line for each key of a table: key, what it holds, what it is when left out, what it means.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) holds: String,
    pub(super) without: String,
    pub(super) meaning: String,
}

/// The keys of the table that `schema` describes, `kind` aside.
pub(super) fn rows(schema: &Value, definitions: &Definitions) -> Vec<Row> {
    let required: BTreeSet<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter(|(key, _)| *key != "kind")
        .map(|(key, property)| Row {
            key: key.clone(),
            holds: holds(property, definitions),
            without: match property.get("default") {
                _ if required.contains(key.as_str()) => "required".into(),
                None | Some(Value::Null) => "none".into(),
                Some(default) => written(default),
            },
            meaning: description(property).replace('\n', " "),
        })
        .collect()
}

/// The table of [`Row`]s in Markdown; a sentence where there are none.
pub(super) fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "It has no parameters.\n".into();
    }
    let mut text = String::from("| key | holds | when left out | meaning |\n|---|---|---|---|\n");
    for Row { key, holds, without, meaning } in rows {
        let [holds, without, meaning] = [holds, without, meaning].map(|text| cell(text));
        text += &format!("| `{key}` | {holds} | {without} | {meaning} |\n");
    }
    text
}

/// The doc of a schema; empty where it has none.
pub(super) fn description(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default().trim()
}

/// Text inside a cell of a table: a bar would end the cell.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What a value of this schema is, in a few words.
pub(super) fn holds(schema: &Value, definitions: &Definitions) -> String {
    if let Some(name) = referred(schema) {
        return named(name, definitions);
    }
    if let Some(choices) = alternatives(schema) {
        let kept: Vec<String> =
            choices.iter().filter(|c| c["type"] != "null").map(|c| holds(c, definitions)).collect();
        return either(&kept);
    }
    if let Some(only) = schema.get("const") {
        return written(only);
    }
    if let Some(values) = schema["enum"].as_array() {
        return either(&values.iter().map(written).collect::<Vec<_>>());
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    match types.into_iter().find(|name| *name != "null") {
        Some("array") => format!("list of {}", plural(&holds(&schema["items"], definitions))),
        Some("object") => object(schema, definitions),
        Some("number") => bounded("number", schema),
        Some("integer") => bounded("whole number", schema),
        Some("string") => string(schema),
        Some("boolean") => "`true` or `false`".into(),
        Some(other) => other.into(),
        None => "any value".into(),
    }
}

/// The name of the definition that a schema refers to.
pub(super) fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// The schemas of which one holds.
pub(super) fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array())
}

/// Whether it deserves a section of its own: a table with keys, choices with docs, or a value with a doc.
pub(super) fn has_section(name: &str, definitions: &Definitions) -> bool {
    let Some(definition) = definitions.get(name) else { return false };
    let keys = definition["properties"].as_object().is_some_and(|keys| !keys.is_empty());
    let is_class = class(name).is_some();
    !is_class && (keys || !description(definition).is_empty())
}

/// The heading of the section of a definition: `CashInterest` is `cash interest`.
pub(super) fn heading(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// A JSON value as it is written in a strategy file.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Object(table) if table.is_empty() => "nothing".into(),
        other => format!("`{}`", toml_text(other)),
    }
}

fn toml_text(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let fields: Vec<String> =
                table.iter().map(|(key, value)| format!("{key} = {}", toml_text(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml_text).collect::<Vec<_>>().join(", "))
        }
        Value::Number(_) => plain(value),
        other => other.to_string(),
    }
}

fn class(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    CLASSES.iter().find(|(class, ..)| name == *class || name.strip_prefix("NodeOf") == Some(class))
}

fn named(name: &str, definitions: &Definitions) -> String {
    if let Some((_, word, page)) = class(name) {
        return format!("[{word}]({page})");
    }
    if has_section(name, definitions) {
        let heading = heading(name);
        return format!("[{heading}](strategy-file.md#{})", heading.replace(' ', "-"));
    }
    definitions.get(name).map_or_else(|| heading(name), |schema| holds(schema, definitions))
}

fn object(schema: &Value, definitions: &Definitions) -> String {
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        return format!("table of {} by name", plural(&holds(values, definitions)));
    }
    let field = |(key, value): (&String, &Value)| {
        format!("{key} = {}", holds(value, definitions).replace('`', ""))
    };
    let fields: Vec<String> =
        schema["properties"].as_object().into_iter().flatten().map(field).collect();
    match fields.is_empty() {
        true => "table".into(),
        false => format!("`{{ {} }}`", fields.join(", ")),
    }
}

fn string(schema: &Value) -> String {
    match schema["pattern"].as_str() {
        Some(pattern) => format!("text like `{pattern}`"),
        None => "text".into(),
    }
}

fn bounded(word: &str, schema: &Value) -> String {
    let bound = |key: &str| schema.get(key).filter(|value| value.is_number()).map(plain);
    let above = bound("exclusiveMinimum").map(|least| format!("above {least}"));
    let below = bound("exclusiveMaximum").map(|most| format!("below {most}"));
    match (bound("minimum"), bound("maximum"), above, below) {
        (Some(least), Some(most), ..) => format!("{word} from {least} to {most}"),
        (Some(least), None, _, None) => format!("{word}, at least {least}"),
        (None, Some(most), None, _) => format!("{word}, at most {most}"),
        (None, None, Some(above), None) => format!("{word} {above}"),
        (None, None, None, Some(below)) => format!("{word} {below}"),
        (None, None, None, None) => word.into(),
        (least, most, above, below) => {
            let least = least.map(|least| format!("at least {least}")).or(above);
            let most = most.map(|most| format!("at most {most}")).or(below);
            let bounds: Vec<String> = least.into_iter().chain(most).collect();
            format!("{word} {}", bounds.join(" and "))
        }
    }
}

/// `1.0` is written `1`.
fn plain(value: &Value) -> String {
    value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string())
}

fn either(choices: &[String]) -> String {
    match choices {
        [] => "nothing".into(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn plural(words: &str) -> String {
    match words {
        "text" | "any value" => words.into(),
        "number" | "whole number" => format!("{words}s"),
        link if link.starts_with('[') => link.replacen("](", "s](", 1),
        numbers if numbers.contains("number") => numbers.replacen("number", "numbers", 1),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(schema: Value) -> String {
        let definitions = json!({
            "Fraction": { "type": "number", "minimum": 0, "maximum": 1 },
            "CashInterest": { "description": "What cash earns.", "oneOf": [] },
            "NodeOfAnySignal": { "anyOf": [] },
        });
        holds(&schema, definitions.as_object().expect("an object"))
    }

    #[test]
    fn values_are_told_in_words() {
        assert_eq!(words(json!({ "type": "integer", "minimum": 1 })), "whole number, at least 1");
        assert_eq!(words(json!({ "type": "number", "exclusiveMinimum": 0.0 })), "number above 0");
        assert_eq!(words(json!({ "$ref": "#/$defs/Fraction" })), "number from 0 to 1");
        assert_eq!(words(json!({ "$ref": "#/$defs/NodeOfAnySignal" })), "[signal](signals.md)");
        assert_eq!(words(json!({ "type": ["string", "null"] })), "text");
        let inner = json!({ "type": "object", "properties": { "less": { "type": "number" } } });
        let outer = json!({ "type": "object", "properties": { "bills": inner } });
        assert_eq!(words(outer), "`{ bills = { less = number } }`");
        assert_eq!(words(json!({ "enum": ["a", "b", "c"] })), "`\"a\"`, `\"b\"` or `\"c\"`");
        let fractions = json!({ "anyOf": [{ "$ref": "#/$defs/Fraction" }, { "type": "null" }] });
        assert_eq!(words(fractions.clone()), "number from 0 to 1");
        assert_eq!(
            words(json!({ "type": "array", "items": fractions })),
            "list of numbers from 0 to 1"
        );
        let interest = json!({ "type": "array", "items": { "$ref": "#/$defs/CashInterest" } });
        assert_eq!(
            words(interest),
            "list of [cash interests](strategy-file.md#cash-interest)",
            "what has a doc has a section"
        );
    }

    #[test]
    fn defaults_are_written_as_in_a_file() {
        let schema = json!({
            "required": ["a"],
            "properties": {
                "a": { "type": "string" },
                "b": { "default": { "every": "month", "session": -1 } },
                "c": {},
                "kind": { "const": "x" },
            }
        });
        let rows = rows(&schema, &Definitions::new());
        let without: Vec<&str> = rows.iter().map(|row| row.without.as_str()).collect();
        assert_eq!(without, ["required", "`{ every = \"month\", session = -1 }`", "none"]);
    }
}
