//! Autocorrelation at lag one: of the returns (momentum or reversal) and of their squares about the mean (volatility
//! clustering).
//!
//! Pearson correlation of the series with itself one period earlier, each stretch with its own mean.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "autocorrelation",
        name: "Autocorrelation",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "correlation of r with r one period earlier",
        value: |run| run.autocorrelation,
    },
    Metric {
        key: "autocorrelation_squares",
        name: "Autocorrelation of squares",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "correlation of (r - mean)^2 with itself one period earlier",
        value: autocorrelation_squares,
    },
];

/// Autocorrelation of the squared deviations.
pub fn autocorrelation_squares(run: &Prepared<'_>) -> Option<f64> {
    let mean = run.moments.mean;
    let squares: Vec<f64> = run.record.returns().iter().map(|r| (r - mean) * (r - mean)).collect();
    trimtab_math::moments::autocorrelation(&squares, 1)
}
