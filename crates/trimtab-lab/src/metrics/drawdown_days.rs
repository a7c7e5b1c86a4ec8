//! Length of the drawdowns in calendar days, from the date of the peak to that of the recovery, or to the last date
//! while open.
use super::prelude::*;
use crate::prepared::{Episode, days_between};

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "drawdown_days_max",
        name: "Longest drawdown",
        group: Group::Drawdown,
        unit: Unit::Days,
        better: Better::Lower,
        convention: "most calendar days from peak to recovery, or to the end while open",
        value: drawdown_days_max,
    },
    Metric {
        key: "drawdown_days_average",
        name: "Average drawdown in days",
        group: Group::Drawdown,
        unit: Unit::Days,
        better: Better::Lower,
        convention: "mean calendar days from peak to recovery, or to the end while open",
        value: drawdown_days_average,
    },
    Metric {
        key: "drawdown_days_current",
        name: "Days since the last peak",
        group: Group::Drawdown,
        unit: Unit::Days,
        better: Better::Lower,
        convention: "calendar days from the last peak to the end; 0 at a peak",
        value: drawdown_days_current,
    },
];

/// Most calendar days from peak to recovery; 0 without a drawdown.
pub fn drawdown_days_max(run: &Prepared<'_>) -> Option<f64> {
    Some(run.path.episodes.iter().map(|e| days(run, e)).fold(0.0, f64::max))
}

/// Mean calendar days from peak to recovery.
pub fn drawdown_days_average(run: &Prepared<'_>) -> Option<f64> {
    let total: f64 = run.path.episodes.iter().map(|e| days(run, e)).sum();
    over(total, run.path.episodes.len() as f64)
}

/// Calendar days of the drawdown that is open at the end.
pub fn drawdown_days_current(run: &Prepared<'_>) -> Option<f64> {
    let open = run.path.episodes.last().filter(|e| e.recovery.is_none());
    Some(open.map_or(0.0, |e| days(run, e)))
}

fn days(run: &Prepared<'_>, episode: &Episode) -> f64 {
    let dates = run.record.dates();
    days_between(dates[episode.peak], dates[episode.recovery.unwrap_or(dates.len() - 1)])
}
