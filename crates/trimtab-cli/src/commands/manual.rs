//! The kinds of the strategy file as lists and manual pages, out of the registries.
use serde_json::Value;
use trimtab_strategy::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, KindInfo,
};

use crate::text::{Side, columns, wrap};

/// Manual pages are read on screens of this width.
const WIDTH: usize = 96;

/// One registry: what its members are called, and the members.
pub(crate) struct Class {
    /// In the singular, as in the strategy file: `signal`.
    pub(crate) name: &'static str,
    /// The members.
    pub(crate) kinds: Vec<KindInfo>,
}

/// The registries.
pub(crate) fn classes() -> [Class; 7] {
    [
        Class { name: "signal", kinds: AnySignal::kinds() },
        Class { name: "gauge", kinds: AnyGauge::kinds() },
        Class { name: "allocator", kinds: AnyAllocator::kinds() },
        Class { name: "limit", kinds: AnyLimit::kinds() },
        Class { name: "objective", kinds: AnyObjective::kinds() },
        Class { name: "mean", kinds: AnyMean::kinds() },
        Class { name: "covariance", kinds: AnyCovariance::kinds() },
    ]
}

/// The kind in one line: its documentation up to the formula.
pub(crate) fn summary(info: &KindInfo) -> String {
    let doc = doc(&(info.schema)().to_value());
    let head = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = [": $", ":$", ", $", ". "].iter().filter_map(|mark| head.find(mark)).min();
    head[..end.unwrap_or(head.len())].trim_end_matches(['.', ':']).to_owned()
}

/// The manual page: idea and formula, parameters, example, source.
pub(crate) fn page(class: &str, info: &KindInfo) -> String {
    let schema = (info.schema)().to_value();
    let mut text = format!("{} ({class})\n\n", info.kind);
    for paragraph in doc(&schema).split("\n\n") {
        text += &wrap(paragraph, WIDTH, "");
        text.push('\n');
    }
    let parameters = parameters(&schema);
    if !parameters.is_empty() {
        text += &format!("Parameters\n{}\n", columns(&parameters, &[Side::Left]));
    }
    text += &format!("Example\n{}\n", example(info.example));
    text += &format!("Source\n{}", wrap(info.source, WIDTH, "  "));
    text
}

fn doc(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

fn parameters(schema: &Value) -> Vec<Vec<String>> {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| {
            let must = match (required.contains(&name.as_str()), &property["default"]) {
                (true, _) => "required".to_owned(),
                (false, Value::Null) => "optional".to_owned(),
                (false, default) => format!("default {default}"),
            };
            let about = doc(property).replace('\n', " ");
            vec![format!("  {name}"), must, about]
        })
        .collect()
}

/// The example without the blanks that stand before every line.
fn example(text: &str) -> String {
    let lines: Vec<&str> = text.lines().skip_while(|line| line.trim().is_empty()).collect();
    let blanks = |line: &&str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|l| !l.trim().is_empty()).map(blanks).min().unwrap_or(0);
    let line = |line: &str| format!("  {}\n", line.get(least..).unwrap_or("").trim_end());
    lines.into_iter().map(line).collect::<String>().trim_end().to_owned() + "\n"
}
