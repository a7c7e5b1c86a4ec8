//! One moment of a store under a name and a hash.
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use trimtab_core::{Error, Kind, Result};

use super::entry::Entry;
use super::{Store, Writer, failed, object};

/// The folder of snapshots.
const FOLDER: &str = "snapshots";

/// The entries of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// Identifies the content: see [`Store::hash`].
    pub hash: String,
    /// What held then.
    pub entries: Vec<Entry>,
}

/// Fewer digits of a hash than this name nothing: a name of seven letters could be meant.
const DIGITS_MIN: usize = 8;

impl Store {
    /// BLAKE3 over keys and files in their order, as 64 hexadecimal digits. Files are named by their own hash, so this
    /// stands for every byte of the rows.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for entry in &self.entries {
            // A zero byte cannot stand in a key, so no two stores are one text.
            hasher.update(entry.key.what.word().as_bytes());
            hasher.update(format!("\0{}\0{}\0", entry.key.name, entry.key.source).as_bytes());
            for part in &entry.parts {
                hasher.update(part.object.as_bytes());
            }
            hasher.update(b"\0");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// All snapshots, by name.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>> {
        let folder = self.root.join(FOLDER);
        let mut all = Vec::new();
        let found = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
            found => found.map_err(|error| failed(&folder, &error))?,
        };
        for file in found {
            let path = file.map_err(|error| failed(&folder, &error))?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let text = std::fs::read(&path).map_err(|error| failed(&path, &error))?;
                let snapshot: Snapshot = serde_json::from_slice(&text).map_err(|error| {
                    Error::data(format!("the snapshot cannot be read: {error}"))
                        .place(path.display().to_string())
                })?;
                all.push(snapshot);
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// The store as it was at a snapshot, given its name or the first digits of its hash; the present also answers to
    /// its hash.
    ///
    /// # Errors
    /// When there is none, or it is not what its hash says.
    pub fn at(&self, wanted: &str) -> Result<Store> {
        let place = self.root.display().to_string();
        let snapshots = self.snapshots()?;
        let digits = wanted.len() >= DIGITS_MIN;
        let named = snapshots.iter().find(|s| s.name == wanted);
        let found =
            named.or_else(|| snapshots.iter().find(|s| digits && s.hash.starts_with(wanted)));
        if let Some(snapshot) = found {
            let store = Store { root: self.root.clone(), entries: snapshot.entries.clone() };
            return match store.hash() == snapshot.hash {
                true => Ok(store),
                false => {
                    Err(Error::data(format!("the snapshot {} was changed", snapshot.name))
                        .place(place))
                }
            };
        }
        if digits && self.hash().starts_with(wanted) {
            return Ok(self.clone());
        }
        let names: Vec<&str> = snapshots.iter().map(|s| s.name.as_str()).collect();
        let error = Error::data(format!("there is no snapshot `{wanted}`")).place(place);
        Err(match names.is_empty() {
            true => error.hint("`trimtab data snapshot NAME` makes one"),
            false => error.hint(format!("there are: {}", names.join(", "))),
        })
    }
}

impl Writer {
    /// Names what the store holds now. A name holds for ever: making it twice is an error unless nothing changed.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a name that is no name or is taken; [`Kind::Io`] when it cannot be written.
    pub fn snapshot(&self, name: &str) -> Result<Snapshot> {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.starts_with('.') || !name.chars().all(fine) {
            return Err(Error::new(
                Kind::Usage,
                format!("`{name}` cannot be the name of a snapshot"),
            )
            .hint("use letters, digits, `-`, `_` and `.`"));
        }
        let store = self.store();
        let snapshot = Snapshot {
            name: name.to_owned(),
            hash: store.hash(),
            entries: store.entries().to_vec(),
        };
        if let Some(there) = store.snapshots()?.into_iter().find(|there| there.name == name) {
            return match there.hash == snapshot.hash {
                true => Ok(there),
                false => Err(Error::new(
                    Kind::Usage,
                    format!("the snapshot {name} exists with other rows"),
                )
                .hint("choose another name: backtests may refer to this one")),
            };
        }
        let text = serde_json::to_vec(&snapshot).map_err(|error| Error::data(error.to_string()))?;
        let path: PathBuf = store.root().join(FOLDER).join(format!("{name}.json"));
        object::write(&path, &text)?;
        Ok(snapshot)
    }
}
