//! Jarque-Bera test of a normal distribution.
//!
//! `n/6 (g^2 + k^2/4)`, g and k population skewness and excess kurtosis; chi-squared with two degrees of freedom under
//! normality, so the p-value is `exp(-JB/2)`.
//!
//! Source: C. Jarque and A. Bera (1987), A Test for Normality of Observations and Regression Residuals, *International
//! Statistical Review* 55(2).
use super::prelude::*;
use trimtab_math::distributions::chi_squared_tail;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "jarque_bera",
        name: "Jarque-Bera statistic",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "n/6 (skewness^2 + excess kurtosis^2 / 4), population moments",
        value: jarque_bera,
    },
    Metric {
        key: "jarque_bera_p",
        name: "Jarque-Bera p-value",
        group: Group::Shape,
        unit: Unit::Probability,
        better: Better::Neither,
        convention: "chi-squared tail with 2 degrees of freedom",
        value: |run| chi_squared_tail(jarque_bera(run)?, 2.0),
    },
];

/// `n/6 (g^2 + k^2/4)`.
pub fn jarque_bera(run: &Prepared<'_>) -> Option<f64> {
    let (g, k) = (run.moments.skewness()?, run.moments.kurtosis_excess()?);
    Some(run.n() / 6.0 * (g * g + k * k / 4.0))
}
