//! Share of the periods that end below an earlier peak.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "time_under_water",
    name: "Time under water",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "share of periods that end below the highest W so far",
    value: time_under_water,
}];

/// Share of the periods with a depth above zero.
pub fn time_under_water(run: &Prepared<'_>) -> Option<f64> {
    let below: usize = run
        .path
        .episodes
        .iter()
        .map(|e| e.recovery.map_or(run.record.len() - e.peak, |r| r - e.peak - 1))
        .sum();
    Some(below as f64 / run.n())
}
