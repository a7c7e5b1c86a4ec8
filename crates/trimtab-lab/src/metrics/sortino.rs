//! Sortino ratio against cash: excess return per unit of its downside deviation.
//!
//! `mean(e) / sqrt(mean(min(e, 0)^2)) sqrt(P)`, e = r - f; the mean runs over all periods. Divided by sqrt(2) it is on
//! the scale of a Sharpe ratio of symmetric returns (J. Schwager, *Market Sense and Nonsense*, 2012, ch. 8).
//!
//! Source: F. Sortino and L. Price (1994), Performance Measurement in a Downside Risk Framework, *Journal of
//! Investing* 3(3).
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "sortino",
        name: "Sortino ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean(r - f) / sqrt(mean(min(r - f, 0)^2)) sqrt(P), all periods in the mean",
        value: sortino,
    },
    Metric {
        key: "sortino_root_2",
        name: "Sortino ratio over root 2",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "Sortino ratio / sqrt(2), comparable with a Sharpe ratio",
        value: |run| Some(sortino(run)? / std::f64::consts::SQRT_2),
    },
];

/// `mean(e) / sqrt(mean(min(e, 0)^2)) sqrt(P)`.
pub fn sortino(run: &Prepared<'_>) -> Option<f64> {
    let ratio = over(run.excess_moments.mean, run.shortfall.excess_second.sqrt())?;
    Some(ratio * run.periods_yearly().sqrt())
}
