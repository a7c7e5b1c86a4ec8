//! Beta: slope of the least-squares line of the run's excess return on the benchmark's.
//!
//! `cov(e, e_b) / var(e_b)`. Fama's beta, `sd(r) / sd(b)`, is the beta of a run perfectly correlated with the benchmark.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "beta",
        name: "Beta",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "cov(r - f, b - f) / var(b - f)",
        value: beta,
    },
    Metric {
        key: "beta_fama",
        name: "Fama beta",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "sd(r) / sd(b)",
        value: |run| over(run.moments.deviation()?, run.versus.as_ref()?.moments.deviation()?),
    },
];

/// `cov(e, e_b) / var(e_b)`.
pub fn beta(run: &Prepared<'_>) -> Option<f64> {
    run.versus.as_ref()?.beta()
}
