//! Active return: what the run earned above its benchmark in a year.
//!
//! Compounded: `R - B`, the active premium. Arithmetic: `P mean(r - b)`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "active_premium",
        name: "Active premium (compounded)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "R - B, compounded yearly returns",
        value: active_premium,
    },
    Metric {
        key: "active_return_yearly",
        name: "Active return (arithmetic)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "P mean(r - b)",
        value: |run| Some(run.versus.as_ref()?.active.mean * run.periods_yearly()),
    },
];

/// `R - B`.
pub fn active_premium(run: &Prepared<'_>) -> Option<f64> {
    Some(run.return_yearly() - super::benchmark::return_yearly(run)?)
}
