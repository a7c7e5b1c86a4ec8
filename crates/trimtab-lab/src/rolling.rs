//! Metrics over trailing windows, at every date.
//!
//! Seven columns for each window of 1, 3, 6 and 12 months (or any other): return, alpha, beta, Sharpe ratio, Sortino
//! ratio, volatility, largest drawdown. The last row is the usual grid of a tear sheet, [`RollingTable::grid`].
//!
//! The cost does not depend on the length of the windows. Time is cut into blocks as long as the window; a window is the
//! end of one block and the beginning of the next, so its sums are those of a suffix and a prefix, and its largest
//! drawdown follows from the highest, the lowest and the worst fall of both. Unlike differences of running totals, this
//! subtracts nothing, so a calm window keeps its digits after a wild one.
mod column;
mod fall;
mod sums;

use crate::record::{Record, RiskFree};
use column::Finish;
use trimtab_core::{Error, Result};

pub use column::Column;

/// Months of the usual windows.
pub const MONTHS: [u32; 4] = [1, 3, 6, 12];

/// The columns of a [`RollingWindow`], in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RollingMetric {
    /// Compounded return over the window, not annualised.
    Return,
    /// Regression intercept of the excess returns on the benchmark's, times P.
    Alpha,
    /// Regression slope of the excess returns on the benchmark's.
    Beta,
    /// `mean(e) / sd(e) sqrt(P)`.
    Sharpe,
    /// `mean(e) / sqrt(mean(min(e, 0)^2)) sqrt(P)`.
    Sortino,
    /// `sd(r) sqrt(P)`.
    Volatility,
    /// Largest fall below the highest wealth since the window began, its first level included.
    DrawdownMax,
}

impl RollingMetric {
    /// All of them, in the order of the columns.
    pub const ALL: [RollingMetric; 7] = [
        RollingMetric::Return,
        RollingMetric::Alpha,
        RollingMetric::Beta,
        RollingMetric::Sharpe,
        RollingMetric::Sortino,
        RollingMetric::Volatility,
        RollingMetric::DrawdownMax,
    ];
}

/// Rolling metrics of one record over several windows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RollingTable {
    /// One entry for each window asked for.
    pub windows: Vec<RollingWindow>,
}

/// Rolling metrics over one window.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RollingWindow {
    /// Periods in the window, w.
    pub periods: usize,
    columns: [Column; 7],
}

impl RollingWindow {
    /// The column of `metric`.
    pub fn column(&self, metric: RollingMetric) -> &Column {
        &self.columns[metric as usize]
    }
}

impl RollingTable {
    /// The seven metrics over the trailing `months` of `record`, a month being P/12 periods, rounded, at least one.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a number of months is zero.
    pub fn months(record: &Record<'_>, months: &[u32]) -> Result<Self> {
        let periods: Vec<usize> = months
            .iter()
            .map(|m| {
                (f64::from(*m) * record.periods_yearly() / 12.0).round().max(f64::from((*m).min(1)))
                    as usize
            })
            .collect();
        Self::periods(record, &periods)
    }

    /// The seven metrics over the trailing windows of `periods` periods.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a window has no period.
    pub fn periods(record: &Record<'_>, periods: &[usize]) -> Result<Self> {
        if periods.contains(&0) {
            return Err(Error::data("a rolling window needs at least one period"));
        }
        let rows = sums::rows(record);
        let wealth = levels(record.returns());
        let finish = Finish {
            periods_yearly: record.periods_yearly(),
            benchmark: record.benchmark().is_some(),
            same_deviation: matches!(record.risk_free(), RiskFree::Constant(_)),
            shift: rows.shift,
        };
        let windows = periods
            .iter()
            .map(|&w| RollingWindow {
                periods: w,
                columns: column::columns(&rows.rows, &wealth, w, &finish),
            })
            .collect();
        Ok(Self { windows })
    }

    /// The last row: for each window its length and the seven metrics at the end of the record, in the order of
    /// [`RollingMetric::ALL`]. `None` where a window is longer than the record or the metric undefined.
    pub fn grid(&self) -> Vec<(usize, [Option<f64>; 7])> {
        self.windows
            .iter()
            .map(|w| (w.periods, std::array::from_fn(|k| w.columns[k].last())))
            .collect()
    }
}

/// Wealth at each level, one unit at the start.
fn levels(returns: &[f64]) -> Vec<f64> {
    let mut wealth = Vec::with_capacity(returns.len() + 1);
    let mut w = 1.0;
    wealth.push(w);
    for r in returns {
        w *= 1.0 + r;
        wealth.push(w);
    }
    wealth
}

#[cfg(test)]
mod tests;
