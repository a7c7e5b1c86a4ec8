//! STARR (conditional Sharpe ratio): mean excess return per unit of expected shortfall at 95 %.
//!
//! `mean(e) / ES_95`, ES the historical expected shortfall, per period.
//!
//! Source: R. D. Martin, S. Rachev and F. Siboulet (2003), Phi-Alpha Optimal Portfolios and Extreme Risk Management,
//! *Wilmott* November.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "starr",
    name: "STARR",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "mean(r - f) / historical expected shortfall at 95 %, not annualised",
    value: starr,
}];

/// `mean(e) / ES_95`.
pub fn starr(run: &Prepared<'_>) -> Option<f64> {
    let shortfall = super::expected_shortfall_historical::expected_shortfall(run, 0.05)?;
    over(run.excess_moments.mean, shortfall)
}
