//! The page on the strategy file, from its schema.

use super::types::{self, Definitions, alternatives, cell, description, heading, holds, referred};
use crate::generated::Generated;
use serde_json::Value;

const INTRO: &str = "\
A strategy file is TOML: some keys, then tables. Nodes (signals, gauges, allocators) stand in tables of their own
and are called by name, `by = \"@trend\"`, or are written in place, `by = { kind = \"sma-ratio\", fast = 20, slow = 200 }`.
A misspelt key, a table that nothing uses and a value that makes no sense are errors with line and column.
The same facts, for editors, stand in `schema/strategy.schema.json`.";

/// The page.
pub(super) fn page() -> Result<Generated, String> {
    let schema = serde_json::to_value(trimtab_strategy::schema())
        .map_err(|error| format!("the schema of the file is not JSON: {error}"))?;
    let none = Definitions::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&none);
    let mut text = format!("# The strategy file\n\n{}\n\n{INTRO}\n\n", super::MADE);
    text += &types::table(&types::rows(&schema, definitions));
    for name in in_order(&schema, definitions) {
        text += &section(name, &definitions[name], definitions);
    }
    Ok(Generated { path: format!("{}/strategy-file.md", super::FOLDER), text })
}

/// The definitions with a section, in the order in which a reader of the page meets them.
fn in_order<'s>(schema: &'s Value, definitions: &'s Definitions) -> Vec<&'s str> {
    let mut names = Vec::new();
    // The sections and, after them, the small values that kinds share.
    collect(schema, definitions, &mut names);
    for definition in definitions.values() {
        collect(definition, definitions, &mut names);
    }
    names
}

fn collect<'s>(value: &'s Value, definitions: &'s Definitions, names: &mut Vec<&'s str>) {
    if let Some(name) = referred(value) {
        if types::has_section(name, definitions) && !names.contains(&name) {
            names.push(name);
            collect(&definitions[name], definitions, names);
        }
        return;
    }
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| collect(item, definitions, names));
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| *key != "$defs");
            fields.for_each(|(_, value)| collect(value, definitions, names));
        }
        _ => {}
    }
}

fn section(name: &str, schema: &Value, definitions: &Definitions) -> String {
    let mut text = format!("\n## {}\n\n", heading(name));
    let doc = description(schema);
    if !doc.is_empty() {
        text += &format!("{doc}\n\n");
    }
    match alternatives(schema) {
        Some(choices) if choices.iter().any(|choice| !meaning(choice).is_empty()) => {
            text + &choice_table(choices, definitions)
        }
        _ if schema["properties"].is_object() => {
            text + &types::table(&types::rows(schema, definitions))
        }
        _ => format!("{text}It is written as {}.\n", holds(schema, definitions)),
    }
}

fn choice_table(choices: &[Value], definitions: &Definitions) -> String {
    let mut text = String::from("| written as | meaning |\n|---|---|\n");
    for choice in choices {
        let written = cell(&holds(choice, definitions));
        text += &format!("| {written} | {} |\n", cell(&meaning(choice)));
    }
    text
}

/// The doc of a choice, or of its fields where only they have one.
fn meaning(choice: &Value) -> String {
    let own = description(choice);
    let fields = choice["properties"].as_object().into_iter().flatten();
    let docs = fields.map(|(_, field)| description(field)).filter(|doc| !doc.is_empty());
    match own.is_empty() {
        true => docs.collect::<Vec<_>>().join(" "),
        false => own.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_file_and_every_link_has_its_place() {
        let text = page().expect("a page").text;
        for key in ["root", "universe", "schedule", "execution", "costs", "range"] {
            assert!(text.contains(&format!("| `{key}` |")), "{key}");
        }
        for link in text.split("](strategy-file.md#").skip(1) {
            let anchor = link.split(')').next().expect("an end").replace('-', " ");
            assert!(text.contains(&format!("\n## {anchor}\n")), "no section `{anchor}`");
        }
    }
}
