//! Files of one's own into the store.
use std::path::PathBuf;

use trimtab_core::{Error, Fact, Kind, Levels, Result};

use super::{Bars, Change, Key, Rows, What, Writer};
use crate::file;
use crate::input::{Input, Inputs};
use crate::layout::Vendor;
use crate::load::{Options, gate, parse_all};
use crate::merge::merge;
use crate::meta::{self, Metas};
use crate::notice::{Log, Notice, NoticeKind};
use crate::prices::{Prices, prices};
use crate::series::Readings;

/// What an import brought.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Each entry and what became of it.
    pub changes: Vec<(Key, Change)>,
    /// What was lost, repaired and assumed, as when loading.
    pub log: Vec<Notice>,
}

/// Reads files and folders as [`load`](crate::load) does, with the same refusals, repairs and notices, and puts each
/// symbol and series into the store under `source`, in the place of what that source had before. The caller's meta
/// table, if any, goes into the store too. Tables of corporate actions and of members are kept as they
/// are.
///
/// # Errors
/// Those of loading; then nothing is written. When writing fails, what was written until then stays.
pub fn import(
    writer: &mut Writer,
    paths: &[PathBuf],
    source: &str,
    options: &Options,
) -> Result<Imported> {
    if source.is_empty() || source.contains(char::is_whitespace) {
        return Err(Error::new(Kind::Usage, format!("`{source}` cannot be the name of a source")));
    }
    let inputs = Inputs::find(paths)?;
    let mut log = Log::default();
    let (all, readings, texts) = read(&inputs, options, &mut log)?;
    let mut rows: Vec<(String, Rows)> = all.into_iter().map(of_prices).collect();
    rows.extend(readings.into_iter().map(of_readings));
    for (name, rows) in &rows {
        rows.check().map_err(|error| Error::data(format!("{name}: {}", error.message())))?;
    }
    let mut changes = Vec::new();
    for (name, rows) in rows {
        let key = Key::new(rows.what(), name, source);
        changes.push((key.clone(), writer.replace(&key, rows, None)?));
    }
    for (what, name, bytes) in texts {
        let key = Key::new(what, name, source);
        changes.push((key.clone(), writer.text(&key, &bytes)?));
    }
    Ok(Imported { changes, log: log.notices() })
}

/// A text that is kept as it is: what it is, its name, its bytes.
type Text = (What, String, Vec<u8>);

fn read(
    inputs: &Inputs,
    options: &Options,
    log: &mut Log,
) -> Result<(Vec<Prices>, Vec<Readings>, Vec<Text>)> {
    let (mut all, mut readings, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let mut metas = Metas::new();
    if let Some(path) = &options.meta {
        let file = file::read(path)?;
        metas = meta::read(&file)?;
        texts.push((What::Meta, "meta".to_owned(), file.bytes));
    }
    let keep = options.repairs.keep();
    for (input, parsed) in inputs.all.iter().zip(parse_all(&inputs.all, |i| i.parse(keep))?) {
        let faults = parsed.faults.iter().chain(parsed.found.iter().flat_map(|f| &f.faults));
        gate(faults, &parsed.read.name, &options.repairs, log)?;
        for history in parsed.histories {
            let levels = metas.get(&history.symbol).and_then(|meta| meta.levels);
            all.push(prices(history, levels, &options.repairs, log));
        }
        for series in parsed.readings {
            if let Some(said) = &series.assumed {
                log.say(NoticeKind::Assumed, &series.name, said.clone());
            }
            readings.push(series);
        }
        let what = match parsed.read.vendor {
            Vendor::Actions => What::Actions,
            Vendor::Members => What::Members,
            _ => continue,
        };
        if let Input::File(path) = input {
            let name = file::stem(&parsed.read.name).to_owned();
            texts.push((what, name, file::read(path)?.bytes));
        }
    }
    // Former tickers keep their own rows here: which asset they belong to is said when the store is loaded.
    Ok((merge(all, &Metas::new(), log), readings, texts))
}

fn of_prices(prices: Prices) -> (String, Rows) {
    let raw = prices.levels == Levels::Raw;
    let along = |events: &[(jiff::civil::Date, f64)], nothing: f64| {
        let mut column = vec![nothing; if raw { prices.dates.len() } else { 0 }];
        for (date, value) in events {
            if let Ok(row) = prices.dates.binary_search(date)
                && let Some(cell) = column.get_mut(row)
            {
                *cell = *value;
            }
        }
        column
    };
    let bars = Bars {
        dividend: along(&prices.dividends, 0.0),
        split: along(&prices.splits, 1.0),
        dates: prices.dates,
        open: prices.open,
        high: prices.high,
        low: prices.low,
        close: prices.close,
        volume: prices.volume,
    };
    (prices.symbol, if raw { Rows::Prices(bars) } else { Rows::Adjusted(bars) })
}

fn of_readings(readings: Readings) -> (String, Rows) {
    let mut rows = readings.rows;
    let known = rows.iter().any(|row| row.1.is_some());
    if known {
        let fact = |(about, known, value, _): (_, Option<_>, _, _)| Fact {
            about,
            known: known.unwrap_or(about),
            value,
        };
        let mut facts: Vec<Fact> = rows.into_iter().map(fact).collect();
        facts.sort_by_key(|fact| (fact.known, fact.about));
        return (readings.name, Rows::Facts(facts));
    }
    rows.sort_by_key(|row| row.0);
    let rows = rows.into_iter().map(|(date, _, value, _)| (date, value)).collect();
    (readings.name, Rows::Readings(rows))
}
