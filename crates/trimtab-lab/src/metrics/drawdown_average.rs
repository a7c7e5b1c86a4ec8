//! Mean depth of the drawdowns, each at its trough, and their number. An open drawdown counts.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "drawdown_average",
        name: "Average drawdown",
        group: Group::Drawdown,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "mean depth at the trough of the drawdowns from peak to recovery",
        value: drawdown_average,
    },
    Metric {
        key: "drawdown_count",
        name: "Number of drawdowns",
        group: Group::Drawdown,
        unit: Unit::Count,
        better: Better::Neither,
        convention: "number of falls from a peak, each until its recovery",
        value: |run| Some(run.path.episodes.len() as f64),
    },
];

/// Mean depth at the trough.
pub fn drawdown_average(run: &Prepared<'_>) -> Option<f64> {
    let depths: f64 = run.path.episodes.iter().map(|e| e.depth).sum();
    over(depths, run.path.episodes.len() as f64)
}
