//! Tracking error: volatility of the active return.
//!
//! `sd(r - b) sqrt(P)`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "tracking_error",
    name: "Tracking error",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "sd(r - b) sqrt(P), divisor n - 1",
    value: tracking_error,
}];

/// `sd(r - b) sqrt(P)`.
pub fn tracking_error(run: &Prepared<'_>) -> Option<f64> {
    Some(run.versus.as_ref()?.active.deviation()? * run.periods_yearly().sqrt())
}
