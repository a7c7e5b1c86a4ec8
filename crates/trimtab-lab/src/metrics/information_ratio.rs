//! Information ratio: active return per unit of tracking error.
//!
//! Compounded `(R - B) / (sd(r - b) sqrt(P))` (PerformanceAnalytics), arithmetic `mean(r - b) / sd(r - b) sqrt(P)`, and the
//! latter per period, which empyrical and quantstats print.
//!
//! Source: W. F. Sharpe (1994); R. Grinold and R. Kahn, *Active Portfolio Management*, 2nd ed. 2000, ch. 5.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "information_ratio",
        name: "Information ratio (compounded)",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(R - B) / tracking error, compounded yearly returns",
        value: information_ratio,
    },
    Metric {
        key: "information_ratio_arithmetic",
        name: "Information ratio (arithmetic)",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean(r - b) / sd(r - b) sqrt(P)",
        value: |run| Some(information_ratio_period(run)? * run.periods_yearly().sqrt()),
    },
    Metric {
        key: "information_ratio_period",
        name: "Information ratio of a period",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean(r - b) / sd(r - b), not annualised",
        value: information_ratio_period,
    },
];

/// `(R - B) / (sd(r - b) sqrt(P))`.
pub fn information_ratio(run: &Prepared<'_>) -> Option<f64> {
    over(super::active_return::active_premium(run)?, super::tracking_error::tracking_error(run)?)
}

/// `mean(r - b) / sd(r - b)`.
pub fn information_ratio_period(run: &Prepared<'_>) -> Option<f64> {
    let active = &run.versus.as_ref()?.active;
    over(active.mean, active.deviation()?)
}
