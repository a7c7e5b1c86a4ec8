//! Burke ratio on runs of losing periods, as PerformanceAnalytics 2 computes it.
//!
//! A run is a stretch of periods with r < 0, recovery not awaited; the first period never opens one. Its depth is
//! `100 |product of (1 + r/100) - 1|`: returns are compounded as if they were percentages of a percentage, so the depth
//! is nearly their sum. `(R - F) / sqrt(sum depth^2)`. Kept for comparison; [`super::burke`] is the measure.
use super::prelude::*;

/// The package divides returns that are fractions by this.
const PERCENT: f64 = 100.0;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "burke_loss_runs",
    name: "Burke ratio (runs of losses)",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "(R - F) / sqrt(sum of squared losses of runs of losing periods), as PerformanceAnalytics 2",
    value: burke_loss_runs,
}];

/// The Burke ratio on runs of losses.
pub fn burke_loss_runs(run: &Prepared<'_>) -> Option<f64> {
    let squares: f64 = run.record.returns()[1..]
        .split(|r| *r >= 0.0)
        .filter(|losses| !losses.is_empty())
        .map(|losses| {
            let growth: f64 = losses.iter().map(|r| 1.0 + r / PERCENT).product();
            ((growth - 1.0) * PERCENT).powi(2)
        })
        .sum();
    over(run.return_yearly() - run.risk_free_yearly(), squares.sqrt())
}
