//! What a path stands for: a file, the files of a folder, or the entries of a store.
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use trimtab_core::Result;

use crate::file::{self, File};
use crate::history::History;
use crate::layout::{Meaning, Vendor};
use crate::load::Parsed;
use crate::repair::Keep;
use crate::series::Readings;
use crate::store::{Address, Entry, Rows, Store, What};

/// One thing to read.
pub(crate) enum Input {
    File(PathBuf),
    Stored(Arc<Store>, Entry),
    /// A series of a store that another source gives too.
    Second(Entry),
}

/// Everything that paths stand for.
#[derive(Default)]
pub(crate) struct Inputs {
    pub(crate) all: Vec<Input>,
    /// The table of former tickers and the like that a store holds.
    pub(crate) meta: Option<File>,
    pub(crate) stores: Vec<StoreRead>,
}

/// A store that was read, so that a report can name what it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreRead {
    /// Its folder, as given.
    pub root: String,
    /// The snapshot that was asked for; the present without it.
    pub snapshot: Option<String>,
    /// Identifies what it held: `--data store:DIR@HASH` reads the same again, as long as a snapshot keeps it.
    pub hash: String,
}

impl Inputs {
    /// Finds what the paths stand for, in their order.
    ///
    /// # Errors
    /// When there is no such path, a folder holds no table, or a store cannot be read.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self> {
        let mut found = Self::default();
        for path in paths {
            match Address::of(path) {
                Some(address) => found.store(&address)?,
                None => found.all.extend(file::find(path)?.into_iter().map(Input::File)),
            }
        }
        Ok(found)
    }

    fn store(&mut self, address: &Address) -> Result<()> {
        let store = Store::open(&address.root)?;
        let store = match &address.at {
            Some(at) => store.at(at)?,
            None => store,
        };
        self.stores.push(StoreRead {
            root: address.root.display().to_string(),
            snapshot: address.at.clone(),
            hash: store.hash(),
        });
        let store = Arc::new(store);
        let mut series: Vec<&str> = Vec::new();
        for entry in store.entries() {
            let is_series = matches!(entry.key.what, What::Readings | What::Facts);
            if entry.key.what == What::Meta {
                let bytes = text(&store, entry)?;
                self.meta = Some(File { name: entry.key.to_string(), bytes });
            } else if is_series && series.contains(&entry.key.name.as_str()) {
                self.all.push(Input::Second(entry.clone()));
            } else {
                self.all.push(Input::Stored(Arc::clone(&store), entry.clone()));
            }
            if is_series {
                series.push(&entry.key.name);
            }
        }
        Ok(())
    }
}

impl Input {
    /// Reads it and puts it in order.
    pub(crate) fn parse(&self, keep: Keep) -> Result<Parsed> {
        let (store, entry) = match self {
            Input::File(path) => return Parsed::new(&file::read(path)?, keep),
            Input::Second(entry) => {
                let text =
                    format!("{} is not used: the source fetched first is believed", entry.key);
                return Ok(Parsed::unused(entry.key.to_string(), text));
            }
            Input::Stored(store, entry) => (store, entry),
        };
        let name = match entry.key.what {
            // The name of the table is that of the universe.
            What::Members => entry.key.name.clone(),
            _ => entry.key.to_string(),
        };
        if entry.key.what.is_text() {
            return Parsed::new(&File { name, bytes: text(store, entry)? }, keep);
        }
        let symbol = entry.key.name.clone();
        Ok(match store.rows(entry)? {
            Rows::Prices(bars) => Parsed::stored(History::of(bars, symbol, &name, Meaning::Raw)),
            Rows::Adjusted(bars) => {
                Parsed::stored(History::of(bars, symbol, &name, Meaning::Adjusted))
            }
            Rows::Readings(all) => {
                let rows = (1..).zip(all).map(|(line, (date, value))| (date, None, value, line));
                let readings = Readings::new(&symbol, rows.collect());
                Parsed::of_readings(readings, name, Vendor::Series)
            }
            Rows::Facts(all) => {
                let row =
                    |(line, f): (u32, trimtab_core::Fact)| (f.about, Some(f.known), f.value, line);
                let rows = (1..).zip(all).map(row).collect();
                Parsed::of_readings(Readings::new(&symbol, rows), name, Vendor::Facts)
            }
        })
    }
}

fn text(store: &Store, entry: &Entry) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in &entry.parts {
        bytes.extend(store.bytes(entry.key.what, part)?);
    }
    Ok(bytes)
}
