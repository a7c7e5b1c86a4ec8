//! Whose table it is: recognised from the header, never from the file's name.
use std::fmt;

use serde::Serialize;
use trimtab_core::{Error, Result};

use crate::csv::Want;
use crate::series::FORECAST;

/// A number that a price table can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Open,
    High,
    Low,
    Close,
    /// The close with dividends and splits folded in.
    Adjusted,
    Volume,
    /// Cash for each share, on its ex-day.
    Dividend,
    /// New shares for one old share, on its ex-day.
    Split,
    /// Capital gains of a fund, paid like a dividend.
    Gains,
}

impl Field {
    /// How many there are.
    pub(crate) const COUNT: usize = 9;
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Date,
    Symbol,
    /// A field of the symbol with this index among [`Layout::symbols`]; 0 where the table has one or names it by row.
    Price(Field, u16),
    /// A reading of the series with this index among [`Layout::symbols`].
    Value(u16),
    /// The name of a series.
    Series,
    /// When the world learned a reading.
    Known,
    /// The month in which an archive of a series was taken.
    Vintage,
    Skip,
}

/// How rows and symbols belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One symbol, named by the file.
    Single,
    /// A column names the symbol.
    Long,
    /// One column, or one of each field, for every symbol.
    Wide,
    /// Readings of series by date, a column for each.
    Readings,
    /// Facts: a row for each reading, with its two dates.
    Facts,
}

/// What the prices of a table mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// As traded; dividends and splits stand beside them, as far as the table has such columns.
    Raw,
    /// Earlier prices are stated in the shares of the last day; dividends are not folded in.
    SplitAdjusted,
    /// Dividends and splits are folded in.
    Adjusted,
}

/// Who writes tables like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vendor {
    /// `date, open, high, low, close, volume, dividend, split, adj_close`, or part of it.
    Trimtab,
    /// `Date, Open, High, Low, Close, Adj Close, Volume`, with or without dividends and splits.
    Yahoo,
    /// `Date, Open, High, Low, Close, Volume`, or `<TICKER>, <PER>, <DATE>, …`.
    Stooq,
    /// `date, close, …, adjClose, …, divCash, splitFactor`.
    Tiingo,
    /// `timestamp, open, high, low, close, adjusted_close, volume, dividend_amount, split_coefficient`.
    AlphaVantage,
    /// A date and one column of closes for each symbol.
    Wide,
    /// A date and one column of readings for each series, as FRED writes it.
    Series,
    /// `series, about, known, value`, or by vintage.
    Facts,
    /// `symbol, ex_date, kind, amount, pay_date, into, basis`: corporate actions.
    Actions,
    /// A table of who belonged to an index when.
    Members,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Vendor::Trimtab => "Trimtab",
            Vendor::Yahoo => "Yahoo",
            Vendor::Stooq => "Stooq",
            Vendor::Tiingo => "Tiingo",
            Vendor::AlphaVantage => "Alpha Vantage",
            Vendor::Wide => "wide",
            Vendor::Series => "series",
            Vendor::Facts => "facts",
            Vendor::Actions => "actions",
            Vendor::Members => "members",
        })
    }
}

/// What the columns of a table are.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) vendor: Vendor,
    pub(crate) shape: Shape,
    pub(crate) meaning: Meaning,
    /// One for each column.
    pub(crate) roles: Vec<Role>,
    /// Symbols or series named by the header.
    pub(crate) symbols: Vec<String>,
    /// Columns that mean nothing to us.
    pub(crate) ignored: Vec<String>,
}

impl Layout {
    /// What to read of each column.
    pub(crate) fn wants(&self) -> Vec<Want> {
        let want = |role: &Role| match role {
            Role::Date | Role::Symbol | Role::Series | Role::Known | Role::Vintage => Want::Text,
            Role::Price(..) | Role::Value(_) => Want::Number,
            Role::Skip => Want::Skip,
        };
        self.roles.iter().map(want).collect()
    }

    /// The place of a role among the text columns.
    pub(crate) fn text(&self, role: Role) -> Option<usize> {
        let ix = self.roles.iter().position(|r| *r == role)?;
        Some(self.wants()[..ix].iter().filter(|w| **w == Want::Text).count())
    }

    /// The roles of the number columns, in order.
    pub(crate) fn numbers(&self) -> Vec<Role> {
        let number = |role: &&Role| matches!(role, Role::Price(..) | Role::Value(_));
        self.roles.iter().filter(number).copied().collect()
    }

    /// The column of the file, counted from 1, that holds the number column with this index.
    pub(crate) fn number_column(&self, number: usize) -> u32 {
        let wants = self.wants();
        let mut places = (0..wants.len()).filter(|ix| wants[*ix] == Want::Number);
        places.nth(number).map_or(0, |ix| ix as u32 + 1)
    }
}

