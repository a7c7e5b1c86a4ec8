//! Payoff ratio (win-loss ratio): average win over average loss.
//!
//! `mean(r | r > 0) / -mean(r | r < 0)`.
use super::average_win_loss::{average_loss, average_win};
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "payoff_ratio",
    name: "Payoff ratio",
    group: Group::Wins,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "average win / average loss",
    value: payoff_ratio,
}];

/// Average win over average loss.
pub fn payoff_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(average_win(run)?, average_loss(run)?)
}
