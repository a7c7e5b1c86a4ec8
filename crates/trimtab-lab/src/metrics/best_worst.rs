//! Best and worst period, calendar month and calendar year.
//!
//! Months and years are compounded; those the record only partly covers count like the others.
use super::prelude::*;
use crate::prepared::Span;

const fn extreme(
    key: &'static str,
    name: &'static str,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric {
        key,
        name,
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention,
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    extreme("best_period", "Best period", "max(r)", |run| run.ascending.last().copied()),
    extreme("worst_period", "Worst period", "min(r)", |run| run.ascending.first().copied()),
    extreme("best_month", "Best month", "largest compounded return of a calendar month", |run| {
        best(&run.months.months)
    }),
    extreme("worst_month", "Worst month", "smallest compounded return of a calendar month", |run| {
        worst(&run.months.months)
    }),
    extreme("best_year", "Best year", "largest compounded return of a calendar year", |run| {
        best(&run.months.years)
    }),
    extreme("worst_year", "Worst year", "smallest compounded return of a calendar year", |run| {
        worst(&run.months.years)
    }),
];

/// The largest value of the spans.
pub fn best(spans: &[Span]) -> Option<f64> {
    spans.iter().map(|s| s.value).max_by(f64::total_cmp)
}

/// The smallest value of the spans.
pub fn worst(spans: &[Span]) -> Option<f64> {
    spans.iter().map(|s| s.value).min_by(f64::total_cmp)
}