/// Recognises a table by the names of its columns.
///
/// # Errors
/// When there is no date column, or nothing beside it; the message lists what was found and what is understood.
pub(crate) fn recognise(names: &[String]) -> Result<Layout> {
    if let Some(said) = not_a_table(names) {
        return Err(Error::data(said).hint("download the file again"));
    }
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    if let Some(layout) = facts(&plain, names) {
        return Ok(layout);
    }
    let Some(date) = date_column(&plain) else {
        return Err(unknown(names, "no column is called `date`"));
    };
    let mut roles: Vec<Role> = plain.iter().map(|name| role(name)).collect();
    for (ix, role) in roles.iter_mut().enumerate() {
        if *role == Role::Date && ix != date {
            *role = Role::Skip;
        }
    }
    roles[date] = Role::Date;
    let has = |field| roles.contains(&Role::Price(field, 0));
    if has(Field::Close) || has(Field::Adjusted) {
        return Ok(priced(names, &plain, roles));
    }
    readings_or_wide(names, &plain, date)
}

/// Recognises a table of several header lines, as yfinance writes it: fields, tickers, then the word `Date`.
pub(crate) fn recognise_two(fields: &[String], tickers: &[String]) -> Result<Layout> {
    let mut symbols: Vec<String> = Vec::new();
    let mut roles = vec![Role::Date];
    for (field, ticker) in fields.iter().zip(tickers).skip(1) {
        let ix = symbols.iter().position(|s| s == ticker).unwrap_or_else(|| {
            symbols.push(ticker.clone());
            symbols.len() - 1
        });
        let ix = u16::try_from(ix).map_err(|_| Error::data("the header names too many symbols"))?;
        roles.push(match role(&plain(field)) {
            Role::Price(field, _) => Role::Price(field, ix),
            _ => Role::Skip,
        });
    }
    let close = |role: &Role| matches!(role, Role::Price(Field::Close | Field::Adjusted, _));
    if fields.len() != tickers.len() || !roles.iter().any(close) {
        return Err(unknown(fields, "no column is a close"));
    }
    let adjusted = roles.iter().any(|role| matches!(role, Role::Price(Field::Adjusted, _)));
    let meaning = if adjusted { Meaning::SplitAdjusted } else { Meaning::Adjusted };
    let (vendor, shape) = (Vendor::Yahoo, Shape::Wide);
    Ok(Layout { vendor, shape, meaning, roles, symbols, ignored: Vec::new() })
}

/// Whether a second header line names tickers.
pub(crate) fn names_tickers(cells: &[String]) -> bool {
    cells.len() > 1 && matches!(plain(&cells[0]).as_str(), "ticker" | "tickers" | "symbols")
}

/// Lower case, letters and digits only: `Adj Close`, `adj_close` and `adjClose` are one word.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn role(plain: &str) -> Role {
    let field = match plain {
        "date" | "timestamp" | "datetime" | "day" | "observationdate" | "time" | "monthend" => {
            return Role::Date;
        }
        "symbol" | "ticker" | "sym" | "tic" => return Role::Symbol,
        "open" => Field::Open,
        "high" => Field::High,
        "low" => Field::Low,
        "close" | "last" | "closelast" | "price" => Field::Close,
        "adjclose" | "adjustedclose" | "closeadj" => Field::Adjusted,
        "volume" | "vol" => Field::Volume,
        "dividend" | "dividends" | "divcash" | "dividendamount" | "exdividend" => Field::Dividend,
        "split" | "splits" | "stocksplits" | "splitfactor" | "splitcoefficient" | "splitratio" => {
            Field::Split
        }
        "capitalgains" => Field::Gains,
        _ => return Role::Skip,
    };
    Role::Price(field, 0)
}

/// The first column of that kind; an unnamed first column is the index that pandas writes.
fn date_column(plain: &[String]) -> Option<usize> {
    let named = plain.iter().position(|name| role(name) == Role::Date);
    named.or_else(|| plain.first().is_some_and(String::is_empty).then_some(0))
}

