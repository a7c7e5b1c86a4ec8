//! The text files of the repository, the Rust ones with their tokens.

use super::Finding;
use proc_macro2::TokenStream;
use std::path::Path;
use std::process::Command;

/// One text file of the repository.
pub(super) struct Source {
    /// Relative to the root of the repository, with forward slashes.
    pub path: String,
    /// What it says.
    pub text: String,
    /// Its tokens, if it is Rust that can be read; none otherwise.
    pub tokens: TokenStream,
    /// Why it is not Rust, though its name says so: line and message.
    trouble: Option<(usize, String)>,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Source {
        let mut source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: TokenStream::new(),
            trouble: None,
        };
        if source.is_rust() {
            match text.parse() {
                Ok(tokens) => source.tokens = tokens,
                Err(error) => source.trouble = Some((error.span().start().line, error.to_string())),
            }
        }
        source
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Name of the crate whose library or binary this file is part of; none for its tests, benches
    /// and examples.
    pub(super) fn crate_name(&self) -> Option<&str> {
        let (name, inside) = self.path.strip_prefix("crates/")?.split_once('/')?;
        inside.starts_with("src/").then_some(name)
    }
}

/// Every Rust file must at least consist of Rust tokens, or the other rules are blind to it.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let broken = |source: &Source| {
        let (line, message) = source.trouble.as_ref()?;
        Some(Finding::new(source, *line, format!("this is not Rust: {message}")))
    };
    sources.iter().filter_map(broken).collect()
}

/// All text files that git tracks or would track, ordered by path.
pub(super) fn sources(root: &Path) -> Result<Vec<Source>, String> {
    let mut paths = tracked(root)?;
    paths.sort();
    paths.dedup();
    let mut sources = Vec::new();
    for path in paths {
        let file = root.join(&path);
        if !file.is_file() {
            continue; // deleted and not yet committed, or a link to a folder
        }
        let bytes = std::fs::read(&file).map_err(|error| format!("cannot read {path}: {error}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source::new(&path, &text)); // the rest is data: archives, pictures
        }
    }
    Ok(sources)
}

fn tracked(root: &Path) -> Result<Vec<String>, String> {
    let git = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot run git, which knows the files: {error}"))?;
    if !git.status.success() {
        let said = String::from_utf8_lossy(&git.stderr);
        return Err(format!("git does not list the files of {}: {said}", root.display()));
    }
    let listing = String::from_utf8(git.stdout)
        .map_err(|_| "a file name in the repository is not UTF-8; rename it".to_owned())?;
    Ok(listing.split_terminator('\0').map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_rust_is_found() {
        let broken = Source::new("crates/a/src/lib.rs", "fn f() {\n    (\n}\n");
        assert_eq!(check(&[broken]).len(), 1);
        let fine = Source::new("crates/a/src/lib.rs", "fn f() {}\n");
        assert_eq!(check(&[fine]), []);
    }

    #[test]
    fn only_sources_belong_to_a_crate() {
        let name = |path: &str| Source::new(path, "").crate_name().map(str::to_owned);
        assert_eq!(name("crates/trimtab-math/src/qp.rs").as_deref(), Some("trimtab-math"));
        assert_eq!(name("crates/trimtab-math/tests/qp.rs"), None);
        assert_eq!(name("xtask/src/main.rs"), None);
    }
}
