//! A table as it stands in a file: typed columns, line numbers, and what could not be read.
use std::collections::BTreeMap;

use jiff::civil::Date;
use trimtab_core::{Error, Result};

use crate::csv::{self, Want};
use crate::dates;
use crate::fault::{Fault, What};
use crate::layout::{self, Layout, Role};

/// The rows of a file whose dates could be read.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) layout: Layout,
    /// Line of each row, counted from 1.
    pub(crate) lines: Vec<u32>,
    pub(crate) dates: Vec<Date>,
    /// When each row became known; empty for tables without such a column.
    pub(crate) known: Vec<Date>,
    /// The index among `names` of each row's symbol or series; empty for tables without such a column.
    pub(crate) ids: Vec<u32>,
    /// Symbols or series named by rows, in the order of their first row.
    pub(crate) names: Vec<String>,
    /// Row-major numbers, one for each number column of the layout.
    pub(crate) numbers: Vec<f64>,
    pub(crate) faults: Vec<Fault>,
}

/// What the caller knows of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The header decides.
    Any,
    /// Columns of numbers are series, not prices.
    Readings,
}

/// Rows before their dates and names are understood: shared by text and Parquet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) lines: Vec<u32>,
    pub(crate) dates: Vec<Option<Date>>,
    pub(crate) known: Option<Vec<Option<Date>>>,
    pub(crate) ids: Option<Vec<Option<u32>>>,
    pub(crate) names: Vec<String>,
    pub(crate) numbers: Vec<f64>,
    pub(crate) faults: Vec<Fault>,
}

impl Table {
    /// Reads unpacked bytes, text or Parquet.
    ///
    /// # Errors
    /// When the header is not understood, or dates can be read in two ways.
    pub(crate) fn read(file: &str, bytes: &[u8], expect: Expect) -> Result<Self> {
        if bytes.starts_with(crate::parquet::MAGIC) {
            return crate::parquet::table(file, bytes, expect);
        }
        let mut rows = Rows::default();
        let layout = rows.read_text(bytes, expect);
        // What is wrong with a header has no line; what is wrong with a date says its own.
        let layout = layout.map_err(|(line, error)| match line {
            Some(line) => error.place(format!("{file}:{line}")),
            None => error.place(file),
        })?;
        Ok(rows.table(layout))
    }
    /// One number column.
    pub(crate) fn column(&self, ix: usize) -> impl Iterator<Item = f64> {
        self.numbers.iter().skip(ix).step_by(self.width().max(1)).copied()
    }

    /// How many number columns there are.
    pub(crate) fn width(&self) -> usize {
        self.numbers.len().checked_div(self.lines.len()).unwrap_or(0)
    }
}

impl Expect {
    pub(crate) fn recognise(self, names: &[String]) -> Result<Layout> {
        match self {
            Expect::Any => layout::recognise(names),
            Expect::Readings => layout::recognise_readings(names),
        }
    }
}

impl Rows {
    /// Reads text; an error comes with its line, where it has one.
    fn read_text(&mut self, bytes: &[u8], expect: Expect) -> Result<Layout, (Option<u32>, Error)> {
        let bare = |error: Error| (None, error);
        let mut head = csv::head(bytes).map_err(bare)?;
        let second = csv::record(bytes, head.body, head.line, head.delimiter);
        let layout = if layout::names_tickers(&second.names) {
            let layout = layout::recognise_two(&head.names, &second.names).map_err(bare)?;
            head = second;
            let third = csv::record(bytes, head.body, head.line, head.delimiter);
            // The third line names the index: `Date,,,`.
            if third.names.iter().skip(1).all(String::is_empty) {
                head = third;
            }
            layout
        } else {
            expect.recognise(&head.names).map_err(bare)?
        };
        let cells = csv::rows(bytes, &head, &layout.wants());
        let width = layout.wants().iter().filter(|w| **w == Want::Text).count();
        let column = |role: Role| -> Option<Vec<&[u8]>> {
            let ix = layout.text(role)?;
            Some(cells.texts.iter().skip(ix).step_by(width).copied().collect())
        };
        (self.lines, self.numbers, self.faults) = (cells.lines, cells.numbers, cells.faults);
        self.dates = self.dates_of(&column(Role::Date).unwrap_or_default(), &layout, Role::Date)?;
        for role in [Role::Known, Role::Vintage] {
            if let Some(cells) = column(role) {
                self.known = Some(self.dates_of(&cells, &layout, role)?);
            }
        }
        if let Some(cells) = column(Role::Symbol).or_else(|| column(Role::Series)) {
            let (ids, names) = intern(&cells);
            (self.ids, self.names) = (Some(ids), names);
        }
        Ok(layout)
    }

    /// Reads a text column of dates, and notes the cells that are none.
    fn dates_of(
        &mut self,
        cells: &[&[u8]],
        layout: &Layout,
        role: Role,
    ) -> Result<Vec<Option<Date>>, (Option<u32>, Error)> {
        let dates = dates::parse_column(cells).map_err(|ambiguous| {
            let text = csv::quoted(cells[ambiguous.cell]);
            let error = Error::data(format!("{} (`{text}`)", ambiguous.said));
            (Some(self.lines[ambiguous.cell]), error.hint("write dates as 2018-12-31"))
        })?;
        let column = layout.roles.iter().position(|r| *r == role).map(|ix| ix as u32 + 1);
        for (ix, _) in dates.iter().enumerate().filter(|(_, date)| date.is_none()) {
            let text = csv::quoted(cells[ix]);
            self.fault(self.lines[ix], column, What::NoDate, text);
        }
        Ok(dates)
    }

