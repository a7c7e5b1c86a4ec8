//! The archive of the Federal Reserve Bank of St. Louis: every value with the day from which it stood.
//!
//! Asked with `realtime_start` and `realtime_end` and `output_type=1`: each row is a value and the span in which it
//! stood. (`vintage_date` is not a parameter of this address; it is ignored, and what comes is revised data.)
use jiff::civil::Date;
use trimtab_core::{Error, Fact, Result};
use trimtab_data::store::{Rows, What};

use super::fred::{BASE, KEY, Observation, PER_MINUTE, observations};
use crate::source::{Ask, Get, Source, Stop};

/// First prints and revisions.
#[derive(Debug)]
pub(crate) struct Alfred;

/// The first day of its calendar.
const BEGIN: Date = Date::constant(1776, 7, 4);

/// What it says when a span holds more vintages than it gives at a time.
const TOO_MANY: &str = "vintage dates";

impl Source for Alfred {
    fn name(&self) -> &'static str {
        "alfred"
    }
    fn about(&self) -> &'static str {
        "readings of economic series by series id with the day on which each became known, revisions included"
    }
    fn base(&self) -> &'static str {
        BASE
    }
    fn what(&self) -> What {
        What::Facts
    }
    fn key(&self) -> Option<&'static str> {
        Some(KEY)
    }
    fn per_minute(&self) -> f64 {
        PER_MINUTE
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let mut all = Vec::new();
        spans(ask, (ask.from.unwrap_or(BEGIN), ask.to), get, &mut all)?;
        all.sort_by_key(|row| (row.since, row.date));
        Ok(vec![(ask.name.clone(), Rows::Facts(facts(all)))])
    }
}

/// Asks for a span, in halves where it holds too many vintages.
fn spans(
    ask: &Ask,
    span: (Date, Date),
    get: &mut Get<'_>,
    all: &mut Vec<Observation>,
) -> Result<(), Stop> {
    match observations(ask, span, get) {
        Ok(rows) => {
            all.extend(rows);
            Ok(())
        }
        Err(Stop::This(error)) if error.message().contains(TOO_MANY) && span.0 < span.1 => {
            let days = span.0.until(span.1).map_or(0, |span| span.get_days());
            let middle = span.0.saturating_add(jiff::ToSpan::days(days / 2));
            let next = middle.tomorrow().map_err(|error| Error::data(error.to_string()))?;
            spans(ask, (span.0, middle), get, all)?;
            spans(ask, (next, span.1), get, all)
        }
        Err(stop) => Err(stop),
    }
}

/// Values that stood longer than a span are repeated on the first day of the next; a fact is a value that is another
/// than the one before. A date without a value has no row, so a period that was withdrawn keeps its last one.
fn facts(all: Vec<Observation>) -> Vec<Fact> {
    let mut known = std::collections::BTreeMap::new();
    let new = |row: &Observation| known.insert(row.date, row.value) != Some(row.value);
    let fact = |row: Observation| Fact { about: row.date, known: row.since, value: row.value };
    all.into_iter().filter(new).map(fact).collect()
}
