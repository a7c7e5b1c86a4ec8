//! Coskewness beta: how much the run adds to the skewness of the benchmark.
//!
//! `mean (e - mean)(e_b - mean)^2 / mean (e_b - mean)^3`.
//!
//! Source: L. Martellini and V. Ziemann (2010), Improved Estimates of Higher-Order Comoments, *Review of Financial Studies*
//! 23(4).
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "beta_coskewness",
    name: "Coskewness beta",
    group: Group::Benchmark,
    unit: Unit::Ratio,
    better: Better::Neither,
    convention: "third co-moment (one r, two b) / third central moment of b",
    value: beta_coskewness,
}];

/// Third co-moment over third moment of the benchmark.
pub fn beta_coskewness(run: &Prepared<'_>) -> Option<f64> {
    let c = &run.versus.as_ref()?.comoments;
    over(c.xyy, c.yyy)
}
