//! The journal: one line for each change, with its checksum before it.
use std::collections::BTreeMap;
use std::path::Path;

use trimtab_core::{Error, Result};

use super::entry::{Entry, Key};

/// Its file.
pub(crate) const NAME: &str = "index.log";

/// Hexadecimal digits of a line's checksum: 64 bits, against accidents only.
const SUM: usize = 16;

/// The line of an entry.
///
/// # Errors
/// None that a user can cause.
pub(crate) fn line(entry: &Entry) -> Result<String> {
    let text = serde_json::to_string(entry).map_err(|error| Error::data(error.to_string()))?;
    Ok(format!("{} {text}\n", sum(&text)))
}

/// The entries that hold at the end of a journal, and the length of its sound part in bytes. Whatever follows the last
/// sound line is a line that was cut off while it was written.
///
/// # Errors
/// When a damaged line is followed by a sound one: then it was not the writer who was stopped.
pub(crate) fn read(bytes: &[u8], path: &Path) -> Result<(Vec<Entry>, usize)> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let (mut sound, mut at, mut damaged) = (0, 0, None);
    for (number, line) in (1..).zip(bytes.split_inclusive(|b| *b == b'\n')) {
        at += line.len();
        let Some(entry) = parse(line) else {
            damaged = damaged.or(Some(number));
            continue;
        };
        if let Some(damaged) = damaged {
            return Err(Error::data("the line of the store's journal is damaged")
                .place(format!("{}:{damaged}", path.display()))
                .hint("restore the file, or load a snapshot: `--data store:DIR@NAME`"));
        }
        sound = at;
        match places.get(&entry.key) {
            Some(place) => entries[*place] = entry,
            None => {
                places.insert(entry.key.clone(), entries.len());
                entries.push(entry);
            }
        }
    }
    entries.retain(|entry| !entry.parts.is_empty());
    Ok((entries, sound))
}

fn parse(line: &[u8]) -> Option<Entry> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (said, text) = text.split_once(' ')?;
    (said == sum(text)).then(|| serde_json::from_str(text).ok())?
}

fn sum(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..SUM].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Part, What};

    fn entry(name: &str, object: &str) -> Entry {
        let part = Part { object: object.to_owned(), rows: 1, first: None, last: None };
        Entry { key: Key::new(What::Prices, name, "x"), parts: vec![part], asked: None }
    }

    #[test]
    fn the_last_line_of_a_key_holds_and_a_torn_one_counts_as_not_written() {
        let lines = [entry("A", "1"), entry("B", "2"), entry("A", "3")].map(|e| line(&e).unwrap());
        let whole = lines.concat();
        let path = Path::new("index.log");
        let (entries, sound) = read(whole.as_bytes(), path).unwrap();
        assert_eq!(entries, [entry("A", "3"), entry("B", "2")]);
        assert_eq!(sound, whole.len());
        // Cut off anywhere within the last line, also just before its end.
        let start = whole.len() - lines[2].len();
        for cut in start..whole.len() {
            let (entries, sound) = read(&whole.as_bytes()[..cut], path).unwrap();
            assert_eq!((entries[0].parts[0].object.as_str(), sound), ("1", start), "{cut}");
        }
    }

    #[test]
    fn damage_before_the_end_is_refused_with_its_line() {
        let lines = [entry("A", "1"), entry("B", "2")].map(|e| line(&e).unwrap()).concat();
        let damaged = lines.replacen("\"A\"", "\"C\"", 1);
        let error = read(damaged.as_bytes(), Path::new("index.log")).unwrap_err().to_string();
        assert!(error.starts_with("index.log:1: "), "{error}");
    }
}
