//! Profit ratio: average gain per winning period over average loss per losing period, each divided once more by its
//! count.
//!
//! `(mean(r | r >= 0) / #(r >= 0)) / (-mean(r | r < 0) / #(r < 0))`, the convention of quantstats. The second division
//! makes it fall with the number of wins; kept for comparison.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "profit_ratio",
    name: "Profit ratio",
    group: Group::Wins,
    unit: Unit::Ratio,
    better: Better::Neither,
    convention: "(mean(r | r >= 0) / count) / (-mean(r | r < 0) / count), as quantstats",
    value: profit_ratio,
}];

/// The profit ratio.
pub fn profit_ratio(run: &Prepared<'_>) -> Option<f64> {
    let losses = run.signs.losses as f64;
    let rest = run.n() - losses;
    over(over(run.signs.gain, rest * rest)?, over(run.signs.loss, losses * losses)?)
}
