//! Modified value at risk: the normal one with the quantile corrected for skewness and kurtosis.
//!
//! `-(mean(r) + h sd(r))`,
//! `h = z + (z^2 - 1) g/6 + (z^3 - 3 z) k/24 - (2 z^3 - 5 z) g^2/36`, z the normal quantile of p, g and k population
//! skewness and excess kurtosis, sd with divisor n.
//!
//! Source: L. Favre and J.-A. Galeano (2002), Mean-Modified Value-at-Risk Optimization with Hedge Funds, *Journal of
//! Alternative Investments* 5(2), after Cornish and Fisher (1937).
use super::prelude::*;
use trimtab_math::distributions::normal_quantile;

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "-(mean(r) + h sd(r)), h the Cornish-Fisher quantile, divisor n, one period",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("value_at_risk_modified_90", "Value at risk 90 % (modified)", |run| value_at_risk(run, 0.1)),
    level("value_at_risk_modified_95", "Value at risk 95 % (modified)", |run| value_at_risk(run, 0.05)),
    level("value_at_risk_modified_99", "Value at risk 99 % (modified)", |run| value_at_risk(run, 0.01)),
];

/// `-(mean(r) + h sd(r))`.
pub fn value_at_risk(run: &Prepared<'_>, p: f64) -> Option<f64> {
    Some(-(run.moments.mean + cornish_fisher(run, p)? * run.moments.deviation_population()))
}

/// The quantile h of the standardised returns.
pub(super) fn cornish_fisher(run: &Prepared<'_>, p: f64) -> Option<f64> {
    let z = normal_quantile(p)?;
    let (g, k) = (run.moments.skewness()?, run.moments.kurtosis_excess()?);
    let (z2, z3) = (z * z, z * z * z);
    Some(z + (z2 - 1.0) * g / 6.0 + (z3 - 3.0 * z) * k / 24.0 - (2.0 * z3 - 5.0 * z) * g * g / 36.0)
}
