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

use crate::prepared::wealth;
use crate::record::{Record, RiskFree};
use trimtab_core::{Error, Result};

use column::Values;

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
#[derive(Clone, Debug)]
pub struct RollingTable {
    /// The rows of all windows, one window after the other. One allocation: many would be given back to the system and
    /// asked for again at every call, which costs more than the computation.
    rows: Vec<Values>,
    /// Periods of each window, and where its rows begin.
    windows: Vec<(usize, usize)>,
}

/// Rolling metrics over one window.
#[derive(Clone, Copy, Debug)]
pub struct RollingWindow<'a> {
    periods: usize,
    rows: &'a [Values],
}

impl<'a> RollingWindow<'a> {
    /// Periods in the window, w.
    pub fn periods(&self) -> usize {
        self.periods
    }

    /// The column of `metric`.
    pub fn column(&self, metric: RollingMetric) -> Column<'a> {
        Column { first: self.periods - 1, rows: self.rows, metric }
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
        // With a constant risk-free rate the deviation of r is that of e: six sums do instead of eight.
        Ok(match record.risk_free() {
            RiskFree::Constant(_) => table::<6>(record, periods),
            RiskFree::Series(_) => table::<8>(record, periods),
        })
    }

    /// The windows in the order asked for.
    pub fn windows(&self) -> impl ExactSizeIterator<Item = RollingWindow<'_>> {
        (0..self.windows.len()).map(|i| self.window(i))
    }

    /// The window asked for at place `i`.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn window(&self, i: usize) -> RollingWindow<'_> {
        let (periods, start) = self.windows[i];
        let end = self.windows.get(i + 1).map_or(self.rows.len(), |next| next.1);
        RollingWindow { periods, rows: &self.rows[start..end] }
    }

    /// The last row: for each window its length and the seven metrics at the end of the record, in the order of
    /// [`RollingMetric::ALL`]. `None` where a window is longer than the record or the metric undefined.
    pub fn grid(&self) -> Vec<(usize, [Option<f64>; 7])> {
        self.windows()
            .map(|w| (w.periods, RollingMetric::ALL.map(|metric| w.column(metric).last())))
            .collect()
    }
}

fn table<const K: usize>(record: &Record<'_>, periods: &[usize]) -> RollingTable {
    let sums = sums::Rows::<K>::of(record);
    let wealth = wealth(record.returns());
    let count = |w: &usize| (record.len() + 1).saturating_sub(*w);
    let mut rows = Vec::with_capacity(periods.iter().map(count).sum());
    let windows = periods
        .iter()
        .map(|&w| {
            let start = rows.len();
            if w <= record.len() {
                column::append(record, &sums, &wealth, w, &mut rows);
            }
            (w, start)
        })
        .collect();
    RollingTable { rows, windows }
}

#[cfg(test)]
mod tests;
