//! A table of who belonged to an index, so that a backtest chooses among those of the day and not among the survivors.
//!
//! Recognised by its header, in any order of columns. Spells, as lists of index members are kept:
//!
//! ```text
//! symbol,from,to
//! AABA,1999-12-08,2017-06-19
//! A,2000-06-05,
//! ```
//!
//! `from` is the first day on which it belonged, `to` the first on which it no longer did, empty while it does. Both became known
//! on that day. `ticker,start_date,end_date` mean the same. Or announcements, with the day on which each became known:
//!
//! ```text
//! symbol,about,known,member
//! TSLA,2020-12-21,2020-11-16,1
//! AIV,2020-12-21,2020-11-16,0
//! ```
//!
//! A column `universe` names the index of each row; without it the name of the file does.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use trimtab_core::{AssetId, Error, Membership, Result, Universe};

use crate::csv;
use crate::dates;
use crate::file::{self, File};
use crate::notice::{Log, NoticeKind};

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) universe: String,
    pub(crate) symbol: String,
    pub(crate) said: Said,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Said {
    /// It belonged from the first day on, and no longer from the second on.
    Spell { from: Date, to: Option<Date> },
    /// From `about` on it belongs or not, known from `known` on.
    Announced { about: Date, known: Date, belongs: bool },
}

/// Where each column of the table stands.
struct Columns {
    symbol: usize,
    universe: Option<usize>,
    kind: Form,
}

enum Form {
    Spells { from: usize, to: usize },
    Announcements { about: usize, known: usize, member: usize },
}

impl Columns {
    /// The places of the columns, when the header is that of such a table.
    fn of(names: &[String]) -> Option<Self> {
        let place = |any: &[&str]| {
            names.iter().position(|name| any.iter().any(|n| name.eq_ignore_ascii_case(n)))
        };
        let spells = || {
            Some(Form::Spells {
                from: place(&["from", "start_date"])?,
                to: place(&["to", "end_date"])?,
            })
        };
        let announcements = || {
            let (about, known) = (place(&["about"])?, place(&["known"])?);
            Some(Form::Announcements { about, known, member: place(&["member"])? })
        };
        Some(Self {
            symbol: place(&["symbol", "ticker"])?,
            universe: place(&["universe"]),
            kind: announcements().or_else(spells)?,
        })
    }
}

/// The rows of the file; `None` when its header is another table's.
///
/// # Errors
/// When a row names no symbol, or a cell is not what its column holds.
pub(crate) fn read(file: &File) -> Result<Option<Vec<Member>>> {
    csv::each_row(file, Columns::of, member)
}

/// Reads one row; the error is a sentence.
fn member(
    columns: &Columns,
    cells: &[String],
    file: &Arc<str>,
    line: u32,
) -> std::result::Result<Member, String> {
    let cell = |ix: usize| cells.get(ix).map_or("", String::as_str);
    let date = |name: &str, ix: usize| {
        let text = cell(ix);
        dates::parse_one(text.as_bytes()).ok_or_else(|| format!("{name}: `{text}` is no date"))
    };
    let symbol = cell(columns.symbol).to_owned();
    if symbol.is_empty() {
        return Err("the row names no symbol".to_owned());
    }
    let universe = match columns.universe.map(cell) {
        Some("") => return Err("the row names no universe".to_owned()),
        Some(named) => named.to_owned(),
        None => file::stem(file).to_owned(),
    };
    let said = match columns.kind {
        Form::Spells { from, to } => {
            let from = date("from", from)?;
            let to = if cell(to).is_empty() { None } else { Some(date("to", to)?) };
            if let Some(to) = to.filter(|to| *to <= from) {
                return Err(format!("`to`, {to}, is not after `from`, {from}"));
            }
            Said::Spell { from, to }
        }
        Form::Announcements { about, known, member } => {
            let belongs = match cell(member) {
                "1" => true,
                "0" => false,
                other => return Err(format!("member: `{other}` is neither 1 nor 0")),
            };
            Said::Announced { about: date("about", about)?, known: date("known", known)?, belongs }
        }
    };
    Ok(Member { file: Arc::clone(file), line, universe, symbol, said })
}

impl Said {
    /// The first day of what the row says, by which rows of one asset are put in order.
    fn begins(self) -> (Date, Date) {
        match self {
            Said::Spell { from, .. } => (from, from),
            Said::Announced { about, known, .. } => (about, known),
        }
    }

    fn announced(self, asset: AssetId) -> impl Iterator<Item = Membership> {
        let one = |about, known, belongs| Membership { about, known, belongs, asset };
        let (first, second) = match self {
            Said::Spell { from, to } => (one(from, from, true), to.map(|to| one(to, to, false))),
            Said::Announced { about, known, belongs } => (one(about, known, belongs), None),
        };
        std::iter::once(first).chain(second)
    }
}

