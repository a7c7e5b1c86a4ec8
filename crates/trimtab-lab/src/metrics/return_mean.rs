//! Mean return of a period, a month and a year.
//!
//! Arithmetic: `mean(r)`. Geometric: `W^(1/k) - 1`, k the number of periods, calendar months or calendar years the
//! record touches, the incomplete ones at its ends included. The geometric mean is what each span must return for
//! the same end.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "return_mean",
        name: "Mean return of a period",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "mean(r), arithmetic",
        value: |run| Some(run.moments.mean),
    },
    Metric {
        key: "return_mean_geometric",
        name: "Geometric mean return of a period",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "W^(1/n) - 1",
        value: |run| geometric(run, run.record.len()),
    },
    Metric {
        key: "return_month_geometric",
        name: "Geometric mean return of a month",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "W^(1/k) - 1 over the k calendar months touched",
        value: |run| geometric(run, run.months.months.len()),
    },
    Metric {
        key: "return_year_geometric",
        name: "Geometric mean return of a calendar year",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "W^(1/k) - 1 over the k calendar years touched, incomplete ones included",
        value: |run| geometric(run, run.months.years.len()),
    },
];

/// `W^(1/spans) - 1`.
pub fn geometric(run: &Prepared<'_>, spans: usize) -> Option<f64> {
    (spans > 0).then(|| run.path.growth.powf(1.0 / spans as f64) - 1.0)
}
