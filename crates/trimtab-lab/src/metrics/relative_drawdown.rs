//! Largest relative drawdown: the deepest fall of wealth measured in units of the benchmark.
//!
//! `max of 1 - X_t / max X_s`, X the wealth of the run over that of the benchmark: how far one would have fallen behind.
use super::prelude::*;
use crate::prepared::depth_max;

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
    let benchmark = &run.versus.as_ref()?.wealth;
    let relative: Vec<f64> = run.path.wealth.iter().zip(benchmark).map(|(w, b)| w / b).collect();
    Some(depth_max(relative))
}