/// One symbol, or one named by row.
fn priced(names: &[String], plain: &[String], mut roles: Vec<Role>) -> Layout {
    // A field named twice: the first one counts.
    for ix in 0..roles.len() {
        if roles[ix] != Role::Skip && roles[..ix].contains(&roles[ix]) {
            roles[ix] = Role::Skip;
        }
    }
    let has = |field| roles.contains(&Role::Price(field, 0));
    let named = |name: &str| plain.iter().any(|p| p == name);
    let (adjusted, dividend, split) =
        (has(Field::Adjusted), has(Field::Dividend), has(Field::Split));
    let (vendor, meaning) = if named("dividends") || named("stocksplits") {
        (Vendor::Yahoo, if adjusted { Meaning::SplitAdjusted } else { Meaning::Adjusted })
    } else if dividend || split {
        let vendor = match () {
            () if named("divcash") => Vendor::Tiingo,
            () if named("dividendamount") => Vendor::AlphaVantage,
            () => Vendor::Trimtab,
        };
        (vendor, Meaning::Raw)
    } else if adjusted && has(Field::Close) {
        (Vendor::Yahoo, Meaning::SplitAdjusted)
    } else if adjusted {
        (Vendor::Trimtab, Meaning::Adjusted)
    } else if named("timestamp") {
        (Vendor::AlphaVantage, Meaning::Raw)
    } else {
        (Vendor::Stooq, Meaning::Adjusted)
    };
    if !has(Field::Close) {
        for role in &mut roles {
            if *role == Role::Price(Field::Adjusted, 0) {
                *role = Role::Price(Field::Close, 0);
            }
        }
    }
    let shape = if roles.contains(&Role::Symbol) { Shape::Long } else { Shape::Single };
    let known = |name: &str| role(name) != Role::Skip || EXPECTED.contains(&name);
    let ignored = names.iter().zip(plain).filter(|(_, p)| !known(p)).map(|(n, _)| n.clone());
    let ignored = ignored.collect();
    Layout { vendor, shape, meaning, roles, symbols: Vec::new(), ignored }
}

/// Columns that vendors write and we do not need: no word about them.
const EXPECTED: [&str; 10] = [
    "adjopen",
    "adjhigh",
    "adjlow",
    "adjvolume",
    "per",
    "openint",
    "change",
    "changepercent",
    "vwap",
    "sector",
];

fn readings_or_wide(names: &[String], plain: &[String], date: usize) -> Result<Layout> {
    let others: Vec<usize> = (0..names.len()).filter(|ix| *ix != date).collect();
    let others: Vec<usize> = others.into_iter().filter(|ix| !plain[*ix].is_empty()).collect();
    if others.is_empty() {
        return Err(unknown(names, "nothing stands beside the date"));
    }
    // FRED names the date in capitals or as an observation; one column called `value` is a series too.
    let series = plain[date] == "observationdate"
        || (others.len() == 1 && (plain[others[0]] == "value" || names[date] == "DATE"));
    let mut roles = vec![Role::Skip; names.len()];
    roles[date] = Role::Date;
    let mut symbols = Vec::with_capacity(others.len());
    for (slot, ix) in others.into_iter().enumerate() {
        let slot =
            u16::try_from(slot).map_err(|_| Error::data("the header names too many columns"))?;
        roles[ix] = if series { Role::Value(slot) } else { Role::Price(Field::Close, slot) };
        // `value` says nothing: the file's name has to.
        symbols.push(if plain[ix] == "value" { String::new() } else { names[ix].clone() });
    }
    let (vendor, shape) = match series {
        true => (Vendor::Series, Shape::Readings),
        false => (Vendor::Wide, Shape::Wide),
    };
    let meaning = Meaning::Adjusted;
    Ok(Layout { vendor, shape, meaning, roles, symbols, ignored: Vec::new() })
}

/// Any table of a date and numbers, read as series: for files that the caller says are series.
pub(crate) fn recognise_readings(names: &[String]) -> Result<Layout> {
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    if let Some(layout) = facts(&plain, names) {
        return Ok(layout);
    }
    let date = date_column(&plain).ok_or_else(|| unknown(names, "no column is called `date`"))?;
    let mut layout = readings_or_wide(names, &plain, date)?;
    for role in &mut layout.roles {
        if let Role::Price(_, slot) = role {
            *role = Role::Value(*slot);
        }
    }
    (layout.vendor, layout.shape) = (Vendor::Series, Shape::Readings);
    Ok(layout)
}

/// A value with two dates: what it is about and when it was known, or in which vintage it stood.
fn facts(plain: &[String], names: &[String]) -> Option<Layout> {
    let role = |name: &String| match name.as_str() {
        "about" | "obs" | "observationdate" | "time" | "date" | "period" => Role::Date,
        "known" | "pubdate" | "published" | "realtimestart" => Role::Known,
        "vintage" => Role::Vintage,
        "series" | "seriesid" => Role::Series,
        "value" => Role::Value(0),
        "expected" | "forecast" | "consensus" => Role::Value(FORECAST),
        _ => Role::Skip,
    };
    let roles: Vec<Role> = plain.iter().map(role).collect();
    let has = |role| roles.iter().filter(|r| **r == role).count() == 1;
    let dated = has(Role::Known) != has(Role::Vintage);
    let forecasts = roles.iter().filter(|role| **role == Role::Value(FORECAST)).count();
    if forecasts > 1 {
        return None;
    }
    if !has(Role::Date) || !has(Role::Value(0)) || !dated {
        return None;
    }
    let ignored = names.iter().zip(&roles).filter(|(_, r)| **r == Role::Skip);
    Some(Layout {
        vendor: Vendor::Facts,
        shape: Shape::Facts,
        meaning: Meaning::Adjusted,
        ignored: ignored.map(|(name, _)| name.clone()).collect(),
        symbols: Vec::new(),
        roles,
    })
}

