//! Mean absolute deviation from the mean.
//!
//! `mean |r - mean(r)|`, per period. Source: H. Konno and H. Yamazaki (1991), *Management Science* 37(5).
use super::prelude::*;
use trimtab_math::moments::sum_of;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "mean_absolute_deviation_period",
    name: "Mean absolute deviation of a period",
    group: Group::Risk,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "mean |r - mean(r)|",
    value: mean_absolute_deviation,
}];

/// `mean |r - mean(r)|`.
pub fn mean_absolute_deviation(run: &Prepared<'_>) -> Option<f64> {
    let mean = run.moments.mean;
    Some(sum_of(run.record.returns(), |r| (r - mean).abs()) / run.n())
}
