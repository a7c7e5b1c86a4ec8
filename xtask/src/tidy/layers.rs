//! Who may know whom: a wrong import must be impossible, so the dependency that would allow it is.

use super::{Finding, Source};

/// Crates that compute and do nothing else.
pub(super) const PURE: [&str; 6] = [
    "trimtab-core",
    "trimtab-math",
    "trimtab-strategy",
    "trimtab-ledger",
    "trimtab-sim",
    "trimtab-lab",
];

/// The crates of the workspace that each pure crate may build on, itself aside. Tests may use more.
const MAY_KNOW: [(&str, &[&str]); 6] = [
    ("trimtab-core", &[]),
    ("trimtab-math", &[]),
    ("trimtab-strategy", &["trimtab-core", "trimtab-math"]),
    ("trimtab-ledger", &["trimtab-core", "trimtab-math"]),
    ("trimtab-sim", &["trimtab-core", "trimtab-math", "trimtab-strategy", "trimtab-ledger"]),
    (
        "trimtab-lab",
        &["trimtab-core", "trimtab-math", "trimtab-strategy", "trimtab-ledger", "trimtab-sim"],
    ),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, known) in MAY_KNOW {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(manifest) = sources.iter().find(|source| source.path == path) else { continue };
        for (dependency, line) in own_dependencies(&manifest.text) {
            if !known.contains(&dependency) {
                let reason = format!("{name} must not know {dependency} (ARCHITECTURE.md)");
                findings.push(Finding::new(manifest, line, reason));
            }
        }
    }
    findings
}

/// The crates of this workspace among the dependencies of a manifest, with their lines; those for
/// tests and benches only are left out.
fn own_dependencies(manifest: &str) -> Vec<(&str, usize)> {
    let mut section = "";
    let mut found = Vec::new();
    for (line, text) in (1..).zip(manifest.lines().map(str::trim)) {
        if let Some(header) = text.strip_prefix('[') {
            section = header.trim_end_matches(']');
            if let Some(name) = section.strip_prefix("dependencies.") {
                found.push((name, line));
            }
        } else if section == "dependencies" {
            let end = text.find(['.', '=', ' ']).unwrap_or(text.len());
            found.push((&text[..end], line));
        }
    }
    found.retain(|(name, _)| name.starts_with("trimtab-"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strategy(manifest: &str) -> Vec<usize> {
        let found = check(&[Source::new("crates/trimtab-strategy/Cargo.toml", manifest)]);
        found.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_strategy_cannot_reach_an_account() {
        let fine = "[dependencies]\ntrimtab-core.workspace = true\nserde = \"1\"\n";
        assert!(strategy(fine).is_empty());
        assert_eq!(strategy("[dependencies]\ntrimtab-ledger.workspace = true\n"), [2]);
        assert_eq!(strategy("[dependencies]\ntrimtab-sim = { path = \"../sim\" }\n"), [2]);
        assert_eq!(strategy("[dependencies.trimtab-data]\nworkspace = true\n"), [1]);
        assert!(strategy("[dev-dependencies]\ntrimtab-data.workspace = true\n").is_empty());
    }

    #[test]
    fn every_pure_crate_has_its_row() {
        assert_eq!(MAY_KNOW.map(|(name, _)| name), PURE);
        assert!(MAY_KNOW.iter().flat_map(|(_, known)| *known).all(|name| PURE.contains(name)));
    }
}
