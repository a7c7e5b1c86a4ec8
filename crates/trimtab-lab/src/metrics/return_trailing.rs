//! Returns up to the last date over the usual spans of a fact sheet.
//!
//! The span of k months begins at the last level dated on or before the same day k months earlier (the last day of
//! the month where that day does not exist). Spans over one year are compounded yearly rates,
//! `(W_end / W_start)^(12/k) - 1`. Month and year to date begin at the last level before the month or the year.
//! Undefined when the record does not reach back that far.
use super::prelude::*;
use jiff::ToSpan;
use trimtab_core::Date;

const fn months(
    key: &'static str,
    name: &'static str,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric {
        key,
        name,
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention,
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    months("return_month_to_date", "Month to date", "since the last level before this month", |run| {
        let end = last(run);
        since(run, end.first_of_month().yesterday().ok()?, None)
    }),
    months("return_year_to_date", "Year to date", "since the last level before this year", |run| {
        let end = last(run);
        since(run, end.first_of_year().yesterday().ok()?, None)
    }),
    months("return_3_months", "Last 3 months", "since the same day 3 months earlier", |run| trailing(run, 3)),
    months("return_6_months", "Last 6 months", "since the same day 6 months earlier", |run| trailing(run, 6)),
    months("return_1_year", "Last year", "since the same day a year earlier", |run| trailing(run, 12)),
    months("return_3_years", "Last 3 years, yearly", "(W_end / W_start)^(1/3) - 1", |run| trailing(run, 36)),
    months("return_5_years", "Last 5 years, yearly", "(W_end / W_start)^(1/5) - 1", |run| trailing(run, 60)),
    months("return_10_years", "Last 10 years, yearly", "(W_end / W_start)^(1/10) - 1", |run| {
        trailing(run, 120)
    }),
];

/// Return over the last `months` months, a yearly rate beyond twelve.
pub fn trailing(run: &Prepared<'_>, months: i32) -> Option<f64> {
    let start = last(run).checked_sub(months.months()).ok()?;
    since(run, start, (months > 12).then(|| 12.0 / f64::from(months)))
}

fn last(run: &Prepared<'_>) -> Date {
    *run.record.dates().last().expect("a record has dates")
}

/// Return since the last level dated on or before `start`.
fn since(run: &Prepared<'_>, start: Date, power: Option<f64>) -> Option<f64> {
    let level = run.record.dates().partition_point(|d| *d <= start).checked_sub(1)?;
    let growth = run.path.growth / run.path.wealth[level];
    Some(power.map_or(growth, |p| growth.powf(p)) - 1.0)
}
