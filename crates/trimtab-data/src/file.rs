//! Files: which ones a path means, their bytes unpacked, and the symbol that a name stands for.
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use trimtab_core::{Error, Kind, Result};

/// A file's name, for messages, and its bytes, unpacked.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Unpacked files larger than this are refused: more than any table of prices, less than the memory of a small machine.
const UNPACKED_MAX: u64 = 4 << 30;

/// No deflate stream grows by more than this factor; capacity beyond it is never worth asking for.
const DEFLATE_MAX: usize = 1032;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The files that a path means: itself, or the tables of the folder, in the order of their names.
///
/// # Errors
/// [`Kind::Io`] when there is no such path; [`Kind::Data`] when the folder holds no table.
pub(crate) fn find(path: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| {
        Error::new(Kind::Io, error.to_string()).place(path.display().to_string())
    };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let hidden = file.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        if !hidden && is_table(&file) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::data("the folder holds no table")
            .place(path.display().to_string())
            .hint("tables are called *.csv, *.txt, *.tsv or *.parquet; the first three may be gzipped"));
    }
    files.sort();
    Ok(files)
}

/// Reads and unpacks a file.
///
/// # Errors
/// [`Kind::Io`] when it cannot be read, [`Kind::Data`] when the gzip stream is broken or ends early.
pub(crate) fn read(path: &Path) -> Result<File> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Error::new(Kind::Io, error.to_string()).place(name.clone()))?;
    unpack(name, bytes)
}

/// Unpacks bytes that begin like a gzip file, whatever their name.
pub(crate) fn unpack(name: String, bytes: Vec<u8>) -> Result<File> {
    if !bytes.starts_with(&GZIP) {
        return Ok(File { name, bytes });
    }
    // The last four bytes say how much comes out: a hint only, since they may lie.
    let said = bytes.last_chunk::<4>().map_or(0, |n| u32::from_le_bytes(*n) as usize);
    let mut plain = Vec::with_capacity(said.min(bytes.len().saturating_mul(DEFLATE_MAX)) + 1);
    let mut decoder = MultiGzDecoder::new(bytes.as_slice()).take(UNPACKED_MAX + 1);
    let outcome = decoder.read_to_end(&mut plain);
    if let Err(error) = outcome {
        let said =
            format!("the gzip stream breaks off after {} bytes of text: {error}", plain.len());
        return Err(Error::data(said).place(name).hint("fetch or pack the file again"));
    }
    if plain.len() as u64 > UNPACKED_MAX {
        return Err(Error::data("the file unpacks to more than 4 GiB").place(name));
    }
    Ok(File { name, bytes: plain })
}

/// The symbol that a file's name stands for: `data/SPY.csv.gz`, `spy_us_d.csv`, `daily_adjusted_SPY.csv`.
pub(crate) fn symbol_of(name: &str) -> String {
    let stem = stem(name);
    // Names under which Stooq and Alpha Vantage hand out their files.
    for suffix in ["_us_d", ".us"] {
        if let Some(ticker) = stem.strip_suffix(suffix) {
            return ticker.to_uppercase();
        }
    }
    for prefix in ["daily_adjusted_", "daily_"] {
        if let Some(ticker) = stem.strip_prefix(prefix).filter(|t| !t.is_empty()) {
            return ticker.to_owned();
        }
    }
    stem.to_owned()
}

/// The file's name without folders and the endings of tables.
pub(crate) fn stem(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let last = last.strip_suffix(".gz").unwrap_or(last);
    let ending = TABLES.iter().find_map(|ending| last.strip_suffix(ending));
    ending.unwrap_or(last)
}

const TABLES: [&str; 4] = [".csv", ".txt", ".tsv", ".parquet"];

fn is_table(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    TABLES.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn names_stand_for_symbols() {
        for (name, symbol) in [
            ("data/SPY.csv.gz", "SPY"),
            ("BRK.B.csv", "BRK.B"),
            ("spy_us_d.csv", "SPY"),
            ("brk-b.us.txt", "BRK-B"),
            ("daily_adjusted_SPY.csv", "SPY"),
            ("^GSPC.parquet", "^GSPC"),
            ("daily_.csv", "daily_"),
        ] {
            assert_eq!(symbol_of(name), symbol, "{name}");
        }
    }

    #[test]
    fn gzip_is_known_by_its_bytes_and_a_broken_one_is_refused() {
        let text = b"date,close\n2018-01-02,1\n".repeat(500);
        let mut packed = packed(&text);
        let file = unpack("x.csv".to_owned(), packed.clone()).unwrap();
        assert_eq!(file.bytes, text);
        // Two members one after the other are one file.
        let twice = [packed.clone(), packed.clone()].concat();
        assert_eq!(unpack("x".to_owned(), twice).unwrap().bytes.len(), 2 * text.len());
        packed.truncate(packed.len() / 2);
        let error = unpack("x.csv".to_owned(), packed).unwrap_err().to_string();
        assert!(error.starts_with("x.csv: the gzip stream breaks off"), "{error}");
        assert!(unpack("x".to_owned(), vec![0x1f, 0x8b, 8]).is_err());
    }

    #[test]
    fn folders_yield_their_tables_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let error = find(folder.path()).unwrap_err();
        assert_eq!(error.kind(), Kind::Data);
        for name in ["B.csv", "A.csv.gz", ".hidden.csv", "README.md", "C.parquet"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = find(folder.path()).unwrap();
        let names: Vec<_> = found.iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["A.csv.gz", "B.csv", "C.parquet"]);
        assert_eq!(find(&folder.path().join("D.csv")).unwrap_err().kind(), Kind::Io);
    }
}
