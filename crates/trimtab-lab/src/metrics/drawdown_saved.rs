//! How much less the run fell than its benchmark.
//!
//! `D_max of the benchmark - D_max of the run`: positive where the run lost less at its worst. The two falls need not have
//! been at the same time; for falls of the benchmark alone see `tables::benchmark_falls`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_saved",
    name: "Drawdown saved against the benchmark",
    group: Group::Benchmark,
    unit: Unit::Fraction,
    better: Better::Higher,
    convention: "D_max of the benchmark - D_max of the run",
    value: |run| Some(run.versus.as_ref()?.depth_max - run.path.depth_max),
}];
