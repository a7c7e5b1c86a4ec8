//! The way from paths to a market.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;
use trimtab_core::{Error, Fact, Market, Result, Series, Unit};

use crate::actions::{self, Told};
use crate::clean::{Found, clean};
use crate::fault::{Fault, What};
use crate::file::{self, File};
use crate::hash::ContentHash;
use crate::history::{self, History};
use crate::input::{Inputs, StoreRead};
use crate::layout::{Shape, Vendor};
use crate::members::{self, Member};
use crate::meta::{self, Metas};
use crate::notice::{Log, Notice, NoticeKind};
use crate::prices::{Prices, prices};
use crate::repair::{Keep, Repairs};
use crate::series::{self, BILLS, BILLS_TICKER, EXPECTATION, Readings, SeriesFile};
use crate::table::{Expect, Table};
use crate::{assemble, merge, proxy, sessions};

/// What the caller says about the files.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which faults may be mended; else they are refused.
    pub repairs: Repairs,
    /// The risk-free rate in percent a year; becomes the series `bills`.
    pub bills: Option<SeriesFile>,
    /// Files of readings: macroeconomic series, indicators, yields.
    pub series: Vec<SeriesFile>,
    /// Only these symbols, present or former; all when absent.
    pub symbols: Option<Vec<String>>,
    /// A table of former tickers, delistings and fund rules, by symbol.
    pub meta: Option<PathBuf>,
    /// Nothing before this date.
    pub from: Option<Date>,
    /// Nothing after this date, published readings included.
    pub to: Option<Date>,
    /// From which difference of simple returns on the quality report lists two sources as apart; 0.01 when absent.
    pub apart: Option<f64>,
}

impl Options {
    /// Whether the date lies within what is asked for.
    fn spans(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to)
    }
}

/// A market, and all there is to say about how it came from files.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The market.
    pub market: Market,
    /// What was lost, repaired and assumed, the gravest first.
    pub log: Vec<Notice>,
    /// Identifies the content.
    pub hash: ContentHash,
    /// What was read.
    pub files: Vec<FileRead>,
    /// The stores among it.
    pub stores: Vec<StoreRead>,
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileRead {
    /// Its name as given.
    pub name: String,
    /// Whose layout it has.
    pub vendor: Vendor,
    /// Rows below the header.
    pub rows: usize,
    /// Symbols and series in it.
    pub symbols: usize,
}

/// Loads files and folders into one market.
///
/// # Errors
/// When a file cannot be read or understood, a row makes no sense and no repair covers it, or nothing has a price.
pub fn load(paths: &[PathBuf], options: &Options) -> Result<Loaded> {
    let Inputs { all, meta, stores } = Inputs::find(paths)?;
    let beside = Beside::read(options, meta)?;
    let keep = options.repairs.keep();
    let parsed = parse_all(&all, |input| input.parse(keep))?;
    let loaded = build(parsed, beside, options)?;
    Ok(Loaded { stores, ..loaded })
}

/// Loads tables from memory: pairs of a name, which stands for the symbol, and bytes, gzipped or not.
///
/// # Errors
/// As [`load`].
pub fn load_bytes(files: &[(&str, &[u8])], options: &Options) -> Result<Loaded> {
    let beside = Beside::read(options, None)?;
    build(parse_bytes_all(files, options.repairs.keep())?, beside, options)
}

/// Reads one table as far as it can be read without others, for tests that feed it arbitrary bytes.
///
/// # Errors
/// When the bytes are no table.
pub fn parse_bytes(name: &str, bytes: &[u8]) -> Result<FileRead> {
    let file = file::unpack(name.to_owned(), bytes.to_vec())?;
    let parsed = Parsed::new(&file, Repairs::default().keep())?;
    let mut log = Log::default();
    for history in parsed.histories {
        prices(history, None, &Repairs::default(), &mut log);
    }
    for readings in parsed.readings {
        series::series(readings, None, Unit::Level, name, &mut log)?;
    }
    Ok(parsed.read)
}

