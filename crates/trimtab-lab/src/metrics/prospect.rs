//! Prospect ratio: gains and losses weighed as people feel them, per unit of downside deviation.
//!
//! `(mean(max(r, 0) + 2.25 min(r, 0)) - m) / sqrt(mean min(r - m, 0)^2)`: a loss weighs 2.25 times a gain, the median
//! loss aversion of Tversky and Kahneman.
//!
//! Source: A. Watanabe (2006), Is Sharpe Ratio Still Effective?, *Journal of Performance Measurement* 11(1); Bacon
//! 2008, p. 104; A. Tversky and D. Kahneman (1992), *Journal of Risk and Uncertainty* 5.
use super::prelude::*;

/// Weight of a loss against a gain.
const AVERSION: f64 = 2.25;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "prospect",
    name: "Prospect ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "(mean(max(r, 0) + 2.25 min(r, 0)) - m) / downside deviation below m, not annualised",
    value: prospect,
}];

/// The prospect ratio.
pub fn prospect(run: &Prepared<'_>) -> Option<f64> {
    let felt = (run.signs.gain - AVERSION * run.signs.loss) / run.n();
    over(felt - run.record.target(), run.shortfall.target_second.sqrt())
}