/// Vendors answer errors with web pages and JSON, which then lie on disk under the name of a table.
fn not_a_table(names: &[String]) -> Option<&'static str> {
    let first = names.first()?.to_lowercase();
    match () {
        () if first.starts_with("<!") || first.starts_with("<html") => {
            Some("this is a web page, not a table")
        }
        () if first.starts_with(['{', '[']) => {
            Some("this is JSON, not a table; vendors answer so when they refuse")
        }
        () => None,
    }
}

fn unknown(names: &[String], why: &str) -> Error {
    let shown: Vec<&str> = names.iter().map(String::as_str).take(12).collect();
    let more = if names.len() > 12 { ", …" } else { "" };
    Error::data(format!("cannot tell what this table is: {why}; its columns are {}{more}", shown.join(", "))).hint(
        "understood are: date with close, open, high, low, volume, dividend, split, adj_close (and as Yahoo, Stooq, \
         Tiingo and Alpha Vantage name them), the same with a symbol column, date with one column of closes for each \
         symbol, date with value, series with about, known, value, and symbol with ex_date, kind, amount, pay_date, into, basis",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str) -> Layout {
        recognise(&names(header)).unwrap()
    }
    fn names(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn vendors_are_told_apart_by_their_headers() {
        use Meaning::{Adjusted, Raw, SplitAdjusted};
        use Shape::{Facts, Long, Readings, Single, Wide};
        for (header, vendor, shape, meaning) in [
            (
                "date,open,high,low,close,volume,dividend,split,adj_close",
                Vendor::Trimtab,
                Single,
                Raw,
            ),
            ("date,symbol,close,volume,dividend,split,adj_close", Vendor::Trimtab, Long, Raw),
            ("Date,Open,High,Low,Close,Adj Close,Volume", Vendor::Yahoo, Single, SplitAdjusted),
            (
                "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits",
                Vendor::Yahoo,
                Single,
                SplitAdjusted,
            ),
            (
                "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits,Capital Gains",
                Vendor::Yahoo,
                Single,
                Adjusted,
            ),
            ("Date,Open,High,Low,Close,Volume", Vendor::Stooq, Single, Adjusted),
            (
                "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
                Vendor::Stooq,
                Long,
                Adjusted,
            ),
            (
                "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor",
                Vendor::Tiingo,
                Single,
                Raw,
            ),
            (
                "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
                Vendor::AlphaVantage,
                Single,
                Raw,
            ),
            ("timestamp,open,high,low,close,volume", Vendor::AlphaVantage, Single, Raw),
            (",SPY,IEF", Vendor::Wide, Wide, Adjusted),
            // Lowe's and Opendoor: tickers that are also words of a header.
            ("date,LOW,OPEN", Vendor::Wide, Wide, Adjusted),
            ("month_end,SPY,TLT,^IRX", Vendor::Wide, Wide, Adjusted),
            ("DATE,UNRATE", Vendor::Series, Readings, Adjusted),
            ("date,value", Vendor::Series, Readings, Adjusted),
            ("series,obs,vintage,value", Vendor::Facts, Facts, Adjusted),
            ("time,pub_date,value,id", Vendor::Facts, Facts, Adjusted),
            ("series,about,known,value", Vendor::Facts, Facts, Adjusted),
        ] {
            let found = layout(header);
            assert_eq!(
                (found.vendor, found.shape, found.meaning),
                (vendor, shape, meaning),
                "{header}"
            );
            assert!(found.ignored.is_empty() || header.contains("id"), "{:?}", found.ignored);
        }
    }

    #[test]
    fn a_header_of_two_lines_names_fields_and_tickers() {
        let (fields, tickers) = (names("Price,Close,Close,Volume"), names("Ticker,SPY,IEF,SPY"));
        assert!(names_tickers(&tickers));
        let layout = recognise_two(&fields, &tickers).unwrap();
        assert_eq!(layout.symbols, ["SPY", "IEF"]);
        assert_eq!(layout.roles[2], Role::Price(Field::Close, 1));
        assert_eq!(layout.roles[3], Role::Price(Field::Volume, 0));
    }

    #[test]
    fn what_is_not_understood_is_listed() {
        let error = recognise(&names("foo,bar")).unwrap_err().to_string();
        assert!(error.contains("foo, bar") && error.contains("adj_close"), "{error}");
        assert!(recognise(&names("<!DOCTYPE html>")).unwrap_err().to_string().contains("web page"));
        assert!(recognise(&names("{")).unwrap_err().to_string().contains("JSON"));
        assert!(recognise(&names("date")).is_err());
    }
}
