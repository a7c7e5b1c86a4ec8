//! Tail ratio: size of the 95 % quantile of the returns over that of the 5 % quantile.
//!
//! `|quantile(r, 0.95)| / |quantile(r, 0.05)|`.
use super::prelude::*;
use trimtab_math::moments::quantile;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "tail_ratio",
    name: "Tail ratio",
    group: Group::Tail,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "|quantile(r, 0.95)| / |quantile(r, 0.05)|",
    value: tail_ratio,
}];

/// Upper over lower 5 % quantile.
pub fn tail_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(quantile(&run.ascending, 0.95)?.abs(), quantile(&run.ascending, 0.05)?.abs())
}
