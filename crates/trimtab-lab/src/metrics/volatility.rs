//! Volatility: standard deviation of the returns.
//!
//! `sd(r)` with divisor n - 1, per period; times sqrt(P) per year; and from compounded calendar months, times sqrt(12).
use super::prelude::*;
use trimtab_math::moments::Moments;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "volatility_yearly",
        name: "Volatility",
        group: Group::Risk,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sd(r) sqrt(P), divisor n - 1",
        value: volatility_yearly,
    },
    Metric {
        key: "volatility_period",
        name: "Volatility of a period",
        group: Group::Risk,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sd(r), divisor n - 1",
        value: |run| run.moments.deviation(),
    },
    Metric {
        key: "volatility_yearly_months",
        name: "Volatility from months",
        group: Group::Risk,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "sd sqrt(12) of the returns of calendar months",
        value: volatility_yearly_months,
    },
];

/// `sd(r) sqrt(P)`.
pub fn volatility_yearly(run: &Prepared<'_>) -> Option<f64> {
    Some(run.moments.deviation()? * run.periods_yearly().sqrt())
}

/// Volatility of the compounded calendar months, per year.
pub fn volatility_yearly_months(run: &Prepared<'_>) -> Option<f64> {
    let values: Vec<f64> = run.months.months.iter().map(|m| m.value).collect();
    Some(Moments::of(&values)?.deviation()? * 12_f64.sqrt())
}
