//! Batting average: share of the periods in which the run beat the benchmark.
//!
//! `#(r > b) / n`, over all periods, over those with b > 0, over those with b < 0, and over compounded calendar months.
use super::prelude::*;

const fn batting(
    key: &'static str,
    name: &'static str,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric {
        key,
        name,
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention,
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    batting("batting_average", "Batting average", "share of periods with r > b", |run| {
        Some(run.versus.as_ref()?.beaten as f64 / run.n())
    }),
    batting("batting_average_up", "Batting average in rises", "share with r > b of the periods with b > 0", |run| {
        let rise = &run.versus.as_ref()?.rise;
        over(rise.beaten as f64, rise.count as f64)
    }),
    batting("batting_average_down", "Batting average in falls", "share with r > b of the periods with b < 0", |run| {
        let fall = &run.versus.as_ref()?.fall;
        over(fall.beaten as f64, fall.count as f64)
    }),
    batting("batting_average_month", "Batting average of months", "share of calendar months above the benchmark", |run| {
        over(run.versus.as_ref()?.beaten_months as f64, run.months.months.len() as f64)
    }),
];
