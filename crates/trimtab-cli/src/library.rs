//! The strategies that ship with the program.
use trimtab_core::Result;
use trimtab_strategy::Strategy;

/// A strategy of the library.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The name it is called by.
    pub(crate) name: &'static str,
    /// Its file.
    pub(crate) text: &'static str,
}

/// Every strategy of the library, by name: the files of the repository's folder `strategies`.
pub(crate) const LIBRARY: &[Entry] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

impl Entry {
    /// Reads it.
    ///
    /// # Errors
    /// Never for an entry as shipped: a test reads them all.
    pub(crate) fn strategy(&self) -> Result<Strategy> {
        Strategy::parse(self.name, self.text)
    }
}

/// The entry of that name.
#[allow(dead_code)] // not every face looks for one
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    LIBRARY.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../strategies");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|file| file.strip_suffix(".toml").map(str::to_owned))
            .collect();
        files.sort();
        assert_eq!(files, LIBRARY.iter().map(|e| e.name).collect::<Vec<_>>());
    }

    #[test]
    fn every_entry_reads_and_says_where_it_comes_from() {
        for entry in LIBRARY {
            let strategy = entry.strategy().unwrap();
            assert!(!strategy.title.is_empty(), "{}", entry.name);
            assert!(!strategy.provenance.source.is_empty(), "{}", entry.name);
            assert!(strategy.provenance.evidence.is_some(), "{}", entry.name);
            assert!(!strategy.provenance.rationale.is_empty(), "{}", entry.name);
            let again = Strategy::from_canonical(&strategy.canonical()).unwrap();
            assert_eq!(again, strategy, "{}", entry.name);
        }
    }
}
