//! Sortino ratio against the target return m of the record.
//!
//! `(mean(r) - m) / sqrt(mean(min(r - m, 0)^2))`, per period and times sqrt(P). With m = 0 the yearly one is the
//! Sortino ratio of empyrical and vectorbt, the other that of PerformanceAnalytics.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "sortino_target",
        name: "Sortino ratio against the target",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(mean(r) - m) / sqrt(mean(min(r - m, 0)^2)) sqrt(P)",
        value: |run| Some(sortino_target_period(run)? * run.periods_yearly().sqrt()),
    },
    Metric {
        key: "sortino_target_period",
        name: "Sortino ratio of a period against the target",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(mean(r) - m) / sqrt(mean(min(r - m, 0)^2)), not annualised",
        value: sortino_target_period,
    },
];

/// `(mean(r) - m) / sqrt(mean(min(r - m, 0)^2))`.
pub fn sortino_target_period(run: &Prepared<'_>) -> Option<f64> {
    over(run.moments.mean - run.record.target(), run.shortfall.target_second.sqrt())
}
