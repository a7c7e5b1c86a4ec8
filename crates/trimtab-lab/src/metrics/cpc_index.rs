//! CPC index: profit factor times win rate of moving periods times payoff ratio.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "cpc_index",
    name: "CPC index",
    group: Group::Wins,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "profit factor x win rate of moving periods x payoff ratio",
    value: cpc_index,
}];

/// Profit factor times win rate times payoff ratio.
pub fn cpc_index(run: &Prepared<'_>) -> Option<f64> {
    Some(
        super::profit_factor::profit_factor(run)?
            * super::win_rate::win_rate_moved(run)?
            * super::payoff_ratio::payoff_ratio(run)?,
    )
}
