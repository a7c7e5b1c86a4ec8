//! Files that are never changed, under the hash of their bytes.
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use trimtab_core::{Error, Result};

use super::entry::{Entry, Part, What};
use super::{Store, failed};
use crate::export::Columns;
use crate::parquet;

/// The folder of objects.
pub(crate) const FOLDER: &str = "objects";

/// Hexadecimal digits of an object's name: 128 bits.
const NAME: usize = 32;

/// The name of bytes.
pub(crate) fn name(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..NAME].to_owned()
}

/// Where an object is.
pub(crate) fn path(root: &Path, what: What, object: &str) -> PathBuf {
    // A folder for each of the first two digits: no folder gets too long for a listing.
    let folder = object.get(..2).unwrap_or("");
    let ending = if what.is_text() { "csv" } else { "parquet" };
    root.join(FOLDER).join(folder).join(format!("{object}.{ending}"))
}

/// Writes a file so that it is whole under its name or not there.
///
/// # Errors
/// [`trimtab_core::Kind::Io`].
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)?;
        sync_folder(folder)
    };
    written().map_err(|error| {
        // What is left of it, if anything, is swept away later.
        let _ = std::fs::remove_file(&temporary);
        failed(path, &error)
    })
}

/// Makes a rename last.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a rename last: elsewhere a folder cannot be opened, and the system does it by itself.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

impl Store {
    /// The bytes of a part, held against its name.
    pub(crate) fn bytes(&self, what: What, part: &Part) -> Result<Vec<u8>> {
        let path = path(&self.root, what, &part.object);
        let bytes = std::fs::read(&path).map_err(|error| failed(&path, &error))?;
        if name(&bytes) != part.object {
            return Err(Error::data(
                "the file is not what its name says: it was changed or damaged",
            )
            .place(path.display().to_string())
            .hint(
                "`trimtab data check store:DIR` lists all such files; fetch or import them again",
            ));
        }
        Ok(bytes)
    }

    /// All rows of an entry as one table.
    pub(crate) fn columns(&self, entry: &Entry) -> Result<Columns> {
        let what = entry.key.what;
        let mut whole = Columns::default();
        for part in &entry.parts {
            let place = path(&self.root, what, &part.object).display().to_string();
            whole.append(parquet::columns(&place, self.bytes(what, part)?)?, &place)?;
        }
        Ok(whole)
    }
}
