//! Yearly return, in the four conventions in use. One curve has four different ones; none is wrong.
//!
//! - by periods: `R = W^(P/n) - 1`: years are counted in periods. The default of PerformanceAnalytics, empyrical,
//!   vectorbt and of everything in this crate that says "yearly return".
//! - by calendar: `W^(365.25/days) - 1`, days from the first to the last date: what a bank statement would say. 365.25
//!   is the mean length of a year of the Julian calendar.
//! - arithmetic: `P mean(r)`: what the Sharpe ratio uses; always above the compounded ones when returns vary.
//! - logarithmic: `P mean(ln(1 + r))`: the continuously compounded rate.
//!
//! Source: C. Bacon, *Practical Portfolio Performance Measurement and Attribution*, 2nd ed. 2008, ch. 2.
use super::prelude::*;
use trimtab_math::moments::mean;

/// Mean length in days of a year of the Julian calendar.
pub(crate) const DAYS_A_YEAR: f64 = 365.25;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "return_yearly_periods",
        name: "Yearly return (by periods)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "W^(P/n) - 1, years counted in periods",
        value: return_yearly_periods,
    },
    Metric {
        key: "return_yearly_calendar",
        name: "Yearly return (by calendar)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "W^(365.25/days) - 1, days from the first date to the last",
        value: return_yearly_calendar,
    },
    Metric {
        key: "return_yearly_arithmetic",
        name: "Yearly return (arithmetic)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "P mean(r), not compounded",
        value: return_yearly_arithmetic,
    },
    Metric {
        key: "return_yearly_log",
        name: "Yearly return (logarithmic)",
        group: Group::Return,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention: "P mean(ln(1 + r)), continuously compounded",
        value: return_yearly_log,
    },
];

/// `W^(P/n) - 1`.
pub fn return_yearly_periods(run: &Prepared<'_>) -> Option<f64> {
    Some(run.return_yearly())
}

/// `W^(365.25/days) - 1`.
pub fn return_yearly_calendar(run: &Prepared<'_>) -> Option<f64> {
    Some(run.path.growth.powf(DAYS_A_YEAR / run.days()) - 1.0)
}

/// `P mean(r)`.
pub fn return_yearly_arithmetic(run: &Prepared<'_>) -> Option<f64> {
    Some(run.moments.mean * run.periods_yearly())
}

/// `P mean(ln(1 + r))`.
pub fn return_yearly_log(run: &Prepared<'_>) -> Option<f64> {
    Some(mean(&run.logs)? * run.periods_yearly())
}
