//! Expected shortfall of a normal distribution with the mean and the deviation of the returns.
//!
//! `-(mean(r) - sd(r) phi(z) / p)`, phi the normal density, z the normal quantile of p, sd with divisor n.
use super::prelude::*;
use trimtab_math::distributions::{normal_density, normal_quantile};

const fn level(key: &'static str, name: &'static str, value: fn(&Prepared<'_>) -> Option<f64>) -> Metric {
    Metric {
        key,
        name,
        group: Group::Tail,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sd(r) phi(z) / p - mean(r), divisor n, one period",
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    level("expected_shortfall_gaussian_90", "Expected shortfall 90 % (normal)", |run| {
        expected_shortfall(run, 0.1)
    }),
    level("expected_shortfall_gaussian_95", "Expected shortfall 95 % (normal)", |run| {
        expected_shortfall(run, 0.05)
    }),
    level("expected_shortfall_gaussian_99", "Expected shortfall 99 % (normal)", |run| {
        expected_shortfall(run, 0.01)
    }),
];

/// `sd(r) phi(z) / p - mean(r)`.
pub fn expected_shortfall(run: &Prepared<'_>, p: f64) -> Option<f64> {
    let tail = normal_density(normal_quantile(p)?) / p;
    Some(run.moments.deviation_population() * tail - run.moments.mean)
}
