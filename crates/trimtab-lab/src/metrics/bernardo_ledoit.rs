//! Bernardo-Ledoit ratio: sum of gains per sum of losses.
//!
//! `sum max(r, 0) / sum max(-r, 0)`: Omega at a target of zero.
//!
//! Source: A. Bernardo and O. Ledoit (2000), Gain, Loss, and Asset Pricing, *Journal of Political Economy* 108(1).
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "bernardo_ledoit",
    name: "Bernardo-Ledoit ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "sum max(r, 0) / sum max(-r, 0)",
    value: |run| over(run.signs.gain, run.signs.loss),
}];
