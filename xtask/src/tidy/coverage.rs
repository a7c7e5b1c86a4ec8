//! Every test that docs/coverage.md names exists: a promise whose test was renamed is a promise nobody keeps.

use super::{Finding, Source};

/// The page, and how it writes a test: `` `crate/name` ``.
const PAGE: &str = "docs/coverage.md";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else { return Vec::new() };
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(page.text.lines()) {
        for (owner, test) in tests_of(text) {
            let (folder, definition) = match owner {
                "trimtab-python" => ("python/".to_owned(), format!("def {test}(")),
                _ => (format!("crates/{owner}/"), format!("fn {test}(")),
            };
            let mut own = sources.iter().filter(|source| source.path.starts_with(&folder));
            if !own.any(|source| source.text.contains(&definition)) {
                findings.push(Finding::new(page, line, format!("{owner} has no test {test}")));
            }
        }
    }
    findings
}

/// Crate and name of each test that a line names.
fn tests_of(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.starts_with("trimtab-"))
        .filter_map(|word| word.split_once('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_what_stands_in_backticks_with_a_crate() {
        let line = "| S0-01 | `trimtab list` | `trimtab-core/a_b`, `trimtab-sim/c` |";
        assert_eq!(
            tests_of(line).collect::<Vec<_>>(),
            [("trimtab-core", "a_b"), ("trimtab-sim", "c")]
        );
    }
}
