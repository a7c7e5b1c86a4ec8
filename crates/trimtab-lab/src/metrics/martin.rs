//! Martin ratio (ulcer performance index): yearly excess return per unit of the ulcer index.
//!
//! `(R - F) / sqrt(mean(D_t^2))`, D_t the depth below the peak at the end of period t.
//!
//! Source: P. Martin and B. McCann (1989), *The Investor's Guide to Fidelity Funds*.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "martin",
    name: "Martin ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "(R - F) / ulcer index, yearly",
    value: martin,
}];

/// `(R - F) / ulcer index`.
pub fn martin(run: &Prepared<'_>) -> Option<f64> {
    over(run.return_yearly() - run.risk_free_yearly(), super::ulcer_index::ulcer_index(run)?)
}
