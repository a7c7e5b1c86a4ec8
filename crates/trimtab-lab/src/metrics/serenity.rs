//! Serenity index: sum of excess returns per unit of depth, length and tail of the drawdowns.
//!
//! `sum(e) / (U K)`, U the ulcer index with divisor n - 1, K the pitfall: the expected shortfall at 95 % of the depths
//! under a normal distribution, `-(mean(-D) - sd(D) phi(z) / 0.05)`, over sd(r).
//!
//! Source: KeyQuant (2014), The Serenity Ratio; the normal tail is the convention of quantstats 0.0.86.
use super::prelude::*;
use trimtab_math::distributions::{normal_density, normal_quantile};

/// Probability of the tail.
const TAIL: f64 = 0.05;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "serenity",
    name: "Serenity index",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "sum(r - f) / (ulcer index (n - 1) x normal 95 % shortfall of the depths / sd(r))",
    value: serenity,
}];

/// `sum(e) / (U K)`.
pub fn serenity(run: &Prepared<'_>) -> Option<f64> {
    let (n, mean) = (run.n(), run.path.depth_sum / run.n());
    let deviation = ((run.path.depth_squared - n * mean * mean).max(0.0) / (n - 1.0)).sqrt();
    let tail = normal_density(normal_quantile(TAIL)?) / TAIL;
    let pitfall = over(mean + deviation * tail, run.moments.deviation()?)?;
    let ulcer = (run.path.depth_squared / (n - 1.0)).sqrt();
    over(run.excess_moments.mean * n, ulcer * pitfall)
}
