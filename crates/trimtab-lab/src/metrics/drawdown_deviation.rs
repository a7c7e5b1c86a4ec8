//! Drawdown deviation: root of the sum of squared drawdowns over the number of periods.
//!
//! `sqrt(sum D_j^2 / n)` over the drawdowns j. Source: Bacon 2008, p. 88.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_deviation",
    name: "Drawdown deviation",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "sqrt(sum of squared depths of the drawdowns / n)",
    value: drawdown_deviation,
}];

/// `sqrt(sum D_j^2 / n)`.
pub fn drawdown_deviation(run: &Prepared<'_>) -> Option<f64> {
    let squares: f64 = run.path.episodes.iter().map(|e| e.depth * e.depth).sum();
    Some((squares / run.n()).sqrt())
}
