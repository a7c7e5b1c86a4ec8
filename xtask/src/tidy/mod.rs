//! The rules of STYLE.md that a machine can check. One rule, one file, one line in [`RULES`].

mod coverage;
mod doors;
mod layers;
mod length;
mod modules;
mod source;
mod tokens;
mod unfinished;
mod words;

use source::{Source, sources};
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// A rule looks at all sources and returns what it objects to.
type Rule = fn(&[Source]) -> Vec<Finding>;

const RULES: &[Rule] = &[
    coverage::check,
    doors::check,
    layers::check,
    length::check,
    modules::check,
    source::check,
    unfinished::check,
    words::check,
];

/// One objection: where, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// Relative to the root of the repository, with forward slashes.
    path: String,
    /// Counted from 1.
    line: usize,
    reason: String,
}

impl Finding {
    fn new(source: &Source, line: usize, reason: impl Into<String>) -> Finding {
        Finding { path: source.path.clone(), line, reason: reason.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.reason)
    }
}

/// Prints each finding on a line of its own; fails if there is any.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!("tidy takes no arguments, but was given `{argument}`"));
    }
    let sources = sources(root)?;
    let findings = findings(&sources);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files, nothing to object to", sources.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {} objections; the rules and their reasons are in STYLE.md", findings.len());
    Ok(ExitCode::FAILURE)
}

/// What all rules object to, ordered by place.
fn findings(sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(sources)).collect();
    findings.sort();
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent");
        let sources = sources(root).expect("the files of the repository");
        assert!(sources.iter().any(|source| source.path == "xtask/src/tidy/mod.rs"));
        let lines: Vec<String> = findings(&sources).iter().map(Finding::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    #[test]
    fn a_finding_reads_as_file_line_reason() {
        let source = Source::new("crates/a/src/lib.rs", "fn f() { todo!() }\n");
        let lines: Vec<String> = findings(&[source]).iter().map(Finding::to_string).collect();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("crates/a/src/lib.rs:1: "), "{}", lines[0]);
    }
}
