//! Largest relative drawdown: the deepest fall of wealth measured in units of the benchmark.
//!
//! `max of 1 - X_t / max X_s`, X the wealth of the run over that of the benchmark: how far one would have fallen behind.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_relative_max",
    name: "Largest drawdown against the benchmark",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "max of 1 - X / highest X so far, X = W of the run / W of the benchmark",
    value: drawdown_relative_max,
}];

/// Largest drawdown of relative wealth.
pub fn drawdown_relative_max(run: &Prepared<'_>) -> Option<f64> {
    let benchmark = &run.versus.as_ref()?.path.wealth;
    let (mut peak, mut least) = (1.0_f64, 1.0_f64);
    for (w, b) in run.path.wealth.iter().zip(benchmark) {
        let x = w / b;
        peak = if x > peak { x } else { peak };
        least = least.min(x / peak);
    }
    Some(1.0 - least)
}
