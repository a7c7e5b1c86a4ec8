//! Value at risk of a normal distribution with the mean and the deviation of the returns.
//!
//! `-(mean(r) + z sd(r))`, z the normal quantile of p, sd with divisor n.
use super::prelude::*;
use trimtab_math::distributions::normal_quantile;

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "-(mean(r) + z sd(r)), z the normal quantile, divisor n, one period",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("value_at_risk_gaussian_90", "Value at risk 90 % (normal)", |run| value_at_risk(run, 0.1)),
    level("value_at_risk_gaussian_95", "Value at risk 95 % (normal)", |run| value_at_risk(run, 0.05)),
    level("value_at_risk_gaussian_99", "Value at risk 99 % (normal)", |run| value_at_risk(run, 0.01)),
];

/// `-(mean(r) + z sd(r))`.
pub fn value_at_risk(run: &Prepared<'_>, p: f64) -> Option<f64> {
    Some(-(run.moments.mean + normal_quantile(p)? * run.moments.deviation_population()))
}
