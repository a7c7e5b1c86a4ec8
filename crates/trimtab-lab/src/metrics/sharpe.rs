//! Sharpe ratio: excess return per unit of its standard deviation.
//!
//! - `sharpe = mean(e) / sd(e) sqrt(P)`, e the return above cash of each period. The deviation is that of the
//!   *excess* return, so the risk-free rate must be a series wherever it moved.
//! - per period: `mean(e) / sd(e)`.
//! - from months: the same with compounded calendar months, P = 12. Lower frequency hides daily reversals.
//! - geometric: `((1 + R) / (1 + F) - 1) / (sd(e) sqrt(P))`.
//!
//! Undefined below two periods or when the excess return never varies.
//!
//! Source: W. F. Sharpe (1994), The Sharpe Ratio, *Journal of Portfolio Management* 21(1), eq. 3-6.
use super::prelude::*;
use trimtab_math::moments::Moments;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "sharpe",
        name: "Sharpe ratio",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean(r - f) / sd(r - f) sqrt(P), arithmetic",
        value: sharpe,
    },
    Metric {
        key: "sharpe_period",
        name: "Sharpe ratio of a period",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean(r - f) / sd(r - f), not annualised",
        value: sharpe_period,
    },
    Metric {
        key: "sharpe_months",
        name: "Sharpe ratio from months",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "mean / sd sqrt(12) of the excess returns of calendar months",
        value: sharpe_months,
    },
    Metric {
        key: "sharpe_geometric",
        name: "Sharpe ratio (geometric)",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "((1 + R) / (1 + F) - 1) / (sd(r - f) sqrt(P))",
        value: sharpe_geometric,
    },
];

/// `mean(e) / sd(e)`.
pub fn sharpe_period(run: &Prepared<'_>) -> Option<f64> {
    ratio(&run.excess_moments)
}

/// `mean(e) / sd(e) sqrt(P)`.
pub fn sharpe(run: &Prepared<'_>) -> Option<f64> {
    Some(sharpe_period(run)? * run.periods_yearly().sqrt())
}

/// The Sharpe ratio of the compounded calendar months.
pub fn sharpe_months(run: &Prepared<'_>) -> Option<f64> {
    Some(ratio(&Moments::of(&run.months.excess)?)? * 12_f64.sqrt())
}

/// Compounded excess return per unit of yearly deviation.
pub fn sharpe_geometric(run: &Prepared<'_>) -> Option<f64> {
    let excess = super::return_excess::return_excess_yearly_compounded(run)?;
    over(excess, run.excess_moments.deviation()? * run.periods_yearly().sqrt())
}

fn ratio(moments: &Moments) -> Option<f64> {
    over(moments.mean, moments.deviation()?)
}
