//! Risk of ruin of a gambler with an edge.
//!
//! `((1 - w) / (1 + w))^n`, w the win rate of moving periods: the chance that a gambler who stakes one n-th of his
//! money on each even bet loses it all, with w taken for the edge. The convention of quantstats; a crude bound.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "risk_of_ruin",
    name: "Risk of ruin",
    group: Group::Wins,
    unit: Unit::Probability,
    better: Better::Lower,
    convention: "((1 - w) / (1 + w))^n, w the win rate of moving periods, as quantstats",
    value: risk_of_ruin,
}];

/// `((1 - w) / (1 + w))^n`.
pub fn risk_of_ruin(run: &Prepared<'_>) -> Option<f64> {
    let w = super::win_rate::win_rate_moved(run)?;
    Some(((1.0 - w) / (1.0 + w)).powf(run.n()))
}
