//! Downside deviation: root mean square of the shortfall below the target.
//!
//! `sqrt(mean min(r - m, 0)^2)`, the mean over all periods, per period and times sqrt(P).
//!
//! Source: Sortino and Price (1994); Bacon 2008, p. 96.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "downside_deviation_yearly",
        name: "Downside deviation",
        group: Group::Risk,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sqrt(mean min(r - m, 0)^2) sqrt(P), over all periods",
        value: |run| Some(downside_deviation(run) * run.periods_yearly().sqrt()),
    },
    Metric {
        key: "downside_deviation_period",
        name: "Downside deviation of a period",
        group: Group::Risk,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sqrt(mean min(r - m, 0)^2), over all periods",
        value: |run| Some(downside_deviation(run)),
    },
];

/// `sqrt(mean min(r - m, 0)^2)`.
pub fn downside_deviation(run: &Prepared<'_>) -> f64 {
    run.shortfall.target_second.sqrt()
}