fn build(parsed: Vec<Parsed>, beside: Beside, options: &Options) -> Result<Loaded> {
    let mut log = Log::default();
    let choice = Choice::new(options, &beside.metas);
    let (mut chosen, mut facts, mut files) = (Vec::new(), Vec::new(), Vec::new());
    let (mut told, mut members) = (Vec::new(), Vec::new());
    for (wanted, file) in &beside.series {
        let own = wanted_series(wanted, file, options, &mut log)?;
        facts.extend(own.into_iter().map(|series| (series, file.name.clone())));
    }
    for file in parsed {
        let name = file.read.name.clone();
        gate(file.wanted_faults(&choice), &name, &options.repairs, &mut log)?;
        if let Some(unused) = file.unused {
            log.note(NoticeKind::Unused, unused);
        }
        if !file.ignored.is_empty() {
            let text = format!("columns that mean nothing here: {}", file.ignored.join(", "));
            log.note(NoticeKind::Unused, text);
        }
        for (history, found) in file.histories.into_iter().zip(file.found) {
            if !choice.takes(&name, &history.symbol) {
                continue;
            }
            say_missing(&history.symbol, &found.missing, &mut log);
            chosen.push(history);
        }
        for readings in file.readings {
            let given = options.bills.is_some() && readings.name == BILLS;
            if !given && !choice.is_series(&name, &readings.name) {
                let unit = unit_of(&readings.name);
                let series = series::series(readings, None, unit, &name, &mut log)?;
                facts.push((series, name.clone()));
            }
        }
        told.extend(file.actions);
        members.extend(file.members);
        files.push(file.read);
    }
    let all = meant(chosen, &beside.metas, &options.repairs, &mut log);
    let given: BTreeSet<String> = all.iter().map(|prices| prices.symbol.clone()).collect();
    let mut all = settle(all, &beside.metas, options, &mut log)?;
    choice.all_found(&all)?;
    let facts = published(facts, options.to, &mut log)?;
    proxy::splice(&mut all, &beside.metas, &facts, &mut log)?;
    let sessions = sessions::union(&all);
    told.retain(|row| choice.takes(&row.file, &row.symbol) && options.spans(row.ex));
    // Who has prices, but none in the span asked for, or was not asked for, is no member here; who has none at all is missed.
    let metas = &beside.metas;
    let gone = |row: &Member| {
        given.contains(&row.symbol) && assemble::place_of(&row.symbol, &all, metas).is_none()
    };
    members.retain(|row| choice.takes(&row.file, &row.symbol) && !gone(row));
    let universes = assemble::universes(&members, &all, metas, options, &mut log)?;
    let carry = options.repairs.carry;
    let about = assemble::About { metas, told: &told, carry, universes };
    let (market, hash) = assemble::assemble(&all, sessions, about, facts, &mut log)?;
    Ok(Loaded { market, log: log.notices(), hash, files, stores: Vec::new() })
}

/// What the histories mean, on all cores; the outcome is in their order.
fn meant(all: Vec<History>, metas: &Metas, repairs: &Repairs, log: &mut Log) -> Vec<Prices> {
    let one = |history: History| {
        let levels = metas.get(&history.symbol).and_then(|meta| meta.levels);
        let mut own = Log::default();
        let prices = prices(history, levels, repairs, &mut own);
        (prices, own)
    };
    let each: Vec<(Prices, Log)> = match all.len() {
        0..=FEW => all.into_iter().map(one).collect(),
        _ => all.into_par_iter().map(one).collect(),
    };
    let joined = |(prices, own)| {
        log.join(own);
        prices
    };
    each.into_iter().map(joined).collect()
}

/// One source for each symbol, cut to the span asked for, without rows of closed days.
fn settle(
    all: Vec<Prices>,
    metas: &Metas,
    options: &Options,
    log: &mut Log,
) -> Result<Vec<Prices>> {
    let mut all = merge::merge(all, metas, log);
    for prices in &mut all {
        let last = metas.get(&prices.symbol).and_then(|meta| meta.last_session);
        let to = last.into_iter().chain(options.to).min();
        prices.cut(options.from, to);
        if !prices.close.iter().any(|close| !close.is_nan()) {
            log.say(NoticeKind::Unused, &prices.symbol, "no close lies within the span asked for");
        }
    }
    all.retain(|prices| prices.close.iter().any(|close| !close.is_nan()));
    let closed = sessions::closed_days(&all, &sessions::union(&all));
    let mut files: Vec<&str> = closed.iter().map(|(ix, _)| &*all[*ix].file).collect();
    files.dedup();
    for file in files {
        let own = closed.iter().filter(|(ix, _)| *all[*ix].file == *file).map(|(_, fault)| fault);
        gate(own, file, &options.repairs, log)?;
    }
    sessions::leave_out(&mut all, &closed);
    Ok(all)
}

