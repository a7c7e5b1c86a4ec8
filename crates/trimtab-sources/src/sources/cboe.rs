//! The volatility indices of Cboe, a table for each.
use trimtab_core::Result;
use trimtab_data::store::{Rows, What};

use crate::answer::{Lines, month_first, readings, text_body};
use crate::source::{Ask, Get, Source, Stop, escaped, named};

/// Closes of an index.
#[derive(Debug)]
pub(crate) struct Cboe;

impl Source for Cboe {
    fn name(&self) -> &'static str {
        "cboe"
    }
    fn about(&self) -> &'static str {
        "daily closes of volatility indices: VIX, VIX9D, VIX3M, VIX6M, VVIX and others of the same address"
    }
    fn base(&self) -> &'static str {
        "https://cdn.cboe.com"
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn per_minute(&self) -> f64 {
        30.0
    }
    fn only(&self) -> Option<&'static str> {
        Some("VIX")
    }
    fn incremental(&self) -> bool {
        // There is one file, which has everything.
        false
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let path =
            format!("/api/global/us_indices/daily_prices/{}_History.csv", escaped(&ask.name));
        let body = get(&ask.request(&path, text_body))?;
        let rows = named(read(&body, ask), &ask.name)?;
        Ok(vec![(ask.name.clone(), rows)])
    }
}

fn read(body: &[u8], ask: &Ask) -> Result<Rows> {
    let lines = Lines::read(body, false)?;
    let dates = lines.dates(lines.place("DATE")?, month_first)?;
    // Some indices have one value a day, in a column that bears their name.
    let place = lines.place("CLOSE").or_else(|error| lines.place(&ask.name).map_err(|_| error))?;
    let rows = readings(dates, lines.numbers(place, &[])?);
    Ok(Rows::Readings(rows.into_iter().filter(|(date, _)| ask.spans(*date)).collect()))
}
