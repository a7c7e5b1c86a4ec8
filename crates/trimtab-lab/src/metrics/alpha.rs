//! Alpha: intercept of the least-squares line of the run's excess return on the benchmark's.
//!
//! Per period `mean(e) - beta mean(e_b)`; per year arithmetic, times P; per year compounded, `(1 + alpha)^P - 1`, the
//! convention of empyrical.
//!
//! Source: M. Jensen (1968), The Performance of Mutual Funds in the Period 1945-1964, *Journal of Finance* 23(2).
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "alpha_yearly",
        name: "Alpha (arithmetic)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "regression intercept of the excess returns times P",
        value: |run| Some(alpha(run)? * run.periods_yearly()),
    },
    Metric {
        key: "alpha_yearly_compounded",
        name: "Alpha (compounded)",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "(1 + regression intercept)^P - 1",
        value: |run| Some((1.0 + alpha(run)?).powf(run.periods_yearly()) - 1.0),
    },
    Metric {
        key: "alpha_period",
        name: "Alpha of a period",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "regression intercept of the excess returns",
        value: alpha,
    },
];

/// `mean(e) - beta mean(e_b)`.
pub fn alpha(run: &Prepared<'_>) -> Option<f64> {
    run.versus.as_ref()?.alpha()
}
