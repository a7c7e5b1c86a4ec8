//! What somebody holds, from a CSV file.
use std::collections::BTreeMap;
use std::path::Path;

use trimtab_core::{AssetId, Day, Error, Kind, Market, Money, Quantity, Result};
use trimtab_sim::Owned;

/// Rows of money instead of shares.
const CASH: &str = "CASH";
const DEPOSIT: &str = "DEPOSIT";
const WITHDRAWAL: &str = "WITHDRAWAL";

/// Names that the two columns go by.
const SYMBOL: [&str; 2] = ["symbol", "ticker"];
const QUANTITY: [&str; 3] = ["quantity", "shares", "qty"];

/// Reads holdings with the columns `symbol` and `quantity`. The rows CASH, DEPOSIT and WITHDRAWAL hold money.
///
/// # Errors
/// [`Kind::Io`] when the file cannot be read; [`Kind::Data`] or [`Kind::Spec`] with file and line for a row that makes no
/// sense, an unknown symbol, a symbol twice, shares sold short, or shares without a close on `day`.
pub(crate) fn read(path: &Path, market: &Market, day: Day) -> Result<Owned> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::new(Kind::Io, error.to_string()).place(file.clone()))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let bad = |error: csv::Error| Error::data(error.to_string()).place(file.clone());
    let header: Vec<String> =
        reader.headers().map_err(bad)?.iter().map(str::to_lowercase).collect();
    let column = |names: &[&str]| header.iter().position(|name| names.contains(&name.as_str()));
    let (Some(symbol), Some(quantity)) = (column(&SYMBOL), column(&QUANTITY)) else {
        return Err(Error::data("holdings have the columns `symbol` and `quantity`")
            .place(format!("{file}:1"))
            .hint("as in\nsymbol,quantity\nSPY,12.5\nCASH,1000"));
    };
    let mut rows = Rows { market, day, owned: Owned::default(), seen: BTreeMap::new() };
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |ix: usize| record.get(ix).unwrap_or("");
        if record.iter().all(str::is_empty) {
            continue;
        }
        rows.row(cell(symbol), cell(quantity), line)
            .map_err(|error| error.place(format!("{file}:{line}")))?;
    }
    Ok(rows.owned)
}

/// Holdings as they are read.
struct Rows<'a> {
    market: &'a Market,
    day: Day,
    owned: Owned,
    /// The line of each symbol, or of each kind of money.
    seen: BTreeMap<String, u64>,
}

impl Rows<'_> {
    fn row(&mut self, symbol: &str, cell: &str, line: u64) -> Result<()> {
        if symbol.is_empty() {
            return Err(Error::data("a row without a symbol"));
        }
        let number: f64 = cell.parse().ok().filter(|x: &f64| x.is_finite()).ok_or_else(|| {
            Error::data(format!("`{cell}` is no number"))
                .hint("write numbers plainly, as in 1234.5, without thousands separators")
        })?;
        let money =
            [CASH, DEPOSIT, WITHDRAWAL].into_iter().find(|m| symbol.eq_ignore_ascii_case(m));
        if let Some(money) = money {
            self.once(money, line)?;
            return self.money(money, number);
        }
        let asset = self.market.find(symbol)?;
        self.once(self.market.symbol(asset), line)?;
        self.shares(asset, number)
    }

    fn once(&mut self, name: &str, line: u64) -> Result<()> {
        match self.seen.insert(name.to_owned(), line) {
            None => Ok(()),
            Some(before) => {
                Err(Error::data(format!("{name} stands twice, first in line {before}"))
                    .hint("add the rows up"))
            }
        }
    }

    fn money(&mut self, what: &str, amount: f64) -> Result<()> {
        if amount < 0.0 {
            let said = format!("{what} of {amount} is below zero");
            let hint = match what {
                CASH => "these accounts do not borrow: sell enough to pay it back, or pay it in",
                _ => "write DEPOSIT for money that comes in, WITHDRAWAL for money that goes out",
            };
            return Err(Error::data(said).hint(hint));
        }
        let amount = Money::round_from(amount)?;
        match what {
            CASH => self.owned.cash = amount,
            DEPOSIT => self.owned.flow = self.owned.flow.checked_add(amount)?,
            _ => self.owned.flow = self.owned.flow.checked_add(-amount)?,
        }
        Ok(())
    }

    fn shares(&mut self, asset: AssetId, number: f64) -> Result<()> {
        let quantity = Quantity::round_from(number)?;
        if quantity < Quantity::ZERO {
            let said = format!("{number} shares of {} are sold short", self.market.symbol(asset));
            return Err(Error::data(said).hint("only shares that are owned can be held here"));
        }
        if quantity.is_zero() {
            return Ok(());
        }
        // Asked of each by itself, so that the line of the one without a price is known.
        Owned { shares: vec![(asset, quantity)], ..Owned::default() }
            .books(self.market, self.day)?;
        self.owned.shares.push((asset, quantity));
        Ok(())
    }
}
