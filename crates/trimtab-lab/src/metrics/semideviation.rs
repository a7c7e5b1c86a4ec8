//! Semideviation: root mean square of the shortfall below the mean.
//!
//! `sqrt(mean min(r - mean(r), 0)^2)`, over all periods, per period. Source: H. Markowitz (1959), *Portfolio Selection*,
//! ch. 9.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "semideviation_period",
    name: "Semideviation of a period",
    group: Group::Risk,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "sqrt(mean min(r - mean, 0)^2), over all periods",
    value: |run| Some(run.shortfall.mean_second.sqrt()),
}];
