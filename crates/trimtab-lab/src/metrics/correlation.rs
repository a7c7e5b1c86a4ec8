//! Correlation with the benchmark and its square.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "correlation",
        name: "Correlation with the benchmark",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "Pearson, of the excess returns",
        value: |run| run.versus.as_ref()?.comoments.correlation(),
    },
    Metric {
        key: "r_squared",
        name: "R squared",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "square of the correlation of the excess returns",
        value: |run| Some(run.versus.as_ref()?.comoments.correlation()?.powi(2)),
    },
];
