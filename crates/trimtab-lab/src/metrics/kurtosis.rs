//! Excess kurtosis: how heavy the tails are against a normal distribution, whose value is 0.
//!
//! Population: `m4 / m2^2 - 3`. Sample: `((n+1) k + 6) (n-1) / ((n-2)(n-3))`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "kurtosis_excess",
        name: "Excess kurtosis",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Lower,
        convention: "m4 / m2^2 - 3, population moments",
        value: |run| run.moments.kurtosis_excess(),
    },
    Metric {
        key: "kurtosis_excess_sample",
        name: "Excess kurtosis (sample)",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Lower,
        convention: "bias-adjusted, as pandas and Excel",
        value: |run| run.moments.kurtosis_excess_sample(),
    },
];
