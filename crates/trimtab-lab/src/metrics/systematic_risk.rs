//! Systematic risk: volatility that the benchmark explains.
//!
//! `|beta| sd(e_b) sqrt(P)`, divisor n, so that its square and that of the specific risk add up to the total. Source:
//! Bacon 2008, p. 75.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "systematic_risk",
    name: "Systematic risk",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "|beta| x deviation (divisor n) of b - f times sqrt(P)",
    value: systematic_risk,
}];

/// `|beta| sd(e_b) sqrt(P)`.
pub fn systematic_risk(run: &Prepared<'_>) -> Option<f64> {
    let c = &run.versus.as_ref()?.comoments;
    Some(c.slope()?.abs() * (c.yy * run.periods_yearly()).sqrt())
}
