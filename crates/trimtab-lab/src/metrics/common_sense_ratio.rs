//! Common sense ratio: profit factor times tail ratio. Below one, the strategy loses in the body or in the tails.
//!
//! Source: L. Connors (2013), cited by quantstats.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "common_sense_ratio",
    name: "Common sense ratio",
    group: Group::Wins,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "profit factor x tail ratio",
    value: common_sense_ratio,
}];

/// Profit factor times tail ratio.
pub fn common_sense_ratio(run: &Prepared<'_>) -> Option<f64> {
    Some(super::profit_factor::profit_factor(run)? * super::tail_ratio::tail_ratio(run)?)
}
