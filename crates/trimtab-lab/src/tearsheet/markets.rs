//! How it fared in each kind of market, and what its protection cost when none was needed.
use trimtab_core::Result;

use super::verdict::insured_against;
use super::{Prepares, TearSheet, prose, table};
use crate::behaviour::ClassRow;
use crate::insurance::chance_of_trailing;
use crate::page::{Block, Section};
use crate::words::{fixed, percent};

/// Lengths of the spans over which trailing is counted, in years.
const YEARS: [u32; 4] = [1, 3, 5, 10];

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Result<Option<Section>> {
    let Some(rival) = sheet.rival() else { return Ok(None) };
    let per_year = all.run.record.periods_yearly();
    let of = |ways: &[&str]| -> Vec<ClassRow> {
        let ways = ways.iter().filter_map(|by| all.times.iter().find(|told| told.by == *by));
        ways.flat_map(|told| told.rows.iter().cloned()).collect()
    };
    let table = |caption: &str, ways: &[&str]| {
        let found = of(ways);
        (!found.is_empty()).then(|| rows(caption, rival.name, per_year, &found))
    };
    let name = rival.name;
    let mut blocks = vec![prose(format!(
        "Up, down, flat and choppy: what {name} did over the three months that end with each session. The window that names \
         the market is the one that is measured, so this describes what happened; nobody could have acted on it."
    ))];
    blocks.extend(table("In each kind of market", &["market"]));
    let caption = format!(
        "In regimes known beforehand: {name} above or below its ten-month average, calm or rough"
    );
    blocks.extend(table(&caption, &["regime"]));
    blocks.extend(table(
        "In states known beforehand: a jump model of its returns, fitted to the past alone every other year",
        &["fitted-regime"],
    ));
    blocks.push(prose(format!(
        "Seen from the end: bull and bear markets of {name} by turns of 20 %, the roughest quarter of the time by its volatility over \
         three months, inflation over a year where the data have consumer prices, in their last revision, and the states of the same \
         jump model fitted to the whole span. None of it was known at the time: it says what to expect of the strategy in such times, \
         not what could have been earned by knowing them."
    )));
    blocks.extend(table(
        "Bull, bear, rough and dear times, known only afterwards",
        &["phase", "volatility", "inflation", "fitted-to-all"],
    ));
    blocks.extend(agreement(all));
    blocks.extend(insurance(sheet, all)?);
    Ok(Some(Section::new("Kinds of market", blocks)))
}

/// How far what was known at the time was what the whole span shows.
fn agreement(all: &Prepares<'_>) -> Option<Block> {
    let live = all.told("fitted-regime")?;
    let agreed = live.agreement(all.told("fitted-to-all")?)?;
    Some(prose(format!(
        "On {} of the time the state known beforehand was the one that the whole span shows; whoever tests a strategy on the second \
         believes in what nobody had.",
        percent(agreed)
    )))
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
