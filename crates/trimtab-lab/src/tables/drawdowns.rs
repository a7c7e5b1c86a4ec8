//! The deepest drawdowns with their dates.
use crate::metrics::recovery_needed::gain_needed;
use crate::prepared::{Episode, Prepared, days_between};
use serde::Serialize;
use trimtab_core::Date;

/// One drawdown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DrawdownRow {
    /// Date of the peak before the fall.
    pub peak: Date,
    /// Date of the lowest wealth; the first of several.
    pub trough: Date,
    /// First date back at the peak. `None` while the drawdown is open.
    pub recovery: Option<Date>,
    /// Depth at the trough, a positive fraction.
    pub depth: f64,
    /// Gain that makes the depth good, `D / (1 - D)`.
    pub gain_needed: f64,
    /// Calendar days from the peak to the trough.
    pub days_falling: f64,
    /// Calendar days from the trough to the recovery.
    pub days_recovering: Option<f64>,
    /// Calendar days from the peak to the recovery, or to the end of the record while open.
    pub days: f64,
    /// Periods from the peak to the recovery, or to the end of the record while open.
    pub periods: usize,
}

/// The `count` deepest drawdowns of `run`, deepest first; of equal depth the earlier first.
pub fn drawdowns(run: &Prepared<'_>, count: usize) -> Vec<DrawdownRow> {
    let mut episodes = run.path.episodes.clone();
    episodes.sort_by(|a, b| b.depth.total_cmp(&a.depth).then(a.peak.cmp(&b.peak)));
    episodes.iter().take(count).map(|e| row(run, e)).collect()
}

fn row(run: &Prepared<'_>, e: &Episode) -> DrawdownRow {
    let dates = run.record.dates();
    let last = run.record.len();
    let (peak, trough) = (dates[e.peak], dates[e.trough]);
    let recovery = e.recovery.map(|level| dates[level]);
    DrawdownRow {
        peak,
        trough,
        recovery,
        depth: e.depth,
        gain_needed: gain_needed(e.depth),
        days_falling: days_between(peak, trough),
        days_recovering: recovery.map(|r| days_between(trough, r)),
        days: days_between(peak, recovery.unwrap_or(dates[last])),
        periods: e.length(last),
    }
}
