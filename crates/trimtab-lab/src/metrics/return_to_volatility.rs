//! Yearly compounded return per unit of yearly volatility, cash left out.
//!
//! `R / (sd(r) sqrt(P))`. Also called the efficiency ratio; a Sharpe ratio only where cash earns nothing.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "return_to_volatility",
    name: "Return to volatility",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "R / (sd(r) sqrt(P)), R compounded",
    value: return_to_volatility,
}];

/// `R / (sd(r) sqrt(P))`.
pub fn return_to_volatility(run: &Prepared<'_>) -> Option<f64> {
    over(run.return_yearly(), super::volatility::volatility_yearly(run)?)
}
