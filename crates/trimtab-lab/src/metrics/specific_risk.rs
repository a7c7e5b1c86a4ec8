//! Specific risk: volatility that the benchmark does not explain.
//!
//! Deviation (divisor n) of the residuals of the least-squares line, times sqrt(P): `sqrt((var(e) - beta cov(e, e_b)) P)`.
//!
//! Source: Bacon 2008, p. 75.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "specific_risk",
    name: "Specific risk",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "deviation (divisor n) of the regression residuals times sqrt(P)",
    value: specific_risk,
}];

/// Yearly deviation of the residuals.
pub fn specific_risk(run: &Prepared<'_>) -> Option<f64> {
    let c = &run.versus.as_ref()?.comoments;
    Some(((c.xx - c.slope()? * c.xy).max(0.0) * run.periods_yearly()).sqrt())
}
