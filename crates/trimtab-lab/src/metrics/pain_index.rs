//! Pain index: mean of the depths below the peak.
//!
//! `mean(D_t)`. Source: T. Becker (2006), Zephyr Associates; Bacon 2008, p. 89.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "pain_index",
    name: "Pain index",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "mean of the depths at the ends of periods",
    value: pain_index,
}];

/// `mean(D_t)`.
pub fn pain_index(run: &Prepared<'_>) -> Option<f64> {
    Some(run.path.depth_sum / run.n())
}