    pub(crate) fn fault(&mut self, line: u32, column: Option<u32>, what: What, text: String) {
        let symbol = String::new();
        self.faults.push(Fault { line, column, date: None, symbol, what, text });
    }

    /// Leaves out rows without date or name, and says of the other faults on which date they stand.
    pub(crate) fn table(mut self, layout: Layout) -> Table {
        let rows = self.lines.len();
        let width = self.numbers.len().checked_div(rows).unwrap_or(0);
        for ix in 0..rows {
            if self.ids.as_ref().is_some_and(|ids| ids[ix].is_none()) {
                self.fault(self.lines[ix], None, What::NoSymbol, String::new());
            }
        }
        let whole = |ix: usize| {
            self.dates[ix].is_some()
                && self.known.as_ref().is_none_or(|known| known[ix].is_some())
                && self.ids.as_ref().is_none_or(|ids| ids[ix].is_some())
        };
        let keep: Vec<bool> = (0..rows).map(whole).collect();
        if keep.contains(&false) {
            let mut cell = 0;
            self.numbers.retain(|_| {
                cell += 1;
                keep[(cell - 1) / width.max(1)]
            });
            let mut row = 0;
            self.lines.retain(|_| {
                row += 1;
                keep[row - 1]
            });
        }
        let picked = |column: Vec<Option<Date>>| -> Vec<Date> {
            column.into_iter().zip(&keep).filter(|(_, k)| **k).filter_map(|(d, _)| d).collect()
        };
        let ids = self.ids.unwrap_or_default();
        let ids = ids.into_iter().zip(&keep).filter(|(_, k)| **k).filter_map(|(id, _)| id);
        let mut table = Table {
            layout,
            lines: self.lines,
            dates: picked(self.dates),
            known: self.known.map(picked).unwrap_or_default(),
            ids: ids.collect(),
            names: self.names,
            numbers: self.numbers,
            faults: self.faults,
        };
        table.place_faults();
        table
    }
}

impl Table {
    fn place_faults(&mut self) {
        for fault in &mut self.faults {
            let Ok(row) = self.lines.binary_search(&fault.line) else { continue };
            fault.date = Some(self.dates[row]);
            if let Some(id) = self.ids.get(row) {
                fault.symbol.clone_from(&self.names[*id as usize]);
            } else if let Some(role) =
                fault.column.and_then(|c| self.layout.roles.get(c as usize - 1))
                && let Role::Price(_, ix) | Role::Value(ix) = role
                && let Some(symbol) = self.layout.symbols.get(usize::from(*ix))
            {
                fault.symbol.clone_from(symbol);
            }
        }
        self.faults.sort_by_key(|f| (f.line, f.column, f.what));
    }
}

/// Numbers names by first appearance; an empty cell has none.
pub(crate) fn intern<'a>(cells: &[&'a [u8]]) -> (Vec<Option<u32>>, Vec<String>) {
    let mut known: BTreeMap<&'a [u8], u32> = BTreeMap::new();
    let mut names = Vec::new();
    let mut last: Option<(&[u8], u32)> = None;
    let mut ids = Vec::with_capacity(cells.len());
    for cell in cells {
        // Most tables are sorted by symbol: the row before usually has the same.
        let id = match last {
            Some((name, id)) if name == *cell => id,
            _ if cell.is_empty() => {
                ids.push(None);
                continue;
            }
            _ => *known.entry(cell).or_insert_with(|| {
                names.push(String::from_utf8_lossy(cell).into_owned());
                names.len() as u32 - 1
            }),
        };
        last = Some((cell, id));
        ids.push(Some(id));
    }
    (ids, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(text: &str) -> Table {
        Table::read("x.csv", text.as_bytes(), Expect::Any).unwrap()
    }

    #[test]
    fn rows_without_date_or_symbol_are_left_out_and_named() {
        let table =
            read("date,symbol,close\n2018-01-02,A,1\nx,A,2\n2018-01-03,,3\n2018-01-04,B,y\n");
        assert_eq!(table.lines, [2, 5]);
        assert_eq!(table.dates, [date(2018, 1, 2), date(2018, 1, 4)]);
        assert_eq!((table.ids.as_slice(), table.names.len()), (&[0, 1][..], 2));
        let faults: Vec<_> =
            table.faults.iter().map(|f| (f.line, f.what, f.symbol.as_str())).collect();
        assert_eq!(
            faults,
            [(3, What::NoDate, ""), (4, What::NoSymbol, ""), (5, What::NoNumber, "B")]
        );
        assert_eq!(table.faults[2].date, Some(date(2018, 1, 4)));
    }

    #[test]
    fn three_header_lines_are_one_header() {
        let table =
            read("Price,Close,Close\nTicker,SPY,IEF\nDate,,\n2018-01-02,1,2\n2018-01-03,,3\n");
        assert_eq!(table.layout.symbols, ["SPY", "IEF"]);
        assert_eq!(table.lines, [4, 5]);
        assert_eq!(table.column(1).collect::<Vec<_>>(), [2.0, 3.0]);
    }

    #[test]
    fn dates_that_could_be_either_are_refused_with_their_line() {
        let text = "date,close\n01/02/2018,1\n03/04/2018,1\n";
        let error = Table::read("x.csv", text.as_bytes(), Expect::Any).unwrap_err().to_string();
        assert!(error.starts_with("x.csv:3: day and month"), "{error}");
    }
}
