//! Whether every file is what its name says.
use rayon::prelude::*;
use serde::Serialize;

use super::{Entry, Store};

/// An entry that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// Which entry.
    pub entry: String,
    /// What is wrong with it, and where.
    pub said: String,
}

impl Store {
    /// Reads every file of every entry and holds it against its name and its own rules.
    pub fn verify(&self) -> Vec<Damage> {
        let wrong = |entry: &Entry| {
            let read = match entry.key.what.is_text() {
                true => entry
                    .parts
                    .iter()
                    .try_for_each(|part| self.bytes(entry.key.what, part).map(|_| ())),
                false => self.rows(entry).and_then(|rows| rows.check()),
            };
            let said = read.err()?.to_string();
            Some(Damage { entry: entry.key.to_string(), said })
        };
        let found: Vec<Option<Damage>> = self.entries().par_iter().map(wrong).collect();
        found.into_iter().flatten().collect()
    }
}
