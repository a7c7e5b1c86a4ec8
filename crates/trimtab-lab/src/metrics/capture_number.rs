//! Number ratios: how often the run moved with the benchmark.
//!
//! Up: share of the periods with b > 0 in which r > 0. Down: share of those with b < 0 in which r < 0.
//!
//! Source: Bacon 2008, p. 47.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "up_number",
        name: "Up number ratio",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "share of periods with r > 0 among those with b > 0",
        value: |run| {
            let rise = &run.versus.as_ref()?.rise;
            over(rise.same as f64, rise.count as f64)
        },
    },
    Metric {
        key: "down_number",
        name: "Down number ratio",
        group: Group::Benchmark,
        unit: Unit::Fraction,
        better: Better::Lower,
        convention: "share of periods with r < 0 among those with b < 0",
        value: |run| {
            let fall = &run.versus.as_ref()?.fall;
            over(fall.same as f64, fall.count as f64)
        },
    },
];
