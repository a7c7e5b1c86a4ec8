//! Ulcer index: root mean square of the depths below the peak.
//!
//! `sqrt(mean(D_t^2))`, D_t the depth at the end of period t, divisor n.
//!
//! Source: P. Martin and B. McCann (1989), *The Investor's Guide to Fidelity Funds*.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "ulcer_index",
    name: "Ulcer index",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "sqrt(mean of squared depths), divisor n",
    value: ulcer_index,
}];

/// `sqrt(mean(D_t^2))`.
pub fn ulcer_index(run: &Prepared<'_>) -> Option<f64> {
    Some((run.path.depth_squared / run.n()).sqrt())
}
