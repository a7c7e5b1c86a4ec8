//! Robert Shiller's table of the US stock market since 1871, as the datasets project keeps it in text
//! (<https://github.com/datasets/s-and-p-500>; his own file is a spreadsheet in a binary format).
use trimtab_core::Result;
use trimtab_data::store::{Rows, What};

use crate::answer::{Lines, day, readings, text_body};
use crate::source::{Ask, Get, Source, Stop, named};

/// Price, dividends, earnings, CPI, long rate and CAPE by month.
#[derive(Debug)]
pub(crate) struct Shiller;

/// Its columns, and what the store calls them.
const COLUMNS: [(&str, &str); 9] = [
    ("SP500", "SHILLER.SP500"),
    ("Dividend", "SHILLER.DIVIDEND"),
    ("Earnings", "SHILLER.EARNINGS"),
    ("Consumer Price Index", "SHILLER.CPI"),
    ("Long Interest Rate", "SHILLER.RATE"),
    ("Real Price", "SHILLER.REAL_SP500"),
    ("Real Dividend", "SHILLER.REAL_DIVIDEND"),
    ("Real Earnings", "SHILLER.REAL_EARNINGS"),
    ("PE10", "CAPE"),
];

impl Source for Shiller {
    fn name(&self) -> &'static str {
        "shiller"
    }
    fn about(&self) -> &'static str {
        "Shiller's monthly table since 1871: SHILLER.SP500, .DIVIDEND, .EARNINGS, .CPI, .RATE, their real forms, and CAPE"
    }
    fn base(&self) -> &'static str {
        "https://raw.githubusercontent.com"
    }
    fn what(&self) -> What {
        What::Readings
    }
    fn per_minute(&self) -> f64 {
        10.0
    }
    fn only(&self) -> Option<&'static str> {
        Some("table")
    }
    fn incremental(&self) -> bool {
        false
    }
    fn covers(&self, _: &str, _: &str) -> bool {
        true
    }

    fn fetch(&self, ask: &Ask, get: &mut Get<'_>) -> Result<Vec<(String, Rows)>, Stop> {
        let body = get(&ask.request("/datasets/s-and-p-500/main/data/data.csv", text_body))?;
        named(read(&body, ask), "Shiller's table")
    }
}

fn read(body: &[u8], ask: &Ask) -> Result<Vec<(String, Rows)>> {
    let lines = Lines::read(body, false)?;
    let dates = lines.dates(lines.place("Date")?, day)?;
    let series = |(column, series): (&str, &str)| {
        // A zero stands where the figure is not there yet: none of these can be zero.
        let values = lines.numbers(lines.place(column)?, &[])?;
        let values = values.into_iter().map(|x| if x == 0.0 { f64::NAN } else { x }).collect();
        let rows = readings(dates.clone(), values);
        let rows = rows.into_iter().filter(|(date, _)| ask.spans(*date)).collect();
        Ok((series.to_owned(), Rows::Readings(rows)))
    };
    COLUMNS.into_iter().map(series).collect()
}
