//! Calmar ratio: yearly return per unit of the largest drawdown.
//!
//! `R / D_max` over the whole record (the use of PerformanceAnalytics and empyrical) and, as first defined, over the
//! last 36 months: the yearly return of the levels since the same day 36 months earlier over the largest drawdown
//! among them. Undefined without a drawdown.
//!
//! Source: T. W. Young (1991), Calmar Ratio: A Smoother Tool, *Futures* 20(1).
use super::prelude::*;
use crate::prepared::depth_max;
use jiff::ToSpan;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "calmar",
        name: "Calmar ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "R / D_max over the whole record",
        value: calmar,
    },
    Metric {
        key: "calmar_36_months",
        name: "Calmar ratio of 36 months",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "yearly return / D_max of the last 36 calendar months",
        value: calmar_36_months,
    },
];

/// `R / D_max`.
pub fn calmar(run: &Prepared<'_>) -> Option<f64> {
    over(run.return_yearly(), run.path.depth_max)
}

/// The Calmar ratio of the last 36 months.
pub fn calmar_36_months(run: &Prepared<'_>) -> Option<f64> {
    let dates = run.record.dates();
    let start = dates.last()?.checked_sub(36.months()).ok()?;
    let level = dates.partition_point(|d| *d <= start).checked_sub(1)?;
    let wealth = &run.path.wealth[level..];
    let depth = depth_max(wealth.iter().copied());
    over((run.path.growth / wealth[0]).powf(1.0 / 3.0) - 1.0, depth)
}
