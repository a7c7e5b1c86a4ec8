//! Sortino ratio with the penalty for autocorrelation of [`super::sharpe_smart`].
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "sortino_smart",
    name: "Smart Sortino ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "Sortino ratio over sqrt(1 + 2 sum (1 - k/n) |c|^k), c the autocorrelation at lag 1",
    value: sortino_smart,
}];

/// The Sortino ratio over its penalty.
pub fn sortino_smart(run: &Prepared<'_>) -> Option<f64> {
    over(super::sortino::sortino(run)?, super::sharpe_smart::penalty(run)?)
}
