//! The local store: what was fetched or imported, in files that are never changed, and a journal of what holds now.
//!
//! ```text
//! STORE/objects/3f/3f9c….parquet   rows; the name is the BLAKE3 hash of the bytes, so a file is whole or not itself
//! STORE/index.log                  one line for each change: its checksum, then the entry as JSON; the last one holds
//! STORE/snapshots/NAME.json        the entries of one moment
//! STORE/lock                       held by the one command that writes
//! ```
//!
//! A file is written under another name, synced, and renamed; only then a line is appended to the journal and synced.
//! Whatever stops a writer, the lines before stand and all their files exist. A line that was cut off is the last
//! one, fails its checksum, and counts as not written.
//!
//! An entry has at most two parts, a long one and the `TAIL_MAX` rows behind it: a new day rewrites the short one.
//! Loading joins them, so it never shows.
mod address;
mod entry;
mod import;
mod journal;
mod object;
mod rows;
mod snapshot;
mod verify;
mod write;

use std::path::{Path, PathBuf};

use trimtab_core::{Error, Kind, Result};

pub(crate) use address::Address;
pub use entry::{Entry, Key, Part, What};
pub use import::{Imported, import};
pub use rows::{Bars, Rows};
pub use snapshot::Snapshot;
pub use verify::Damage;
pub use write::{Change, Writer, Written};

/// What the store holds at one moment.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    /// In the order in which they were first written: of two sources the first is believed.
    entries: Vec<Entry>,
}

impl Store {
    /// What the store holds now.
    ///
    /// # Errors
    /// [`Kind::Io`] when there is no store, [`Kind::Data`] when a line of its journal, other than the last, is damaged.
    pub fn open(root: &Path) -> Result<Self> {
        let path = root.join(journal::NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::new(Kind::Io, "there is no store")
                    .place(root.display().to_string())
                    .hint("`trimtab data fetch` and `trimtab data import` make one"));
            }
            Err(error) => return Err(failed(&path, &error)),
        };
        let (entries, _) = journal::read(&bytes, &path)?;
        Ok(Self { root: root.to_owned(), entries })
    }

    /// The store that a path names, as `store:DIR` or `store:DIR@SNAPSHOT`; `None` when it names a file.
    ///
    /// # Errors
    /// When there is no such store or snapshot.
    pub fn named(path: &Path) -> Result<Option<Self>> {
        let Some(address) = Address::of(path) else { return Ok(None) };
        let store = Self::open(&address.root)?;
        match &address.at {
            Some(at) => store.at(at).map(Some),
            None => Ok(Some(store)),
        }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All entries, in the order in which they were first written.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a key.
    pub fn entry(&self, key: &Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == *key)
    }

    /// The rows of an entry.
    ///
    /// # Errors
    /// When a file is gone or is not what its name says.
    pub fn rows(&self, entry: &Entry) -> Result<Rows> {
        Rows::of(entry.key.what, self.columns(entry)?, &entry.key.to_string())
    }
}

/// Rows of the short part: more would be rewritten each day, fewer would fold into the long part more often. With n rows
/// a year of daily updates writes about 252 n / 2 short rows and 252 / n times the whole history; for twenty years the
/// sum is least near n = 100.
pub(crate) const TAIL_MAX: usize = 100;

pub(crate) fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Kind::Io, error.to_string()).place(path.display().to_string())
}
