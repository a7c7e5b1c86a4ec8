//! Every way in which a report tells times apart, with what the run did in each.
use std::collections::BTreeMap;

use serde::Serialize;
use trimtab_core::{Date, Market, Result};
use trimtab_strategy::Times;

use super::{ClassRow, Classes, MarketRule, RegimeRule, Seen, by_class};
use crate::record::Record;

/// When the label of a period was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Before it.
    Before,
    /// With its end: it describes the window that it ends.
    During,
    /// Only afterwards.
    Afterwards,
}

/// One way to tell times apart, and what the run did in each of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// `market`, `regime`, `fitted-regime`, `phase`, `volatility`, `inflation` or `fitted-to-all`.
    pub by: &'static str,
    /// When that was known.
    pub known: Known,
    /// The figures.
    pub rows: Vec<ClassRow>,
    /// The label of each period.
    #[serde(skip)]
    pub classes: Classes,
}

/// Series that hold consumer prices, whichever the data have.
const PRICES: [&str; 3] = ["CPIAUCSL", "CPIAUCNS", "CPI"];

/// Every way that the data allow. The record has a benchmark, which tells; `market` may hold consumer prices.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] without a benchmark.
pub fn times(record: &Record<'_>, market: &Market) -> Result<Vec<Told>> {
    use Known::{Afterwards, Before, During};
    let per_year = record.periods_yearly();
    let quarter = (per_year / 4.0).round().max(2.0) as usize;
    let inflation = inflation(market, record.dates());
    let inflation = match inflation.iter().any(Option::is_some) {
        true => Some(Classes::inflation(record, &inflation)?),
        false => None,
    };
    let rule = MarketRule::yearly(per_year);
    let regime = RegimeRule::yearly(per_year);
    let all = [
        ("market", During, Some(Classes::markets(record, &rule, Seen::During)?)),
        ("regime", Before, Some(Classes::regimes(record, &regime, Seen::Before)?)),
        ("fitted-regime", Before, Classes::fitted_at_the_time(record)?),
        ("phase", Afterwards, Some(Classes::phases(record)?)),
        ("volatility", Afterwards, Some(Classes::roughness(record, quarter)?)),
        ("inflation", Afterwards, inflation),
        ("fitted-to-all", Afterwards, Classes::fitted_to_all(record)?),
    ];
    let mut told = Vec::with_capacity(all.len());
    for (by, known, classes) in all {
        if let Some(classes) = classes {
            told.push(Told { by, known, rows: by_class(record, &classes)?, classes });
        }
    }
    Ok(told)
}

impl Told {
    /// Which of the times that a strategy file may speak of the class with this name is.
    pub fn times_of(name: &str) -> Option<Times> {
        Some(match name {
            "bull market" => Times::Bull,
            "bear market" => Times::Bear,
            "high volatility" => Times::HighVolatility,
            "usual volatility" => Times::UsualVolatility,
            "inflation of 3 % or more" => Times::HighInflation,
            "inflation below 3 %" => Times::LowInflation,
            "up" => Times::Up,
            "down" => Times::Down,
            "flat" => Times::Flat,
            "choppy" => Times::Choppy,
            _ => return None,
        })
    }
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
