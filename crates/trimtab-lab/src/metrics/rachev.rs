//! Rachev ratio: expected gain in the best 5 % of periods per expected loss in the worst 5 %.
//!
//! Mean of the returns at or above the 95 % quantile over minus the mean of those at or below the 5 % quantile.
//!
//! Source: A. Biglova, S. Ortobelli, S. Rachev and S. Stoyanov (2004), Different Approaches to Risk Estimation in
//! Portfolio Theory, *Journal of Portfolio Management* 31(1).
use super::prelude::*;
use trimtab_math::moments::{mean, quantile};

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "rachev",
    name: "Rachev ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "mean return of the best 5 % of periods / mean loss of the worst 5 %",
    value: rachev,
}];

/// Upper tail over lower tail, 5 % each.
pub fn rachev(run: &Prepared<'_>) -> Option<f64> {
    let high = quantile(&run.ascending, 0.95)?;
    let best = mean(&run.ascending[run.ascending.partition_point(|r| *r < high)..])?;
    over(best, super::expected_shortfall_historical::expected_shortfall(run, 0.05)?)
}
