//! Cumulative return: what one unit earned from the first day to the last.
//!
//! `product of (1 + r) - 1`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "return_cumulative",
    name: "Cumulative return",
    group: Group::Return,
    unit: Unit::Fraction,
    better: Better::Higher,
    convention: "product of (1 + r) - 1",
    value: return_cumulative,
}];

/// `W - 1`.
pub fn return_cumulative(run: &Prepared<'_>) -> Option<f64> {
    Some(run.path.growth - 1.0)
}
