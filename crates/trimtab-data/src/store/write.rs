//! The one who writes.
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use trimtab_core::{Error, Kind, Result};

use super::entry::{Entry, Key, Part, What};
use super::{Rows, Store, TAIL_MAX, failed, journal, object};
use crate::parquet;

/// Writes to a store. Only one at a time exists for each store, across all processes.
#[derive(Debug)]
pub struct Writer {
    store: Store,
    journal: File,
    path: PathBuf,
    written: Written,
    /// Lines of the journal, to know when most of them are history.
    lines: usize,
    /// Held as long as this value lives; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// What a writer has written since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of rows.
    pub files: usize,
    /// Bytes in them and in the journal.
    pub bytes: usize,
}

/// What a write did to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was nothing before.
    New,
    /// So many rows were added.
    Added(usize),
    /// Other rows stand there now.
    Replaced,
    /// The same rows stood there already.
    Same,
}

/// Lines of a journal below which it is never written anew.
const LINES_FEW: usize = 2_000;

/// With more lines than this for each entry the journal is written anew: reading it stays cheap, and writing it is
/// shared by all the lines since the last time.
const LINES_PER_ENTRY: usize = 8;

impl Writer {
    /// Opens a store for writing, and makes it where there is none.
    ///
    /// # Errors
    /// [`Kind::Io`] when another command is writing to it, or a file cannot be made.
    pub fn open(root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|error| failed(root, &error))?;
        let lock = root.join("lock");
        let file = File::create(&lock).map_err(|error| failed(&lock, &error))?;
        file.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => {
                Error::new(Kind::Io, "another command is writing to this store")
                    .place(root.display().to_string())
                    .hint("wait until it is done")
            }
            std::fs::TryLockError::Error(error) => failed(&lock, &error),
        })?;
        let path = root.join(journal::NAME);
        let open = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let journal = open.map_err(|error| failed(&path, &error))?;
        let bytes = std::fs::read(&path).map_err(|error| failed(&path, &error))?;
        let (entries, sound) = journal::read(&bytes, &path)?;
        // A line that was cut off must not run into the next one.
        journal.set_len(sound as u64).map_err(|error| failed(&path, &error))?;
        let lines = bytes[..sound].iter().filter(|b| **b == b'\n').count();
        let store = Store { root: root.to_owned(), entries };
        Ok(Self { store, journal, path, written: Written::default(), lines, _lock: file })
    }

    /// What the store holds now.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What was written so far.
    pub fn written(&self) -> Written {
        self.written
    }

    /// Puts rows in the place of all rows of an entry.
    ///
    /// # Errors
    /// When the rows make no sense ([`Rows::check`]) or cannot be written; then the entry is as before.
    pub fn replace(&mut self, key: &Key, rows: Rows, asked: Option<Date>) -> Result<Change> {
        self.fits(key, &rows)?;
        let before = self.store.entry(key).cloned();
        if let Some(before) = &before
            && self.store.rows(before).is_ok_and(|stored| stored == rows)
        {
            self.asked(key, asked)?;
            return Ok(Change::Same);
        }
        let part = self.part(rows)?;
        self.commit(Entry { key: key.clone(), parts: vec![part], asked })?;
        Ok(if before.is_some() { Change::Replaced } else { Change::New })
    }

    /// Adds rows behind those of an entry.
    ///
    /// # Errors
    /// When the rows make no sense, do not lie behind what is there, or cannot be written; then the entry is as before.
    pub fn extend(&mut self, key: &Key, rows: Rows, asked: Option<Date>) -> Result<Change> {
        let Some(before) = self.store.entry(key).cloned() else {
            return self.replace(key, rows, asked);
        };
        self.fits(key, &rows)?;
        if before.last() >= rows.date(0) {
            let said = format!("{key}: the new rows do not lie behind what is there");
            return Err(Error::data(said));
        }
        let added = rows.len();
        let mut parts = before.parts.clone();
        // The short part is written again with the new rows; when it would get long, all is.
        let short = if parts.len() > 1 { parts.pop() } else { None };
        let so_far = short.as_ref().map_or(0, |part| part.rows);
        let kept: Vec<Part> = match so_far + added > TAIL_MAX {
            true => parts.drain(..).chain(short).collect(),
            false => short.into_iter().collect(),
        };
        let mut whole = self.store.columns(&Entry { parts: kept, ..before })?;
        whole.append(rows.into_columns(), &key.to_string())?;
        parts.push(self.part(Rows::of(key.what, whole, &key.to_string())?)?);
        self.commit(Entry { key: key.clone(), parts, asked })?;
        Ok(Change::Added(added))
    }

    /// Notes that the source has nothing new up to that day.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn asked(&mut self, key: &Key, asked: Option<Date>) -> Result<()> {
        match self.store.entry(key).cloned() {
            Some(entry) if entry.asked < asked => self.commit(Entry { asked, ..entry }),
            _ => Ok(()),
        }
    }

    /// Puts a text, such as a table of former tickers, in the place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&mut self, key: &Key, text: &[u8]) -> Result<Change> {
        if !key.what.is_text() {
            return Err(Error::data(format!("{key}: rows are not kept as text")));
        }
        let part = Part { object: object::name(text), rows: 0, first: None, last: None };
        let before = self.store.entry(key).map(|entry| entry.parts.clone());
        if before.as_ref().is_some_and(|parts| *parts == [part.clone()]) {
            return Ok(Change::Same);
        }
        self.object(key.what, &part.object, text)?;
        self.commit(Entry { key: key.clone(), parts: vec![part], asked: None })?;
        Ok(if before.is_some() { Change::Replaced } else { Change::New })
    }

    /// Takes an entry out.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn remove(&mut self, key: &Key) -> Result<()> {
        match self.store.entry(key).cloned() {
            Some(entry) => self.commit(Entry { parts: Vec::new(), ..entry }),
            None => Ok(()),
        }
    }

    /// Removes files that neither the entries nor a snapshot name, and writes the journal anew when most of its lines
    /// are history. Returns how many files were removed.
    ///
    /// # Errors
    /// When a snapshot cannot be read: then nothing is removed.
    pub fn sweep(&mut self) -> Result<usize> {
        let mut named: std::collections::BTreeSet<String> =
            self.store.entries.iter().flat_map(objects).collect();
        for snapshot in self.store.snapshots()? {
            named.extend(snapshot.entries.iter().flat_map(objects));
        }
        let few = LINES_FEW.max(LINES_PER_ENTRY * self.store.entries.len());
        if self.lines > few {
            self.rewrite()?;
        }
        let mut removed = 0;
        for folder in folders(&self.store.root.join(object::FOLDER))? {
            for file in folders(&folder)? {
                let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned());
                if stem.is_none_or(|stem| !named.contains(&stem)) {
                    std::fs::remove_file(&file).map_err(|error| failed(&file, &error))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn fits(&self, key: &Key, rows: &Rows) -> Result<()> {
        if key.name.is_empty() || key.name.contains(['/', '\\', '\n']) {
            return Err(Error::data(format!("`{}` cannot be a name", key.name)));
        }
        if key.what != rows.what() {
            return Err(Error::data(format!("{key}: the rows are {}", rows.what().word())));
        }
        rows.check().map_err(|error| Error::data(format!("{key}: {}", error.message())))
    }

    fn part(&mut self, rows: Rows) -> Result<Part> {
        let (what, count) = (rows.what(), rows.len());
        let (first, last) = (rows.date(0), rows.last());
        let bytes = parquet::write(&rows.into_columns())?;
        let object = object::name(&bytes);
        self.object(what, &object, &bytes)?;
        Ok(Part { object, rows: count, first, last })
    }

    fn object(&mut self, what: What, object: &str, bytes: &[u8]) -> Result<()> {
        let path = object::path(&self.store.root, what, object);
        // Bytes of that hash that are there already are these bytes, unless they were damaged since.
        if !std::fs::read(&path).is_ok_and(|there| there == bytes) {
            object::write(&path, bytes)?;
            self.written.files += 1;
            self.written.bytes += bytes.len();
        }
        Ok(())
    }

    /// The moment from which a change holds.
    fn commit(&mut self, entry: Entry) -> Result<()> {
        let line = journal::line(&entry)?;
        let done = self.journal.write_all(line.as_bytes()).and_then(|()| self.journal.sync_data());
        done.map_err(|error| failed(&self.path, &error))?;
        self.written.bytes += line.len();
        self.lines += 1;
        let entries = &mut self.store.entries;
        match entries.iter().position(|known| known.key == entry.key) {
            Some(ix) if entry.parts.is_empty() => {
                entries.remove(ix);
            }
            Some(ix) => entries[ix] = entry,
            None => entries.push(entry),
        }
        Ok(())
    }

    /// Writes the journal with one line for each entry.
    fn rewrite(&mut self) -> Result<()> {
        let lines: Vec<String> =
            self.store.entries.iter().map(journal::line).collect::<Result<_>>()?;
        let text = lines.concat();
        object::write(&self.path, text.as_bytes())?;
        let open = OpenOptions::new().append(true).open(&self.path);
        self.journal = open.map_err(|error| failed(&self.path, &error))?;
        self.written.bytes += text.len();
        self.lines = lines.len();
        Ok(())
    }
}

fn objects(entry: &Entry) -> impl Iterator<Item = String> + '_ {
    entry.parts.iter().map(|part| part.object.clone())
}

/// What a folder holds; nothing where there is none.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Ok(all) => {
            let paths: std::io::Result<Vec<PathBuf>> =
                all.map(|entry| entry.map(|entry| entry.path())).collect();
            paths.map_err(|error| failed(folder, &error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(folder, &error)),
    }
}
