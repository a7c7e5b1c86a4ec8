//! A study as one HTML page.
use trimtab_core::Result;
use trimtab_data::{Finding, Severity};
use trimtab_lab::Record;
use trimtab_lab::page::Page;
use trimtab_lab::tearsheet::{Certificate, Data, Doubt, Rival, TearSheet};
use trimtab_lab::variations::{Base, Variations};
use trimtab_sim::{Check, Scope, audit};

use super::{DISCLAIMER, styles};
use crate::study::Study;

/// Runs the strategy again with one thing changed at a time: dearer, later, on other days.
///
/// # Errors
/// When it cannot be run to its end.
pub(crate) fn variations(study: &Study) -> Result<Variations> {
    let base = Base {
        strategy: &study.strategy,
        market: &study.opened.market,
        options: &study.options,
        benchmark: study.rivals.first().map(|rival| rival.returns.as_slice()),
    };
    Variations::of(base)
}

/// Decisions after which the report's audit cuts off and scrambles the future; `trimtab audit` tries more.
const AUDITED: usize = 6;

/// Audits the run: what `trimtab audit` says of it, in sentences.
///
/// # Errors
/// When there is nothing to audit.
pub(crate) fn certificate(study: &Study) -> Result<Certificate> {
    let scope = Scope { dates: AUDITED, seed: study.seed };
    let (market, hash) = (&study.opened.market, &study.opened.hash);
    let made = audit(&study.strategy, market, hash, &study.options, &scope)?;
    let check = |check: &Check| {
        let passed = if check.passed { "passed" } else { "FAILED" };
        format!("{} {passed}: {}.", check.name, check.said)
    };
    let mut lines: Vec<String> = made.checks.iter().map(check).collect();
    lines.extend(made.notes.iter().cloned());
    Ok(Certificate { passed: made.passed(), lines })
}

/// The page.
///
/// # Errors
/// When there is nothing to measure: fewer than two sessions, or everything was lost.
pub(crate) fn page(
    study: &Study,
    variations: &Result<Variations>,
    certificate: Option<Certificate>,
    doubts: Vec<Doubt>,
) -> Result<Page> {
    let run = &study.run;
    let opened = &study.opened;
    let record =
        Record::new(&run.sessions, &run.returns, study.cash.risk_free(), study.per_year())?;
    let rivals = study.rivals.iter().map(|rival| Rival {
        name: &rival.name,
        about: &rival.about,
        returns: &rival.returns,
    });
    let files = opened.files.iter().map(|file| {
        format!("{}: {:?}, {} rows, {} symbols", file.name, file.vendor, file.rows, file.symbols)
    });
    let sheet = TearSheet {
        strategy: &study.strategy,
        market: &opened.market,
        sessions: &run.sessions,
        equity: &run.equity,
        flows: run.flows.iter().any(|flow| *flow != 0.0),
        record,
        rivals: rivals.collect(),
        styles: styles::styles(study),
        books: run.books.as_ref(),
        variations: variations.as_ref().map_err(|error| error.to_string()),
        revisions: study.revisions.as_ref(),
        certificate,
        data: Data {
            source: &opened.source,
            hash: &opened.hash,
            files: files.collect(),
            notices: &study.notices,
            doubts,
        },
        budget: &study.researched.words,
        risk_free: study.cash.words(),
        id: &study.id,
        ended: study.error().map(|error| error.to_string()),
        disclaimer: DISCLAIMER,
    };
    sheet.page()
}

/// What `trimtab data check` finds in the files, rule by rule.
///
/// # Errors
/// When a file cannot be read any more.
pub(crate) fn doubts(study: &Study) -> Result<Vec<Doubt>> {
    let paths = &study.opened.paths;
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let report = trimtab_data::check(paths, &trimtab_data::Options::default())?;
    let doubt = |(rule, severity, count): (&str, Severity, usize)| {
        let alike = |f: &&Finding| f.rule == rule && f.severity == severity;
        let first = report.findings.iter().find(alike).map(ToString::to_string);
        Doubt { what: format!("{severity}: {rule}"), count, first: first.unwrap_or_default() }
    };
    Ok(report.counts().into_iter().map(doubt).collect())
}

/// The drawings of a page as files: their captions as names, an SVG each.
pub(crate) fn drawings(page: &Page) -> Vec<(String, String)> {
    let drawings = page.drawings().into_iter().enumerate();
    drawings
        .map(|(ix, (caption, svg))| (format!("{:02}-{}.svg", ix + 1, slug(caption)), svg))
        .collect()
}

/// Letters and digits of a caption, the rest as single dashes: `return-over-the-last-12-months`.
fn slug(caption: &str) -> String {
    /// Longer names do not fit everywhere.
    const LONGEST: usize = 50;
    let mut slug = String::new();
    for c in caption.to_lowercase().chars() {
        match c.is_ascii_alphanumeric() {
            true => slug.push(c),
            false if slug.ends_with('-') || slug.is_empty() => {}
            false => slug.push('-'),
        }
    }
    slug.truncate(LONGEST);
    slug.trim_end_matches('-').to_owned()
}
