//! `trimtab explain`: a strategy in words, or a manual page.
use trimtab_core::{Error, Kind};
use trimtab_lab::metrics;
use trimtab_strategy::{Evidence, Provenance, Strategy};

use super::manual;
use crate::args::Explain;
use crate::library::LIBRARY;
use crate::portfolio::Source;
use crate::say::{self, Outcome};
use crate::text::{nearest, wrap};

const WIDTH: usize = 96;

/// Prints what `name` is, in words.
pub(crate) fn run(args: &Explain) -> Outcome {
    let name = args.name.as_str();
    if let Some(page) = page(name) {
        return say::result(&page);
    }
    let source = Source::find(name).map_err(|error| match error.kind() {
        Kind::Usage => unknown(name),
        _ => error,
    })?;
    say::result(&words(&source.strategy(&[])?))
}

/// The manual page of a kind or a metric.
fn page(name: &str) -> Option<String> {
    for class in manual::classes() {
        if let Some(info) = class.kinds.iter().find(|info| info.kind == name) {
            return Some(manual::page(class.name, info));
        }
    }
    let metric = metrics::all().find(|metric| metric.key == name)?;
    Some(format!(
        "{} (metric)\n\n{}\n\n{}",
        metric.key,
        metric.name,
        wrap(metric.convention, WIDTH, "")
    ))
}

/// The tree, then where it comes from.
fn words(strategy: &Strategy) -> String {
    // The source is printed with the rest of the provenance, at the width of a screen.
    let rules = Strategy { provenance: Provenance::default(), ..strategy.clone() };
    format!("{}{}", rules.explain(), provenance(&strategy.provenance))
}

fn provenance(from: &Provenance) -> String {
    let mut text = String::new();
    let mut paragraph = |head: &str, body: &str| {
        if !body.is_empty() {
            text += &format!("\n{head}\n{}", wrap(body, WIDTH, "  "));
        }
    };
    paragraph("Source", &from.source);
    paragraph("Evidence", from.evidence.map_or("", evidence));
    if let Some(published) = from.published {
        paragraph("Published", &format!("{}: what comes later is out of sample", published.date()));
    }
    paragraph("Variant", &from.variant);
    paragraph("Why it should work", &from.rationale);
    let behaviour: String = from
        .behaviour
        .iter()
        .map(|(market, what)| wrap(&format!("{market}: {what}"), WIDTH, "  "))
        .collect();
    if !behaviour.is_empty() {
        text += &format!("\nWhat to expect\n{behaviour}");
    }
    let deviations: String =
        from.deviations.iter().map(|line| wrap(&format!("- {line}"), WIDTH, "  ")).collect();
    if !deviations.is_empty() {
        text += &format!("\nHow others differ, or this differs from others\n{deviations}");
    }
    if !from.statistics.is_empty() {
        let line = |(name, value): (&String, &f64)| format!("  {name}: {value}\n");
        let lines: String = from.statistics.iter().map(line).collect();
        text += &format!(
            "\nThe source's own figures\n{lines}{}",
            wrap(&from.statistics_of, WIDTH, "  ")
        );
    }
    text
}

/// What the rules were taken from, in words.
pub(super) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Paper => "the rules were taken from the paper or book",
        Evidence::SourceCode => "the rules were taken from another program's source",
        Evidence::Web => "the rules were taken from web pages",
        Evidence::Unverified => "general knowledge, not verified against a source",
        Evidence::Own => "a rule of this project",
    }
}

fn unknown(name: &str) -> Error {
    let classes = manual::classes();
    let kinds = classes.iter().flat_map(|class| class.kinds.iter().map(|info| info.kind));
    let strategies = LIBRARY.iter().map(|entry| entry.name);
    let names = strategies.chain(kinds).chain(metrics::all().map(|metric| metric.key));
    let error = Error::new(Kind::Usage, format!("nothing is called `{name}`"));
    match nearest(name, names) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`trimtab list` names everything that can be explained"),
    }
}
