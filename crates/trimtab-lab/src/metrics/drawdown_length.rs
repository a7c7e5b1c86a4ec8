//! Length of the drawdowns in periods.
//!
//! From the peak to the recovery, and from the trough to the recovery. In the averages a drawdown that is still open
//! counts as if it recovered one period after the end (the convention of PerformanceAnalytics); the longest counts it
//! up to the end.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "drawdown_length_average",
        name: "Average length of a drawdown",
        group: Group::Drawdown,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "mean periods from peak to recovery; an open one recovers one period after the end",
        value: |run| average(run, |peak, _trough, recovery| recovery - peak),
    },
    Metric {
        key: "drawdown_recovery_average",
        name: "Average recovery of a drawdown",
        group: Group::Drawdown,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "mean periods from trough to recovery; an open one recovers one period after the end",
        value: |run| average(run, |_peak, trough, recovery| recovery - trough),
    },
    Metric {
        key: "drawdown_length_max",
        name: "Longest drawdown in periods",
        group: Group::Drawdown,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "most periods from peak to recovery, or to the end while open",
        value: drawdown_length_max,
    },
];

/// Most periods from peak to recovery, or to the end.
pub fn drawdown_length_max(run: &Prepared<'_>) -> Option<f64> {
    let last = run.record.len();
    Some(run.path.episodes.iter().map(|e| e.length(last)).max().unwrap_or(0) as f64)
}

fn average(run: &Prepared<'_>, length: impl Fn(usize, usize, usize) -> usize) -> Option<f64> {
    let after_end = run.record.len() + 1;
    let total: usize = run
        .path
        .episodes
        .iter()
        .map(|e| length(e.peak, e.trough, e.recovery.unwrap_or(after_end)))
        .sum();
    over(total as f64, run.path.episodes.len() as f64)
}
