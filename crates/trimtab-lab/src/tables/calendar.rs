//! Returns by calendar year and month.
use crate::prepared::{Prepared, Span};
use serde::Serialize;

/// Compounded returns, a row a year. Months and years the record covers in part hold the return of that part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CalendarReturns {
    /// The years in order of time.
    pub years: Vec<YearRow>,
}

/// One calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct YearRow {
    /// The year.
    pub year: i16,
    /// January to December; `None` where the record has no period that ends in the month.
    pub months: [Option<f64>; 12],
    /// The whole year.
    pub total: f64,
    /// The benchmark over the same periods.
    pub benchmark: Option<f64>,
}

impl CalendarReturns {
    /// The calendar returns of `run`.
    pub fn of(run: &Prepared<'_>) -> Self {
        let mut years: Vec<YearRow> = run.months.years.iter().map(|y| year_row(run, y)).collect();
        for month in &run.months.months {
            if let Ok(i) = years.binary_search_by_key(&month.year, |row| row.year) {
                years[i].months[(month.month - 1) as usize] = Some(month.value);
            }
        }
        Self { years }
    }
}

fn year_row(run: &Prepared<'_>, span: &Span) -> YearRow {
    let benchmark = run.versus.as_ref().map(|v| v.wealth[span.last] / v.wealth[span.first] - 1.0);
    YearRow { year: span.year, months: [None; 12], total: span.value, benchmark }
}
