//! `trimtab data import` and `snapshot`: what goes into a store, and what it is called.
use std::path::{Path, PathBuf};

use serde_json::json;
use trimtab_core::Error;
use trimtab_data::Options;
use trimtab_data::store::{Change, Damage, Key, Store, Writer, import as into_store};

use crate::args::Format;
use crate::report::table::notices;
use crate::say::{self, Outcome};
use crate::text::{Side, columns};

/// Files into a store.
pub(crate) fn import(
    paths: &[PathBuf],
    store: &Path,
    source: &str,
    options: &Options,
    format: Format,
) -> Outcome {
    let mut writer = Writer::open(store)?;
    let imported = into_store(&mut writer, paths, source, options)?;
    writer.sweep()?;
    let log: Vec<String> = imported.log.iter().map(ToString::to_string).collect();
    match format {
        Format::Json => say::json(&json!({
            "hash": writer.store().hash(),
            "entries": imported.changes.iter().map(as_json).collect::<Vec<_>>(),
            "notices": log,
        })),
        Format::Table => {
            let mut rows = vec![["Name", "What", "Change"].map(str::to_owned).to_vec()];
            for (key, change) in &imported.changes {
                rows.push(vec![key.name.clone(), key.what.word().to_owned(), word(*change)]);
            }
            let table = columns(&rows, &[Side::Left; 3]);
            say::result(&(table + &notices(&log)))
        }
    }
}

/// What an entry went through, for programs.
pub(crate) fn as_json((key, change): &(Key, Change)) -> serde_json::Value {
    json!({
        "name": key.name,
        "what": key.what.word(),
        "source": key.source,
        "change": word(*change),
    })
}

/// What an entry went through, for people.
pub(crate) fn word(change: Change) -> String {
    match change {
        Change::New => "new".to_owned(),
        Change::Added(rows) => format!("{rows} added"),
        Change::Replaced => "replaced".to_owned(),
        Change::Same => "same".to_owned(),
    }
}

/// Names what a store holds now.
pub(crate) fn snapshot(name: &str, store: &Path, format: Format) -> Outcome {
    // A store is not made by naming what it holds.
    Store::open(store)?;
    let snapshot = Writer::open(store)?.snapshot(name)?;
    let address = format!("store:{}@{}", store.display(), snapshot.name);
    match format {
        Format::Json => say::json(&json!({
            "name": snapshot.name,
            "hash": snapshot.hash,
            "entries": snapshot.entries.len(),
            "address": address,
        })),
        Format::Table => say::result(&format!(
            "{}: {} entries, content {}\nread it with --data {address}",
            snapshot.name,
            snapshot.entries.len(),
            snapshot.hash
        )),
    }
}

/// Entries of stores among the paths that cannot be read.
///
/// # Errors
/// When there is no such store.
pub(crate) fn damage(paths: &[PathBuf]) -> Result<Vec<Damage>, Error> {
    let mut all = Vec::new();
    for path in paths {
        if let Some(store) = Store::named(path)? {
            all.extend(store.verify());
        }
    }
    Ok(all)
}

/// Lists what cannot be read, and fails.
pub(crate) fn damaged(all: &[Damage], format: Format) -> Outcome {
    match format {
        Format::Json => say::json(&json!({ "clean": false, "damage": all }))?,
        Format::Table => {
            let lines: Vec<String> =
                all.iter().map(|damage| format!("{}: {}", damage.entry, damage.said)).collect();
            say::result(&lines.join("\n"))?;
        }
    }
    Err(Error::data(format!("{} entries of the store cannot be read", all.len()))
        .hint("fetch or import them again, or load a snapshot")
        .into())
}
