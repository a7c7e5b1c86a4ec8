//! Capture ratios: how much of the benchmark's rises and falls the run took, by cumulative returns.
//!
//! Up: cumulative return of the run over that of the benchmark, both over the periods with b > 0 alone; down: with
//! b <= 0. Ratio: up over down. The convention of PerformanceAnalytics.
//!
//! Source: Bacon 2008, p. 47. Compare [`super::capture_yearly`].
use super::prelude::*;
use crate::prepared::Versus;

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
        "up_capture",
        "Up capture (cumulative)",
        Better::Higher,
        "cumulative return of the run / of the benchmark over the periods with b > 0",
        |run| up_capture(run.versus.as_ref()?),
    ),
    captured(
        "down_capture",
        "Down capture (cumulative)",
        Better::Lower,
        "cumulative return of the run / of the benchmark over the periods with b <= 0",
        |run| down_capture(run.versus.as_ref()?),
    ),
    captured("capture_ratio", "Capture ratio (cumulative)", Better::Higher, "up capture / down capture", |run| {
        let versus = run.versus.as_ref()?;
        over(up_capture(versus)?, down_capture(versus)?)
    }),
];

/// Cumulative return of the run over that of the benchmark, b > 0.
pub fn up_capture(versus: &Versus) -> Option<f64> {
    over(versus.rise.growth - 1.0, versus.rise.growth_benchmark - 1.0)
}

/// Cumulative return of the run over that of the benchmark, b <= 0.
pub fn down_capture(versus: &Versus) -> Option<f64> {
    over(versus.fall.growth * versus.still.growth - 1.0, versus.fall.growth_benchmark - 1.0)
}
