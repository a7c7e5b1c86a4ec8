//! Profit factor: sum of gains per sum of losses. Undefined without a loss.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "profit_factor",
    name: "Profit factor",
    group: Group::Wins,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "sum of gains / sum of losses of the periods",
    value: profit_factor,
}];

/// Sum of gains over sum of losses.
pub fn profit_factor(run: &Prepared<'_>) -> Option<f64> {
    over(run.signs.gain, run.signs.loss)
}
