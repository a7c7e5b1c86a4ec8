//! Yearly return above cash.
//!
//! Arithmetic: `P mean(r - f)`, the numerator of the Sharpe ratio. Compounded: `(1 + R) / (1 + F) - 1`, the growth of
//! the run measured in units of cash.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "return_excess_yearly",
        name: "Yearly excess return (arithmetic)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "P mean(r - f)",
        value: return_excess_yearly,
    },
    Metric {
        key: "return_excess_yearly_compounded",
        name: "Yearly excess return (compounded)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "(1 + R) / (1 + F) - 1",
        value: return_excess_yearly_compounded,
    },
];

/// `P mean(e)`.
pub fn return_excess_yearly(run: &Prepared<'_>) -> Option<f64> {
    Some(run.excess_moments.mean * run.periods_yearly())
}

/// `(1 + R) / (1 + F) - 1`.
pub fn return_excess_yearly_compounded(run: &Prepared<'_>) -> Option<f64> {
    Some(run.yearly(run.path.growth / run.growth_risk_free))
}
