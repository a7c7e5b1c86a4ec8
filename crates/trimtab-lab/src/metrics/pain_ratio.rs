//! Pain ratio: yearly excess return per unit of the mean depth below the peak.
//!
//! `(R - F) / mean(D_t)`. Source: T. Becker (2006), Zephyr Associates; Bacon 2008, p. 92.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "pain_ratio",
    name: "Pain ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "(R - F) / pain index, yearly",
    value: pain_ratio,
}];

/// `(R - F) / mean(D_t)`.
pub fn pain_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(run.return_yearly() - run.risk_free_yearly(), super::pain_index::pain_index(run)?)
}