fn say_missing(symbol: &str, missing: &[Date], log: &mut Log) {
    if let Some(first) = missing.first() {
        let text = format!("{} rows have no close, the first of {first}", missing.len());
        log.say(NoticeKind::Doubtful, symbol, text);
    }
}

fn unit_of(series: &str) -> Unit {
    if series == BILLS { Unit::PercentPerYear } else { Unit::Level }
}

/// The series of a file that the caller called one.
fn wanted_series(
    wanted: &SeriesFile,
    file: &File,
    options: &Options,
    log: &mut Log,
) -> Result<Vec<Series>> {
    let table = Table::read(&file.name, &file.bytes, Expect::Readings)?;
    gate(table.faults.iter(), &file.name, &options.repairs, log)?;
    let mut all = series::readings(&table, &file.name);
    let named = |all: &[Readings]| {
        let names: Vec<&str> = all.iter().map(|r| r.name.as_str()).collect();
        format!("its columns are {}", names.join(", "))
    };
    if let Some(column) = &wanted.column {
        let hint = named(&all);
        let beside = format!("{column}{EXPECTATION}");
        all.retain(|readings| readings.name == *column || readings.name == beside);
        if all.is_empty() {
            let said = format!("there is no column `{column}`");
            return Err(Error::data(said).place(file.name.clone()).hint(hint));
        }
    }
    if let Some(name) = &wanted.name {
        if all.iter().filter(|readings| !readings.is_forecast()).count() > 1 {
            let said = format!("`{name}` could be any of {} columns", all.len());
            return Err(Error::data(said)
                .place(file.name.clone())
                .hint(format!("write PATH:COLUMN; {}", named(&all))));
        }
        for readings in &mut all {
            readings.name = match readings.is_forecast() {
                true => format!("{name}{EXPECTATION}"),
                false => name.clone(),
            };
        }
    }
    let fact = |readings| series::series(readings, wanted.delay_days, wanted.unit, &file.name, log);
    all.into_iter().map(fact).collect()
}

/// Leaves out what was published after `to`, and refuses two series of one name; each comes with its file.
fn published(all: Vec<(Series, String)>, to: Option<Date>, log: &mut Log) -> Result<Vec<Series>> {
    let mut files = BTreeMap::new();
    let mut kept = Vec::new();
    for (series, file) in all {
        if let Some(other) = files.insert(series.name().to_owned(), file.clone()) {
            let said = format!("two series are called {}: one here, one in {other}", series.name());
            let hint = "load only one of them, or name one NAME=PATH";
            return Err(Error::data(said).place(file).hint(hint));
        }
        let known = |fact: &&Fact| to.is_none_or(|to| fact.known <= to);
        let facts: Vec<Fact> = series.facts().iter().filter(known).copied().collect();
        if facts.is_empty() {
            log.say(NoticeKind::Unused, series.name(), "no reading was published by then");
            continue;
        }
        kept.push(series.with_facts(facts)?);
    }
    Ok(kept)
}

/// Which symbols and columns become assets.
struct Choice<'a> {
    symbols: Option<BTreeSet<&'a str>>,
    /// Every ticker that stands for a wanted symbol.
    tickers: BTreeSet<&'a str>,
    /// The present ticker of each former one.
    present: BTreeMap<&'a str, &'a str>,
    /// File and column of each series; the whole file without a column.
    series: Vec<(PathBuf, Option<&'a str>)>,
}

impl<'a> Choice<'a> {
    fn new(options: &'a Options, metas: &'a Metas) -> Self {
        let symbols: Option<BTreeSet<&str>> =
            options.symbols.as_ref().map(|all| all.iter().map(String::as_str).collect());
        let mut tickers = symbols.clone().unwrap_or_default();
        let mut present = BTreeMap::new();
        for (symbol, meta) in metas {
            let former = || meta.formerly.iter().map(String::as_str);
            if tickers.contains(symbol.as_str()) || former().any(|f| tickers.contains(f)) {
                tickers.insert(symbol);
                tickers.extend(former());
            }
            present.extend(former().map(|ticker| (ticker, symbol.as_str())));
        }
        let series = options.bills.iter().chain(&options.series);
        let series = series.map(|s| (real(&s.path), s.column.as_deref())).collect();
        Self { symbols, tickers, present, series }
    }

    /// Whether this symbol of this file becomes an asset.
    fn takes(&self, file: &str, symbol: &str) -> bool {
        let wanted = self.symbols.is_none() || self.tickers.contains(symbol);
        wanted && !self.is_series(file, symbol)
    }

