//! How it fared in each kind of market, and what its protection cost when none was needed.
use std::collections::BTreeMap;

use trimtab_core::{Date, Market, Result};

use super::verdict::insured_against;
use super::{Prepares, TearSheet, prose, table};
use crate::behaviour::{ClassRow, Classes, RegimeRule, Seen, by_class};
use crate::insurance::chance_of_trailing;
use crate::page::{Block, Section};
use crate::words::{fixed, percent};

/// Lengths of the spans over which trailing is counted, in years.
const YEARS: [u32; 4] = [1, 3, 5, 10];

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Option<Section>> {
    let Some((rival, markets)) = sheet.rival().zip(all.markets.as_ref()) else { return Ok(None) };
    let record = &all.run.record;
    let markets = by_class(record, markets)?;
    let regimes = RegimeRule::yearly(record.periods_yearly());
    let regimes = by_class(record, &Classes::regimes(record, &regimes, Seen::Before)?)?;
    let mut blocks = vec![
        prose(format!(
            "Up, down, flat and choppy: what {} did over the three months that end with each session. The window that names \
             the market is the one that is measured, so this describes what happened; nobody could have acted on it.",
            rival.name
        )),
        rows("In each kind of market", rival.name, record.periods_yearly(), &markets),
        rows(
            &format!(
                "In regimes known beforehand: {} above or below its ten-month average, calm or rough",
                rival.name
            ),
            rival.name,
            record.periods_yearly(),
            &regimes,
        ),
    ];
    blocks.extend(afterwards(sheet, all)?);
    blocks.extend(insurance(sheet, all)?);
    Ok(Some(Section::new("Kinds of market", blocks)))
}

/// Series that hold consumer prices, whichever the data have.
const PRICES: [&str; 3] = ["CPIAUCSL", "CPIAUCNS", "CPI"];

/// Bull and bear markets, rough times and inflation as the whole span shows them.
fn afterwards(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Vec<Block>> {
    let (Some(rival), Some(phases)) = (sheet.rival(), &all.phases) else { return Ok(Vec::new()) };
    let record = &all.run.record;
    let mut found = by_class(record, phases)?;
    let months = (record.periods_yearly() / 4.0).round().max(2.0) as usize;
    found.extend(by_class(record, &Classes::roughness(record, months)?)?);
    let inflation = inflation(sheet.market, record.dates());
    if inflation.iter().any(Option::is_some) {
        found.extend(by_class(record, &Classes::inflation(record, &inflation)?)?);
    }
    Ok(vec![
        prose(format!(
            "Seen from the end: bull and bear markets of {} by turns of 20 %, the roughest quarter of the time by its volatility over three \
             months, and inflation over a year where the data have consumer prices, in their last revision. None of it was known at the \
             time: it says what to expect of the strategy in such times, not what could have been earned by knowing them.",
            rival.name
        )),
        rows(
            "Bull, bear, rough and dear times, known only afterwards",
            rival.name,
            record.periods_yearly(),
            &found,
        ),
    ])
}

/// The change of consumer prices over the year that ended in the month of each period's end, in the last revision.
fn inflation(market: &Market, dates: &[Date]) -> Vec<Option<f64>> {
    let series = PRICES.iter().find_map(|name| market.series(name));
    let mut by_month = BTreeMap::new();
    // Facts stand in the order in which they became known: the last of a month is its last revision.
    for fact in series.map(|series| series.facts()).unwrap_or_default() {
        by_month.insert((fact.about.year(), fact.about.month()), fact.value);
    }
    let change = |date: &Date| {
        let (year, month) = (date.year(), date.month());
        let before = by_month.get(&(year - 1, month)).filter(|x| **x > 0.0)?;
        Some(by_month.get(&(year, month))? / before - 1.0)
    };
    dates[1..].iter().map(change).collect()
}

/// Fewer periods than this part of a year are not turned into a yearly return: it would be read as one.
const LEAST_YEARS: f64 = 0.25;

fn rows(caption: &str, rival: &str, per_year: f64, rows: &[ClassRow]) -> Block {
    let least = (per_year * LEAST_YEARS).ceil() as usize;
    let optional = |x: Option<f64>| x.map_or("-".to_owned(), percent);
    let rows = rows.iter().map(|row| {
        let yearly = |x: Option<f64>| optional(x.filter(|_| row.periods >= least));
        vec![
            row.name.clone(),
            percent(row.share),
            yearly(Some(row.return_yearly)),
            yearly(row.benchmark_return_yearly),
            yearly(row.active_return_yearly),
            row.active_t.map_or("-".to_owned(), |t| fixed(t, 1)),
            optional(row.volatility_yearly),
            row.correlation.map_or("-".to_owned(), |c| fixed(c, 2)),
        ]
    });
    let other = format!("{rival}, a year");
    let head = [
        "Market",
        "Of the time",
        "Run, a year",
        &other,
        "Lead a year",
        "t of the lead",
        "Volatility",
        "Correlation",
    ];
    table(caption, head, rows.collect())
}

fn insurance(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Vec<Block>> {
    let Some((name, beside)) = insured_against(sheet, all) else { return Ok(Vec::new()) };
    let trailing = chance_of_trailing(&beside.record, &YEARS)?;
    if trailing.is_empty() {
        return Ok(Vec::new());
    }
    let rows = trailing.iter().map(|row| {
        vec![
            format!("{} year{}", row.years, if row.years == 1 { "" } else { "s" }),
            format!("{:.0} %", row.chance * 100.0),
            row.mean_behind.map_or("-".to_owned(), percent),
            percent(row.worst_behind.max(0.0)),
            row.spans.to_string(),
            row.apart.to_string(),
        ]
    });
    let head = [
        "Over",
        "It trailed in",
        "then by, a year",
        "at worst, a year",
        "Spans (overlapping)",
        "Spans side by side",
    ];
    Ok(vec![
        prose(format!(
            "The price of insurance: how often the run earned less than {name} over all spans of a length. Few spans lie side by \
             side, so long ones rest on little."
        )),
        table(format!("Chance of trailing {name}"), head, rows.collect()),
    ])
}
