//! Jensen's alpha of compounded yearly returns.
//!
//! `R - F - beta (B - F)`. Differs from [`super::alpha`] by compounding before the regression line is applied.
//!
//! Source: Bacon 2008, p. 72.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "jensen_alpha",
    name: "Jensen's alpha",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Higher,
    convention: "R - F - beta (B - F), compounded yearly returns",
    value: jensen_alpha,
}];

/// `R - F - beta (B - F)`.
pub fn jensen_alpha(run: &Prepared<'_>) -> Option<f64> {
    let (beta, b, f) =
        (super::beta::beta(run)?, super::benchmark::return_yearly(run)?, run.risk_free_yearly());
    Some(run.return_yearly() - f - beta * (b - f))
}