    /// Whether the caller calls this column of this file a series.
    fn is_series(&self, file: &str, symbol: &str) -> bool {
        if self.series.is_empty() {
            return false;
        }
        let path = real(Path::new(file));
        self.series.iter().any(|(p, column)| *p == path && column.is_none_or(|c| c == symbol))
    }

    /// Refuses symbols that no file holds.
    fn all_found(&self, all: &[Prices]) -> Result<()> {
        let held: BTreeSet<&str> = all.iter().map(|p| p.symbol.as_str()).collect();
        let present = |s: &&str| held.contains(self.present.get(*s).unwrap_or(s));
        let missing: Vec<&str> =
            self.symbols.iter().flatten().copied().filter(|s| !present(s)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::data(format!("the data hold no price of {}", missing.join(" ")))
            .hint("name the file or folder with --data, or take them out of the list"))
    }
}

/// One spelling for a path; itself where it does not exist.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// What one file holds.
pub(crate) struct Parsed {
    pub(crate) read: FileRead,
    pub(crate) histories: Vec<History>,
    /// Beside each history what was found while it was put in order.
    pub(crate) found: Vec<Found>,
    pub(crate) readings: Vec<Readings>,
    /// Rows of a table of corporate actions.
    pub(crate) actions: Vec<Told>,
    /// Rows of a table of members.
    members: Vec<Member>,
    /// Cells and rows that could not be read.
    pub(crate) faults: Vec<Fault>,
    ignored: Vec<String>,
    /// Why nothing of it is used.
    unused: Option<String>,
}

impl Parsed {
    pub(crate) fn new(file: &File, keep: Keep) -> Result<Self> {
        if let Some(actions) = actions::read(file)? {
            return Ok(Self::of_actions(file, actions));
        }
        if let Some(members) = members::read(file)? {
            return Ok(Self::of_members(file, members));
        }
        let table = Table::read(&file.name, &file.bytes, Expect::Any)?;
        let name: Arc<str> = Arc::from(file.name.as_str());
        let mut histories = history::histories(&table, &name, &file::symbol_of(&file.name));
        let mut readings = series::readings(&table, &file.name);
        // A yield is no price: it may be zero or negative, and nobody can hold it.
        let yields = histories.iter().position(|history| history.symbol == BILLS_TICKER);
        readings.extend(yields.map(|ix| Readings::of_prices(BILLS, histories.remove(ix))));
        let read = FileRead {
            name: file.name.clone(),
            vendor: table.layout.vendor,
            rows: table.lines.len(),
            symbols: histories.len() + readings.len(),
        };
        let found = histories.iter_mut().map(|history| clean(history, keep)).collect();
        let (mut faults, ignored) = (table.faults, table.layout.ignored);
        if table.layout.shape == Shape::Single
            && let Some(history) = histories.first()
        {
            faults.iter_mut().for_each(|fault| fault.symbol.clone_from(&history.symbol));
        }
        Ok(Self { read, histories, found, readings, faults, ignored, ..Self::nothing() })
    }

    /// One symbol's rows as a store has them. They are what [`Rows::check`](crate::store::Rows::check) let in, by the
    /// checksum of their file: nothing has to be put in order or looked for.
    pub(crate) fn stored(history: History) -> Self {
        let (name, vendor) = (history.file.to_string(), history.vendor);
        let read = FileRead { name, vendor, rows: history.len(), symbols: 1 };
        Self { read, histories: vec![history], found: vec![Found::default()], ..Self::nothing() }
    }

    /// One series.
    pub(crate) fn of_readings(readings: Readings, name: String, vendor: Vendor) -> Self {
        let read = FileRead { name, vendor, rows: readings.rows.len(), symbols: 1 };
        Self { read, readings: vec![readings], ..Self::nothing() }
    }

    /// Something that is left aside, and why.
    pub(crate) fn unused(name: String, why: String) -> Self {
        let read = FileRead { name, vendor: Vendor::Series, rows: 0, symbols: 0 };
        Self { read, unused: Some(why), ..Self::nothing() }
    }

    fn nothing() -> Self {
        let read = FileRead { name: String::new(), vendor: Vendor::Trimtab, rows: 0, symbols: 0 };
        let (histories, found, readings) = (Vec::new(), Vec::new(), Vec::new());
        let (actions, members) = (Vec::new(), Vec::new());
        let (faults, ignored, unused) = (Vec::new(), Vec::new(), None);
        Self { read, histories, found, readings, actions, members, faults, ignored, unused }
    }

