//! Capture ratios by yearly returns.
//!
//! Like [`super::capture`], but each cumulative return is first raised to a year of such periods, `G^(P/k) - 1`, k their
//! number. Down: b < 0. The convention of empyrical and, with monthly periods, nearly that of Morningstar.
use super::prelude::*;
use crate::prepared::Side;

const fn captured(
    key: &'static str,
    name: &'static str,
    better: Better,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric { key, name, group: Group::Benchmark, unit: Unit::Ratio, better, convention, value }
}

pub(super) const METRICS: &[Metric] = &[
    captured(
        "up_capture_yearly",
        "Up capture (yearly)",
        Better::Higher,
        "yearly return of the run / of the benchmark over the periods with b > 0",
        |run| capture_yearly(run, &run.versus.as_ref()?.rise),
    ),
    captured(
        "down_capture_yearly",
        "Down capture (yearly)",
        Better::Lower,
        "yearly return of the run / of the benchmark over the periods with b < 0",
        |run| capture_yearly(run, &run.versus.as_ref()?.fall),
    ),
    captured(
        "capture_ratio_yearly",
        "Capture ratio (yearly)",
        Better::Higher,
        "up capture (yearly) / down capture (yearly)",
        |run| {
            let versus = run.versus.as_ref()?;
            over(capture_yearly(run, &versus.rise)?, capture_yearly(run, &versus.fall)?)
        },
    ),
];

/// Yearly return of the run over that of the benchmark.
pub fn capture_yearly(run: &Prepared<'_>, side: &Side) -> Option<f64> {
    let power = over(run.periods_yearly(), side.count as f64)?;
    over(side.growth.powf(power) - 1.0, side.growth_benchmark.powf(power) - 1.0)
}
