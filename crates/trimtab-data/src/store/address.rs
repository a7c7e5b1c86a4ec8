//! How a store is named where a path is expected: `store:DIR`, `store:DIR@SNAPSHOT`.
use std::path::{Path, PathBuf};

/// A store and the moment of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) root: PathBuf,
    /// A snapshot's name or the first digits of its hash; the present without it.
    pub(crate) at: Option<String>,
}

impl Address {
    /// What a path means when it names a store.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let rest = path.to_str()?.strip_prefix("store:")?;
        let (root, at) = match rest.rsplit_once('@') {
            // An `@` may also stand within the path of the folder.
            Some((root, at)) if !at.contains(['/', '\\']) => (root, Some(at.to_owned())),
            _ => (rest, None),
        };
        Some(Self { root: PathBuf::from(root), at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_told_from_a_path() {
        let of = |text: &str| Address::of(Path::new(text));
        assert_eq!(of("data/SPY.csv"), None);
        let plain = of("store:my/store").unwrap();
        assert_eq!((plain.root, plain.at), (PathBuf::from("my/store"), None));
        let named = of("store:a@b/c@year-end").unwrap();
        assert_eq!((named.root, named.at), (PathBuf::from("a@b/c"), Some("year-end".to_owned())));
    }
}
