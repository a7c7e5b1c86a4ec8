//! What looks wrong in price files, found by rules that say their formula, their threshold and its reason.
//!
//! A rule is one file of this folder and one entry of [`RULES`]. It sees one symbol of one file at a time, put in
//! order (see `clean`), with its log returns and how the other symbols moved on the same days.
mod dividends;
mod flat;
mod jumps;
mod ohlc;
mod order;
mod raw_adjusted;
mod report;
mod second_source;
mod sessions;
mod spikes;
mod splits;
mod stale;
mod subject;
mod volume;

use std::path::PathBuf;

use jiff::civil::Date;
use serde::Serialize;
use trimtab_core::Result;

use crate::input::Inputs;
use crate::load::{FileRead, Options, Parsed, parse_all, parse_bytes_all};
pub(crate) use subject::Subject;

/// How sure a rule is that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Cannot be true: loading refuses it, or results would be wrong.
    Error,
    /// Is hardly ever true.
    Warning,
    /// Is unusual; somebody should know.
    Note,
}

/// One thing that looks wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static str,
    /// How sure it is.
    pub severity: Severity,
    /// Whose price; empty when it concerns many.
    pub symbol: String,
    /// The day.
    pub date: Option<Date>,
    /// The file.
    pub file: String,
    /// Its line, counted from 1; the row, for Parquet; 0 when it concerns no single line.
    pub line: u32,
    /// What is wrong, in a sentence.
    pub said: String,
    /// The numbers behind it.
    pub evidence: Vec<(&'static str, f64)>,
}

/// All findings about some files.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What was read.
    pub files: Vec<FileRead>,
    /// How many symbols, each counted once for each file that has it.
    pub symbols: usize,
    /// How many rows with a price.
    pub rows: usize,
    /// By severity, rule, symbol and date.
    pub findings: Vec<Finding>,
}

/// A rule of the quality report.
#[derive(Clone, Copy)]
pub struct Rule {
    /// What findings call it.
    pub name: &'static str,
    /// What it looks for, by which formula, with which threshold and why.
    pub about: &'static str,
    check: fn(&Subject<'_>, &mut Vec<Finding>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rule({})", self.name)
    }
}

/// The rules, in the order in which they are listed.
pub const RULES: &[Rule] = &[
    order::UNREADABLE,
    order::NON_POSITIVE,
    order::ORDER,
    sessions::RULE,
    stale::RULE,
    spikes::RULE,
    jumps::RULE,
    splits::RULE,
    second_source::RULE,
    raw_adjusted::RULE,
    ohlc::RULE,
    flat::RULE,
    volume::RULE,
    dividends::RULE,
];

/// Reads files and folders and reports what looks wrong. Nothing is refused but files that are no tables.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn check(paths: &[PathBuf], options: &Options) -> Result<Report> {
    let keep = options.repairs.keep();
    let parsed = parse_all(&Inputs::find(paths)?.all, |input| input.parse(keep))?;
    Ok(report(parsed, options))
}

/// The same for tables in memory: pairs of a name and bytes.
///
/// # Errors
/// As [`check`].
pub fn check_bytes(files: &[(&str, &[u8])], options: &Options) -> Result<Report> {
    Ok(report(parse_bytes_all(files, options.repairs.keep())?, options))
}

fn report(mut parsed: Vec<Parsed>, options: &Options) -> Report {
    let wanted = |symbol: &str| {
        options.symbols.as_ref().is_none_or(|all| all.iter().any(|wanted| wanted == symbol))
    };
    for file in &mut parsed {
        file.keep(wanted);
    }
    let apart = options.apart.unwrap_or(second_source::APART);
    let subjects = subject::subjects(&parsed, apart);
    let mut findings = Vec::new();
    for file in &parsed {
        order::unplaced(file, &mut findings);
    }
    for subject in &subjects {
        for rule in RULES {
            (rule.check)(subject, &mut findings);
        }
    }
    stale::feeds(&subjects, &mut findings);
    let inside =
        |date: Date| options.from.is_none_or(|f| date >= f) && options.to.is_none_or(|t| date <= t);
    findings.retain(|finding| finding.date.is_none_or(inside));
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.severity, place(f.rule), f.symbol.clone(), f.date, f.line);
        key(a).cmp(&key(b))
    });
    Report {
        symbols: subjects.len(),
        rows: subjects.iter().map(|subject| subject.history.len()).sum(),
        files: parsed.into_iter().map(|file| file.read).collect(),
        findings,
    }
}

/// Where a rule stands among the rules.
fn place(name: &str) -> usize {
    RULES.iter().position(|rule| rule.name == name).unwrap_or(RULES.len())
}

impl Subject<'_> {
    /// A finding about one row.
    pub(crate) fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        row: usize,
        said: impl Into<String>,
        evidence: &[(&'static str, f64)],
    ) -> Finding {
        Finding {
            rule,
            severity,
            symbol: self.history.symbol.clone(),
            date: Some(self.history.dates[row]),
            file: self.history.file.to_string(),
            line: self.history.lines[row],
            said: said.into(),
            evidence: evidence.to_vec(),
        }
    }
}
