//! Omega ratio: gains above the target per unit of losses below it.
//!
//! `sum max(r - m, 0) / sum max(m - r, 0)`; Omega-Sharpe: Omega - 1 = `(mean(r) - m) / mean max(m - r, 0)`.
//!
//! Source: C. Keating and W. F. Shadwick (2002), A Universal Performance Measure.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "omega",
        name: "Omega ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "sum max(r - m, 0) / sum max(m - r, 0)",
        value: omega,
    },
    Metric {
        key: "omega_sharpe",
        name: "Omega-Sharpe ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(mean(r) - m) / mean max(m - r, 0)",
        value: |run| over(run.moments.mean - run.record.target(), run.shortfall.target_first),
    },
];

/// `sum max(r - m, 0) / sum max(m - r, 0)`.
pub fn omega(run: &Prepared<'_>) -> Option<f64> {
    over(run.shortfall.target_above, run.shortfall.target_first)
}
