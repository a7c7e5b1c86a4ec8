//! The yield curve of the US Treasury, a table for each year.
use jiff::civil::Date;
use trimtab_core::{Error, Result};
use trimtab_data::store::{Rows, What};

use crate::answer::{Lines, month_first, readings, text_body};
use crate::source::{Ask, Get, Source, Stop, named};

/// Par yields of constant maturity, percent a year.
#[derive(Debug)]
pub(crate) struct Treasury;

/// The first year of the table.
const FIRST: i16 = 1990;

/// What it writes where there was no such bill or bond.
const NOTHING: [&str; 1] = ["N/A"];

impl Source for Treasury {
    fn name(&self) -> &'static str {
        "treasury"
    }
    fn about(&self) -> &'static str {
        "the daily par yield curve from 1990, percent a year, under the names that FRED uses: DGS1MO to DGS30"
    }
    fn base(&self) -> &'static str {
        "https://home.treasury.gov"
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn per_minute(&self) -> f64 {
        30.0
    }
    fn only(&self) -> Option<&'static str> {
        Some("curve")
    }
    fn covers(&self, _: &str, _: &str) -> bool {
        true
    }
    fn spans(&self, ask: &Ask) -> Vec<Ask> {
        years(ask)
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let year = ask.to.year();
        let path = format!(
            "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/{year}/all\
             ?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
        );
        let body = get(&ask.request(&path, text_body))?;
        named(read(&body, ask), &format!("the curve of {year}"))
    }
}

/// A question for each year.
pub(super) fn years(ask: &Ask) -> Vec<Ask> {
    let first = ask.from.map_or(FIRST, |from| from.year().max(FIRST));
    let of_year = |year: i16| {
        let (begin, end) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        Ask {
            from: Some(ask.from.map_or(begin, |from| from.max(begin))),
            to: end.min(ask.to),
            ..ask.clone()
        }
    };
    (first..=ask.to.year()).map(of_year).collect()
}

fn read(body: &[u8], ask: &Ask) -> Result<Vec<(String, Rows)>> {
    let lines = Lines::read(body, true)?;
    let place = lines.place("Date")?;
    let dates = lines.dates(place, month_first)?;
    if let Some(date) = dates.iter().find(|date| date.year() != ask.to.year()) {
        return Err(Error::data(format!("the answer has {date}, which was not asked for")));
    }
    let ordered = dates.is_sorted_by(|a, b| a < b) || dates.is_sorted_by(|a, b| a > b);
    if !ordered {
        return Err(Error::data(
            "the days of the answer are out of order, or one stands there twice",
        ));
    }
    let mut all = Vec::new();
    for (ix, column) in lines.names().iter().enumerate().filter(|(ix, _)| *ix != place) {
        let series = series(column).ok_or_else(|| {
            Error::data(format!("the answer has the unknown column `{column}`"))
                .hint("the source changed its format; a newer trimtab may know it")
        })?;
        let rows = readings(dates.clone(), lines.numbers(ix, &NOTHING)?);
        let rows = rows.into_iter().filter(|(date, _)| ask.spans(*date)).collect();
        all.push((series, Rows::Readings(rows)));
    }
    Ok(all)
}

/// `1 Mo` is DGS1MO, `1.5 Month` DGS1.5MO, `10 Yr` DGS10.
fn series(column: &str) -> Option<String> {
    let (number, unit) = column.split_once(' ')?;
    let count: f64 = number.parse().ok()?;
    match unit {
        "Mo" | "Month" => Some(format!("DGS{count}MO")),
        "Yr" => Some(format!("DGS{count}")),
        _ => None,
    }
}
