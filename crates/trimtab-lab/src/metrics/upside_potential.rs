//! Upside potential ratio: mean gain above the target per unit of downside deviation.
//!
//! Full: `mean max(r - m, 0) / sqrt(mean min(r - m, 0)^2)`, both over all periods. Subset: the mean over the periods
//! above the target, the deviation over those below it, as PerformanceAnalytics does by default.
//!
//! Source: F. Sortino, R. van der Meer and A. Plantinga (1999), The Dutch Triangle, *Journal of Portfolio Management*
//! 26(1).
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "upside_potential",
        name: "Upside potential ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean max(r - m, 0) / sqrt(mean min(r - m, 0)^2), over all periods",
        value: |run| over(run.shortfall.target_above, run.shortfall.target_second.sqrt()),
    },
    Metric {
        key: "upside_potential_subset",
        name: "Upside potential ratio (subsets)",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean of r - m above m / root mean square of m - r below m, each over its own periods",
        value: upside_potential_subset,
    },
];

/// The ratio with each mean over its own periods.
pub fn upside_potential_subset(run: &Prepared<'_>) -> Option<f64> {
    let m = run.record.target();
    let below = run.ascending.partition_point(|r| *r < m) as f64;
    let above = run.n() - run.ascending.partition_point(|r| *r <= m) as f64;
    let up = over(run.shortfall.target_above * run.n(), above)?;
    let down = over(run.shortfall.target_second * run.n(), below)?;
    over(up, down.sqrt())
}