/// Puts the rows together. `place` gives the asset of a symbol; nothing that was known only after `until` counts.
///
/// # Errors
/// When two spells of an asset overlap or two rows contradict each other; and, unless `drop` allows to leave them out, when
/// members have no prices.
pub(crate) fn universes(
    rows: &[Member],
    place: impl Fn(&str) -> Option<AssetId>,
    until: Option<Date>,
    drop: bool,
    log: &mut Log,
) -> Result<Vec<Universe>> {
    let mut all: BTreeMap<&str, BTreeMap<AssetId, Vec<&Member>>> = BTreeMap::new();
    let mut absent: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| until.is_none_or(|until| row.said.begins().1 <= until)) {
        match place(&row.symbol) {
            Some(asset) => {
                all.entry(&row.universe).or_default().entry(asset).or_default().push(row);
            }
            None => {
                absent.entry(&row.universe).or_default().insert(&row.symbol);
            }
        }
    }
    for (universe, symbols) in &absent {
        let some: Vec<&str> = symbols.iter().copied().take(SHOWN).collect();
        let more = if symbols.len() > SHOWN { ", …" } else { "" };
        let said = format!(
            "{} members of {universe} have no prices: {}{more}",
            symbols.len(),
            some.join(" ")
        );
        if !drop {
            return Err(Error::data(said).hint(
                "name their prices with --data, also of those that ended; without them a backtest chooses among survivors \
                 (`--repair drop-members` leaves them out)",
            ));
        }
        log.note(
            NoticeKind::Lost,
            format!("{said}; they were left out, as if they never belonged"),
        );
    }
    let mut universes = Vec::new();
    for (name, assets) in all {
        let mut announced = Vec::new();
        for (asset, mut rows) in assets {
            rows.sort_by_key(|row| row.said.begins());
            if let Some(pair) = rows.windows(2).find(|pair| contradict(pair[0].said, pair[1].said))
            {
                let (first, second) = (pair[0], pair[1]);
                let said = format!(
                    "{} belongs to {name} already: the row overlaps or repeats {}:{}",
                    second.symbol, first.file, first.line
                );
                return Err(Error::data(said)
                    .place(format!("{}:{}", second.file, second.line))
                    .hint("a spell begins on or after the day on which the one before ended"));
            }
            let rows = rows.iter().flat_map(|row| row.said.announced(asset));
            announced.extend(rows.filter(|m| until.is_none_or(|until| m.known <= until)));
        }
        universes.push(Universe::new(name, announced)?);
    }
    Ok(universes)
}

/// Symbols that a message names.
const SHOWN: usize = 8;

/// Whether two neighbours in order cannot both hold.
fn contradict(first: Said, second: Said) -> bool {
    match (first, second) {
        (Said::Spell { to, .. }, Said::Spell { from, .. }) => to.is_none_or(|to| to > from),
        _ => first.begins() == second.begins(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rows(text: &str) -> Result<Option<Vec<Member>>> {
        read(&File { name: "lists/SP500.csv".to_owned(), bytes: text.as_bytes().to_vec() })
    }

    fn of(text: &str, drop: bool) -> Result<Vec<Universe>> {
        let place = |symbol: &str| match symbol {
            "A" => Some(AssetId(0)),
            "B" | "FORMERLY-B" => Some(AssetId(1)),
            _ => None,
        };
        let until = Some(date(2020, 1, 1));
        universes(&rows(text).unwrap().unwrap(), place, until, drop, &mut Log::default())
    }

    #[test]
    fn spells_and_announcements_say_the_same() {
        let spells =
            of("ticker,start_date,end_date\nA,2000-01-03,2001-01-03\nB,2000-05-01,\n", false);
        let announced = of(
            "symbol,about,known,member\nB,2000-05-01,2000-05-01,1\nA,2001-01-03,2001-01-03,0\n\
             A,2000-01-03,2000-01-03,1\n",
            false,
        );
        assert_eq!(spells, announced);
        let all = spells.unwrap();
        assert_eq!((all.len(), all[0].name(), all[0].announced().len()), (1, "SP500", 3));
        let named =
            of("universe,symbol,from,to\nX,A,2000-01-03,\nY,A,2000-01-03,\n", false).unwrap();
        assert_eq!(named.iter().map(Universe::name).collect::<Vec<_>>(), ["X", "Y"]);
        // What became known after the end is cut off: the spell that began before stays open.
        let cut = of("symbol,from,to\nA,2019-01-03,2021-01-03\nB,2020-06-01,\n", false).unwrap();
        assert_eq!(cut[0].announced().len(), 1);
        assert_eq!(rows("date,symbol,close\n2018-01-02,A,1\n").unwrap(), None);
    }

    #[test]
    fn senseless_tables_are_refused_by_line() {
        for (text, said) in [
            (
                "symbol,from,to\nA,2000-01-03,2000-01-03\n",
                "SP500.csv:2: `to`, 2000-01-03, is not after",
            ),
            ("symbol,from,to\n,2000-01-03,\n", "names no symbol"),
            ("symbol,from,to\nA,soon,\n", "from: `soon` is no date"),
            ("symbol,from,to,universe\nA,2000-01-03,,\n", "names no universe"),
            ("symbol,about,known,member\nA,2000-01-03,2000-01-03,x\n", "`x` is neither 1 nor 0"),
        ] {
            let error = rows(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        for (text, said) in [
            (
                "symbol,from,to\nA,2001-01-03,\nA,2000-01-03,2001-01-04\n",
                "SP500.csv:2: A belongs to SP500 already: the row overlaps or repeats lists/SP500.csv:3",
            ),
            // Two tickers of one asset.
            ("symbol,from,to\nB,2001-01-03,\nFORMERLY-B,2000-01-03,\n", "overlaps"),
            (
                "symbol,about,known,member\nA,2000-01-03,2000-01-03,1\nA,2000-01-03,2000-01-03,0\n",
                "overlaps or repeats",
            ),
            (
                "symbol,from,to\nA,2001-01-03,\nZ,2000-01-03,\n",
                "1 members of SP500 have no prices: Z",
            ),
            ("symbol,from,to\nZ,2000-01-03,\n", "have no prices"),
        ] {
            let error = of(text, false).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let left = of("symbol,from,to\nA,2001-01-03,\nZ,2000-01-03,\n", true).unwrap();
        assert_eq!(left[0].announced().len(), 1);
        // One ends on the day on which the next begins.
        assert!(of("symbol,from,to\nA,2000-01-03,2001-01-03\nA,2001-01-03,\n", false).is_ok());
    }
}
