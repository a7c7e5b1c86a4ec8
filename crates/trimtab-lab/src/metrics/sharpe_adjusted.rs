//! Sharpe ratio adjusted for skewness and kurtosis.
//!
//! `S (1 + g/6 S - k/24 S^2)`, S the yearly [`Sharpe ratio`](super::sharpe), g and k population skewness and excess
//! kurtosis of r.
//!
//! Source: J. Pezier and A. White (2006), The Relative Merits of Investable Hedge Fund Indices, ICMA Centre DP 2006-10.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "sharpe_adjusted",
    name: "Adjusted Sharpe ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "S (1 + skewness/6 S - excess kurtosis/24 S^2), S the yearly Sharpe ratio",
    value: sharpe_adjusted,
}];

/// `S (1 + g/6 S - k/24 S^2)`.
pub fn sharpe_adjusted(run: &Prepared<'_>) -> Option<f64> {
    let s = super::sharpe::sharpe(run)?;
    let (g, k) = (run.moments.skewness()?, run.moments.kurtosis_excess()?);
    Some(s * (1.0 + g / 6.0 * s - k / 24.0 * s * s))
}
