//! A table of corporate actions, for what a column beside the price cannot hold: pay days and spin-offs.
//!
//! Recognised by its header, in any order of columns; `pay_date`, `into` and `basis` may be absent:
//!
//! ```text
//! symbol,ex_date,kind,amount,pay_date,into,basis
//! SPY,2018-12-21,dividend,1.435429,2019-01-31,,
//! XLF,2016-09-19,spin-off,0.139146,,XLRE,0.1885
//! AAPL,2014-06-09,split,7,,,
//! ```
//!
//! `amount` is cash a share, new shares for one old share, or shares of `into` for one share; all count the shares
//! held at the close before the ex-day. `basis` is the fraction of the cost basis that moves to the shares spun off,
//! as the company states it.
use std::sync::Arc;

use jiff::civil::Date;
use trimtab_core::Result;

use crate::csv;
use crate::dates;
use crate::file::File;

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) symbol: String,
    pub(crate) ex: Date,
    pub(crate) kind: ToldKind,
}

/// What a row tells of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ToldKind {
    Dividend { per_share: f64, pay: Option<Date> },
    Split { factor: f64 },
    SpinOff { into: String, ratio: f64, basis: f64 },
}

/// Where each column of the table stands.
struct Columns {
    symbol: usize,
    ex: usize,
    kind: usize,
    amount: usize,
    pay: Option<usize>,
    into: Option<usize>,
    basis: Option<usize>,
}

impl Columns {
    /// The places of the columns, when the header is that of such a table.
    fn of(names: &[String]) -> Option<Self> {
        let place = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
        Some(Self {
            symbol: place("symbol")?,
            ex: place("ex_date")?,
            kind: place("kind")?,
            amount: place("amount")?,
            pay: place("pay_date"),
            into: place("into"),
            basis: place("basis"),
        })
    }
}

/// The rows of the file; `None` when its header is another table's.
///
/// # Errors
/// When a row names no symbol, or a cell is not what its column holds.
pub(crate) fn read(file: &File) -> Result<Option<Vec<Told>>> {
    csv::each_row(file, Columns::of, told)
}

/// Reads one row; the error is a sentence.
fn told(
    columns: &Columns,
    cells: &[String],
    file: &Arc<str>,
    line: u32,
) -> std::result::Result<Told, String> {
    let cell = |ix: usize| cells.get(ix).map_or("", String::as_str);
    let date = |name: &str, text: &str| {
        dates::parse_one(text.as_bytes()).ok_or_else(|| format!("{name}: `{text}` is no date"))
    };
    let number = |name: &str, text: &str, most: f64| {
        let number = text.parse().ok().filter(|x: &f64| (0.0..=most).contains(x));
        number.ok_or_else(|| format!("{name}: `{text}` is no number from 0 to {most}"))
    };
    let filled = |ix: Option<usize>| ix.map(cell).filter(|text| !text.is_empty());
    let symbol = cell(columns.symbol).to_owned();
    if symbol.is_empty() {
        return Err("the row names no symbol".to_owned());
    }
    let ex = date("ex_date", cell(columns.ex))?;
    let amount = number("amount", cell(columns.amount), AMOUNT_MAX)?;
    let kind = match cell(columns.kind) {
        "dividend" => {
            let pay = filled(columns.pay).map(|text| date("pay_date", text)).transpose()?;
            if let Some(pay) = pay.filter(|pay| *pay < ex) {
                return Err(format!("paid on {pay}, before the ex-day {ex}"));
            }
            ToldKind::Dividend { per_share: amount, pay }
        }
        "split" | "spin-off" if amount == 0.0 => {
            return Err("amount: a ratio is above 0".to_owned());
        }
        "split" => ToldKind::Split { factor: amount },
        "spin-off" => {
            let into = filled(columns.into).ok_or("a spin-off needs `into`, the new symbol")?;
            let basis = filled(columns.basis)
                .ok_or("a spin-off needs `basis`, the fraction of the cost basis that moves")?;
            let basis = number("basis", basis, 1.0)?;
            ToldKind::SpinOff { into: into.to_owned(), ratio: amount, basis }
        }
        other => return Err(format!("kind: `{other}` is not dividend, split or spin-off")),
    };
    Ok(Told { file: Arc::clone(file), line, symbol, ex, kind })
}

/// Beyond this a dividend or ratio is a slip of the keyboard: no share ever paid a million or became a million.
const AMOUNT_MAX: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rows(text: &str) -> Result<Option<Vec<Told>>> {
        read(&File { name: "actions.csv".to_owned(), bytes: text.as_bytes().to_vec() })
    }

    #[test]
    fn every_kind_is_read_and_other_tables_are_left_alone() {
        let rows_of = rows(
            "symbol,ex_date,kind,amount,pay_date,into,basis\n\
             SPY,2018-12-21,dividend,1.4,2019-01-31,,\n\nXLF,2016-09-19,spin-off,0.139,,XLRE,0.19\n\
             AAPL,2014-06-09,split,7\n",
        );
        let all = rows_of.unwrap().unwrap();
        let pay = Some(date(2019, 1, 31));
        assert_eq!(all[0].kind, ToldKind::Dividend { per_share: 1.4, pay });
        let into = "XLRE".to_owned();
        assert_eq!(all[1].kind, ToldKind::SpinOff { into, ratio: 0.139, basis: 0.19 });
        assert_eq!((all[2].line, &all[2].kind), (5, &ToldKind::Split { factor: 7.0 }));
        assert_eq!(rows("date,symbol,close\n2018-01-02,A,1\n").unwrap(), None);
    }

    #[test]
    fn senseless_rows_are_refused_by_line() {
        for (row, said) in [
            ("A,2018-01-02,dividend,x,,,", "actions.csv:2: amount: `x` is no number"),
            ("A,2018-01-02,dividend,-1,,,", "amount: `-1` is no number from 0"),
            ("A,2018-01-02,dividend,1,2018-01-01,,", "before the ex-day"),
            ("A,yesterday,dividend,1,,,", "ex_date: `yesterday` is no date"),
            ("A,2018-01-02,gift,1,,,", "`gift` is not dividend, split or spin-off"),
            ("A,2018-01-02,split,0,,,", "a ratio is above 0"),
            ("A,2018-01-02,spin-off,1,,,0.1", "needs `into`"),
            ("A,2018-01-02,spin-off,1,,B,", "needs `basis`"),
            (",2018-01-02,split,2,,,", "names no symbol"),
        ] {
            let error = rows(&format!("symbol,ex_date,kind,amount,pay_date,into,basis\n{row}\n"));
            let error = error.unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
