//! The rows of a sweep as a CSV file that survives being cut off.
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use trimtab_core::{Error, Kind, Result};
use trimtab_lab::sweep::{Design, Row};
use trimtab_trials::{Entry, SetFigures};

/// Columns behind those of the parameters.
pub(in crate::commands) const FIGURES: [&str; 10] = [
    "final_value",
    "return_yearly_periods",
    "volatility_yearly",
    "sharpe",
    "drawdown_max",
    "turnover_yearly",
    "costs",
    "decisions",
    "rebalances",
    "error",
];

/// The cells of one set: its values, then [`FIGURES`]. Numbers are the shortest text that reads back to the same bits; what
/// is undefined is empty.
pub(in crate::commands) fn cells(mut set: Vec<String>, row: &Row) -> Vec<String> {
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x}"));
    let of =
        |get: &dyn Fn(&trimtab_lab::sweep::Figures) -> f64| number(row.figures.as_ref().map(get));
    let count = |get: &dyn Fn(&trimtab_lab::sweep::Figures) -> usize| {
        row.figures.as_ref().map_or_else(String::new, |figures| get(figures).to_string())
    };
    set.extend([
        of(&|f| f.final_value),
        of(&|f| f.return_yearly_periods),
        number(row.figures.as_ref().and_then(|f| f.volatility_yearly)),
        number(row.figures.as_ref().and_then(|f| f.sharpe)),
        of(&|f| f.drawdown_max),
        of(&|f| f.turnover_yearly),
        of(&|f| f.costs),
        count(&|f| f.decisions),
        count(&|f| f.rebalances),
        // One set, one line.
        row.error.as_ref().map_or_else(String::new, |error| error.to_string().replace('\n', " ")),
    ]);
    set
}

/// The figures of a set that the trial ledger keeps, from its cells: the same whether they were made now or by a call that was cut
/// off.
pub(super) fn figures(design: &Design, cells: &[String]) -> SetFigures {
    Entry::FIGURES.map(|key| {
        let place = FIGURES.iter().position(|figure| *figure == key)?;
        cells.get(design.paths().len() + place)?.parse().ok()
    })
}

/// The file while it grows: `OUT.part`, whose first line names the sweep. When the last row is there it becomes `OUT`.
pub(super) struct Rows {
    out: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

impl Rows {
    /// Opens the file. Whole rows that an earlier call of the very same sweep left are handed to `found` and kept.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub(super) fn open(
        out: &Path,
        design: &Design,
        id: &str,
        found: impl FnMut(&[String]),
    ) -> Result<Self> {
        let mut part = out.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let columns = design.paths().iter().map(String::as_str).chain(FIGURES);
        let head = format!("# trimtab sweep {id}\n{}", line(columns));
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&part);
        let mut file = file.map_err(|error| trouble(&error, &part))?;
        let kept = kept(&file, &head, design, found).map_err(|error| trouble(&error, &part))?;
        let start = |file: &mut File| {
            file.set_len(kept)?;
            file.seek(std::io::SeekFrom::End(0))?;
            if kept == 0 { file.write_all(head.as_bytes()) } else { Ok(()) }
        };
        start(&mut file).map_err(|error| trouble(&error, &part))?;
        Ok(Self { out: out.to_owned(), part, file: BufWriter::new(file) })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub(super) fn write(&mut self, cells: &[String]) -> Result<()> {
        let text = line(cells.iter().map(String::as_str));
        self.file.write_all(text.as_bytes()).map_err(|error| trouble(&error, &self.part))
    }

    /// Hands what was written to the system: a kill loses none of it.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub(super) fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(|error| trouble(&error, &self.part))
    }

    /// All rows are there: the file gets its name, without the line that names the sweep.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub(super) fn finish(mut self) -> Result<()> {
        self.flush()?;
        let mut done = self.out.as_os_str().to_owned();
        done.push(".done");
        let done = PathBuf::from(done);
        let copy = || {
            let mut from = BufReader::new(File::open(&self.part)?);
            from.read_line(&mut String::new())?;
            let mut to = File::create(&done)?;
            match self.out.extension().is_some_and(|ending| ending == "parquet") {
                true => to.write_all(&columnar(from)?)?,
                false => std::io::copy(&mut from, &mut to).map(|_| ())?,
            }
            to.sync_all()?;
            std::fs::rename(&done, &self.out)?;
            std::fs::remove_file(&self.part)
        };
        copy().map_err(|error| trouble(&error, &self.out))
    }
}

/// The rows as Parquet.
fn columnar(text: impl Read) -> std::io::Result<Vec<u8>> {
    let mut reader = csv::Reader::from_reader(text);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for row in reader.records() {
        for (column, cell) in columns.iter_mut().zip(row?.iter()) {
            column.push(cell.to_owned());
        }
    }
    trimtab_data::table_as_parquet(&names, columns).map_err(std::io::Error::other)
}

/// How many bytes of `file` belong to this sweep: its head and whole rows, which are handed to `found`.
fn kept(
    file: &File,
    head: &str,
    design: &Design,
    mut found: impl FnMut(&[String]),
) -> std::io::Result<u64> {
    let mut reader = BufReader::new(file);
    let mut own = vec![0; head.len()];
    match reader.read_exact(&mut own) {
        Ok(()) if own == head.as_bytes() => {}
        Ok(()) => return Ok(0),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(0),
        Err(error) => return Err(error),
    }
    let (mut kept, mut text, mut rows) = (head.len() as u64, Vec::new(), 0);
    while rows < design.len() {
        text.clear();
        if reader.read_until(b'\n', &mut text)? == 0 || !text.ends_with(b"\n") {
            break;
        }
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_slice());
        let Some(Ok(row)) = csv.records().next() else { break };
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        let set = design.set(rows);
        if cells.len() != set.len() + FIGURES.len() || cells[..set.len()] != set {
            break;
        }
        found(&cells);
        kept += text.len() as u64;
        rows += 1;
    }
    Ok(kept)
}

/// One line of a CSV file.
fn line<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).expect("memory takes all text, and one row is as long as itself");
    let bytes = writer.into_inner().expect("memory takes all text");
    String::from_utf8(bytes).expect("the cells were text")
}

fn trouble(error: &std::io::Error, path: &Path) -> Error {
    Error::new(Kind::Io, error.to_string()).place(path.display().to_string())
}
