//! One page for each class of kinds, from its registry.

use super::types::{self, Definitions, cell, description};
use crate::generated::Generated;
use serde_json::Value;
use trimtab_strategy::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, KindInfo,
};

/// A registry and how its page begins.
struct Class {
    page: &'static str,
    title: &'static str,
    intro: &'static str,
    kinds: fn() -> Vec<KindInfo>,
}

const CLASSES: [Class; 7] = [
    Class {
        page: "signals.md",
        title: "Signals",
        intro: "A signal is an opinion on each asset: higher is more wanted, absent is no opinion. It is written in \
                place or as a table `[signal.NAME]` and called by `\"@NAME\"`.",
        kinds: AnySignal::kinds,
    },
    Class {
        page: "gauges.md",
        title: "Gauges",
        intro: "A gauge is one number for the whole market. It is written in place or as a table `[gauge.NAME]` and \
                called by `\"@NAME\"`.",
        kinds: AnyGauge::kinds,
    },
    Class {
        page: "allocators.md",
        title: "Allocators",
        intro: "Everything that yields weights is an allocator: a rule, an optimiser, a blend of others, an overlay over \
                another. What the weights leave out is cash. It is written in place or as a table `[allocator.NAME]` \
                and called by `\"@NAME\"`.",
        kinds: AnyAllocator::kinds,
    },
    Class {
        page: "limits.md",
        title: "Limits",
        intro: "A limit is a condition on the final weights, a table `[limit.NAME]`. Limits are applied once, at the \
                root, in the order of the file, each by its own remedy; then all are checked.",
        kinds: AnyLimit::kinds,
    },
    Class {
        page: "objectives.md",
        title: "Objectives",
        intro: "An objective is what the weights of the allocator [`optimal`](allocators.md#optimal) are best at. It is \
                written in place, `objective = { kind = \"minimum-variance\" }`.",
        kinds: AnyObjective::kinds,
    },
    Class {
        page: "means.md",
        title: "Expected returns",
        intro: "How the expected returns of `estimates` are made. It is written in place, \
                `mean = { kind = \"historical-mean\" }`. All are a year.",
        kinds: AnyMean::kinds,
    },
    Class {
        page: "covariances.md",
        title: "Covariances",
        intro: "How the covariance of `estimates` is made. It is written in place, \
                `covariance = { kind = \"ledoit-wolf\" }`. All are a year.",
        kinds: AnyCovariance::kinds,
    },
];

/// The pages of all classes.
pub(super) fn pages() -> Result<Vec<Generated>, String> {
    CLASSES.iter().map(page).collect()
}

fn page(class: &Class) -> Result<Generated, String> {
    let kinds = (class.kinds)();
    let mut text = format!("# {}\n\n{}\n\n{}\n\n", class.title, super::MADE, class.intro);
    text += "| kind | idea |\n|---|---|\n";
    let mut sections = String::new();
    for info in &kinds {
        let schema = serde_json::to_value((info.schema)())
            .map_err(|error| format!("the schema of {} is not JSON: {error}", info.kind))?;
        let idea = first_sentence(description(&schema));
        text += &format!("| [`{0}`](#{0}) | {1} |\n", info.kind, cell(&idea));
        sections += &section(info, &schema);
    }
    Ok(Generated { path: format!("{}/{}", super::FOLDER, class.page), text: text + &sections })
}

fn section(info: &KindInfo, schema: &Value) -> String {
    let none = Definitions::new();
    let definitions = schema["$defs"].as_object().unwrap_or(&none);
    format!(
        "\n## `{kind}`\n\n{idea}\n\n{table}\nExample:\n\n```toml\n{example}\n```\n\nSource: {source}.\n",
        kind = info.kind,
        idea = description(schema),
        table = types::table(&types::rows(schema, definitions)),
        example = unindented(info.example),
        source = info.source.trim_end_matches('.'),
    )
}

/// Up to the first full stop that ends a sentence, or the first paragraph.
fn first_sentence(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None => paragraph,
    }
}

/// Without the indentation that all lines share and the blank lines around.
fn unindented(text: &str) -> String {
    let lines: Vec<&str> = text.trim_matches('\n').trim_end().lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let shared = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let kept: Vec<&str> = lines.iter().map(|line| line.get(shared..).unwrap_or_default()).collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_section_with_example_and_source() {
        for (class, page) in CLASSES.iter().zip(pages().expect("pages")) {
            for info in (class.kinds)() {
                assert!(page.text.contains(&format!("\n## `{}`\n", info.kind)), "{}", info.kind);
                assert!(page.text.contains(info.source.trim_end_matches('.')), "{}", info.kind);
            }
        }
    }

    #[test]
    fn examples_in_the_manual_are_strategy_files() {
        for page in pages().expect("pages") {
            for example in page.text.split("```toml\n").skip(1) {
                let example = example.split("```").next().expect("an end");
                let parsed = trimtab_strategy::Strategy::parse(&page.path, example);
                assert!(parsed.is_ok(), "{}", parsed.expect_err("is not ok"));
            }
        }
    }

    #[test]
    fn sentences_and_indents() {
        assert_eq!(
            first_sentence("The 20.5 mean,\nso far. More.\n\nElse"),
            "The 20.5 mean, so far."
        );
        assert_eq!(first_sentence("One\n\nTwo. Three"), "One");
        assert_eq!(unindented("\n    a = 1\n      b\n\n    c\n  "), "a = 1\n  b\n\nc");
    }
}