    fn of_actions(file: &File, actions: Vec<Told>) -> Self {
        let symbols: BTreeSet<&str> = actions.iter().map(|row| row.symbol.as_str()).collect();
        let (rows, symbols) = (actions.len(), symbols.len());
        let read = FileRead { name: file.name.clone(), vendor: Vendor::Actions, rows, symbols };
        Self { read, actions, ..Self::nothing() }
    }

    fn of_members(file: &File, members: Vec<Member>) -> Self {
        let symbols: BTreeSet<&str> = members.iter().map(|row| row.symbol.as_str()).collect();
        let (rows, symbols) = (members.len(), symbols.len());
        let read = FileRead { name: file.name.clone(), vendor: Vendor::Members, rows, symbols };
        Self { read, members, ..Self::nothing() }
    }

    /// Leaves out other symbols.
    pub(crate) fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        let keep: Vec<bool> = self.histories.iter().map(|h| wanted(&h.symbol)).collect();
        let mut next = keep.iter().copied();
        self.histories.retain(|_| next.next().unwrap_or(true));
        let mut next = keep.iter().copied();
        self.found.retain(|_| next.next().unwrap_or(true));
        self.faults.retain(|fault| fault.symbol.is_empty() || wanted(&fault.symbol));
    }

    fn wanted_faults<'a>(
        &'a self,
        choice: &'a Choice<'_>,
    ) -> impl Iterator<Item = &'a Fault> + Clone {
        let faults = self.faults.iter().chain(self.found.iter().flat_map(|found| &found.faults));
        faults.filter(|f| f.symbol.is_empty() || choice.takes(&self.read.name, &f.symbol))
    }
}

/// Refuses the first fault that no repair covers, and logs those that one does.
pub(crate) fn gate<'a>(
    faults: impl Iterator<Item = &'a Fault> + Clone,
    file: &str,
    repairs: &Repairs,
    log: &mut Log,
) -> Result<()> {
    let refused = faults.clone().filter(|fault| !repairs.mends(fault.what)).min_by_key(|f| f.line);
    if let Some(fault) = refused {
        let alike = faults.filter(|f| f.what.repair() == fault.what.repair()).count();
        return Err(fault.error(file, alike - 1));
    }
    let kinds: BTreeSet<What> = faults.clone().map(|f| f.what).collect();
    for kind in kinds {
        let alike = faults.clone().filter(|f| f.what == kind);
        let first = alike.clone().min_by_key(|f| f.line);
        let first = first.map(|f| f.place(file)).unwrap_or_default();
        let text = format!("{} ({} of them, the first {first})", kind.mended(), alike.count());
        log.note(NoticeKind::Repaired, text);
    }
    Ok(())
}

/// Files beside the prices.
struct Beside {
    metas: Metas,
    series: Vec<(SeriesFile, File)>,
}

impl Beside {
    /// `stored` is the table of a store, which one that the caller names replaces.
    fn read(options: &Options, stored: Option<File>) -> Result<Self> {
        let metas = match (&options.meta, stored) {
            (Some(path), _) => meta::read(&file::read(path)?)?,
            (None, Some(stored)) => meta::read(&stored)?,
            (None, None) => Metas::new(),
        };
        let wanted = options.bills.iter().chain(&options.series);
        let read = |wanted: &SeriesFile| Ok((wanted.clone(), file::read(&wanted.path)?));
        Ok(Self { metas, series: wanted.map(read).collect::<Result<_>>()? })
    }
}

/// The same for tables in memory.
pub(crate) fn parse_bytes_all(files: &[(&str, &[u8])], keep: Keep) -> Result<Vec<Parsed>> {
    parse_all(files, |(name, bytes)| {
        Parsed::new(&file::unpack((*name).to_owned(), bytes.to_vec())?, keep)
    })
}

/// Up to this many files the threads cost more than they bring.
const FEW: usize = 4;

/// Reads and parses on all cores; the outcome is in the order of what was given.
pub(crate) fn parse_all<T: Sync>(
    all: &[T],
    one: impl Fn(&T) -> Result<Parsed> + Sync,
) -> Result<Vec<Parsed>> {
    let parsed: Vec<Result<Parsed>> = match all.len() {
        0..=FEW => all.iter().map(&one).collect(),
        _ => all.par_iter().map(&one).collect(),
    };
    // The first one's error, whichever thread met one first.
    parsed.into_iter().collect()
}
