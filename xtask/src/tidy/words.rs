//! Nothing that is true on one machine only: its paths, its package mirrors.

use super::{Finding, Source};

/// What must not occur, and why. The words are written in two halves so that this list does not
/// object to itself.
const WORDS: [(&str, &str); 13] = [
    (concat!("/wo", "rk/"), MACHINE),
    (concat!("/fa", "rm/"), MACHINE),
    (concat!("/ro", "ot/"), MACHINE),
    (concat!("/ho", "me/"), MACHINE),
    (concat!("/tmp/", "te", "am"), MACHINE),
    (concat!("/tmp/", "target"), MACHINE),
    (concat!("bash_", "jobs"), MACHINE),
    (concat!(".lib", "rary/"), MACHINE),
    (concat!("index", "-url"), HOST),
    (concat!("replace", "-with"), HOST),
    (concat!("python", "hosted.org"), HOST),
    (concat!("registry.npm", "js"), HOST),
    (concat!("FIX", "ME"), "something is broken: mend it or write down in DESIGN.md why not"),
];
const MACHINE: &str = "a path of one machine: use one relative to the repository";
const HOST: &str = "where packages come from is set by whoever builds, not by the repository";

/// The only origin of a package that the lockfile may name: cargo's own name for the public registry.
const PUBLIC_INDEX: &str = "\"registry+https://github.com/rust-lang/crates.io-index\"";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for (line, text) in (1..).zip(source.text.lines()) {
            for (word, reason) in WORDS {
                if text.contains(word) {
                    findings.push(Finding::new(source, line, format!("`{word}`: {reason}")));
                }
            }
        }
        findings.extend(lockfile(source));
    }
    findings
}

fn lockfile(source: &Source) -> Vec<Finding> {
    if !source.path.ends_with("Cargo.lock") {
        return Vec::new();
    }
    let foreign = |text: &str| text.starts_with("source = ") && !text.contains(PUBLIC_INDEX);
    (1..)
        .zip(source.text.lines())
        .filter(|(_, text)| foreign(text))
        .map(|(line, text)| Finding::new(source, line, format!("{text}: {HOST}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_wherever_it_stands() {
        for (word, _) in WORDS {
            let found = check(&[Source::new("docs/a.md", &format!("fine\nsee {word}x\n"))]);
            assert_eq!(found.len(), 1, "{word}");
            assert_eq!(found[0].line, 2);
        }
    }

    #[test]
    fn the_lockfile_names_the_public_registry_only() {
        let lock = |source: &str| {
            check(&[Source::new("Cargo.lock", &format!("[[package]]\nsource = {source}\n"))]).len()
        };
        assert_eq!(lock(PUBLIC_INDEX), 0);
        assert_eq!(lock("\"sparse+https://mirror.example/index/\""), 1);
        assert_eq!(lock("\"git+https://example.org/a.git#1\""), 1);
    }
}
