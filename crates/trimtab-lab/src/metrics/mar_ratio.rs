//! MAR ratio: yearly return by the calendar since inception per unit of the largest drawdown.
//!
//! `(W^(365.25/days) - 1) / D_max`. Source: Managed Account Reports, since 1979.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "mar_ratio",
    name: "MAR ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "(W^(365.25/days) - 1) / D_max since the first date",
    value: mar_ratio,
}];

/// `(W^(365.25/days) - 1) / D_max`.
pub fn mar_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(super::return_yearly::return_yearly_calendar(run)?, run.path.depth_max)
}
