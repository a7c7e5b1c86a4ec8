//! How a run fared in each kind of market.
//!
//! A [`Classes`] gives every period a class; [`by_class`] measures the run and its benchmark over the periods of each.
//! Two classifications from trailing benchmark data are built in, [`Classes::markets`] (up, down, flat, choppy) and
//! [`Classes::regimes`] (bull or bear, calm or rough); any other, such as a model of regimes, is a list of labels.
//!
//! Three more are known only afterwards and serve reports alone: [`Classes::phases`], [`Classes::roughness`] and
//! [`Classes::inflation`].
//!
//! A label may be [`Seen::Before`] the period, from data that ended before it, or [`Seen::During`] it, from a window that
//! ends with it. Only the first could have been acted on. The second describes what happened; the same window then
//! decides class and return, so that "up" markets have gains by construction.
mod classes;
mod expected;
mod fitted;
mod hindsight;
mod times;

use crate::metrics::find;
use crate::prepared::Prepared;
use crate::record::{Record, RiskFree};
use serde::Serialize;
use trimtab_core::{Date, Error, Result};
use trimtab_math::moments::Moments;

pub use classes::{Classes, MarketRule, RegimeRule, Seen};
pub use expected::{Held, Shown, Verdict, held};
pub use times::{Known, Told, times};

/// A run and its benchmark over the periods of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClassRow {
    /// Name of the class.
    pub name: String,
    /// Number of periods.
    pub periods: usize,
    /// Share of the labelled periods.
    pub share: f64,
    /// Number of unbroken stretches.
    pub stretches: usize,
    /// Compounded return over the periods of the class alone.
    pub return_cumulative: f64,
    /// The same as a yearly rate, `G^(P/k) - 1`, k the number of periods.
    pub return_yearly: f64,
    /// Volatility, `sd(r) sqrt(P)`.
    pub volatility_yearly: Option<f64>,
    /// Sharpe ratio.
    pub sharpe: Option<f64>,
    /// Share of the periods with r > 0.
    pub win_rate: f64,
    /// Worst period.
    pub worst_period: f64,
    /// Yearly return of the benchmark.
    pub benchmark_return_yearly: Option<f64>,
    /// Correlation with the benchmark.
    pub correlation: Option<f64>,
    /// Beta.
    pub beta: Option<f64>,
    /// Active return, `P mean(r - b)`: where it is negative, the run trailed its benchmark in this kind of market.
    pub active_return_yearly: Option<f64>,
    /// t statistic of the active return, `mean(r - b) / sd(r - b) sqrt(k)`: below about 2 in size it may be chance.
    pub active_t: Option<f64>,
}

/// One row for each class that has a period, in the order of the classes.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when there is not one label for each period of the record.
pub fn by_class(record: &Record<'_>, classes: &Classes) -> Result<Vec<ClassRow>> {
    if classes.labels().len() != record.len() {
        return Err(Error::data(format!(
            "{} labels for {} periods",
            classes.labels().len(),
            record.len()
        ))
        .hint("give one label for each return; None where the class is not known yet"));
    }
    let labelled = classes.labels().iter().flatten().count();
    classes
        .names()
        .iter()
        .enumerate()
        .filter_map(|(class, name)| {
            let periods: Vec<usize> =
                (0..record.len()).filter(|t| classes.labels()[*t] == Some(class)).collect();
            (!periods.is_empty()).then(|| row(record, name, &periods, labelled))
        })
        .collect()
}

fn row(record: &Record<'_>, name: &str, periods: &[usize], labelled: usize) -> Result<ClassRow> {
    let pick = |xs: &[f64]| -> Vec<f64> { periods.iter().map(|t| xs[*t]).collect() };
    let returns = pick(record.returns());
    let benchmark = record.benchmark().map(pick);
    let cash: Vec<f64> = periods.iter().map(|t| record.risk_free().at(*t)).collect();
    // The dates of a collection of periods have no meaning of their own; only the order matters to what is read below.
    let dates: Vec<Date> = record.dates()[..=periods.len()].to_vec();
    let mut part = Record::new(&dates, &returns, RiskFree::Series(&cash), record.periods_yearly())?;
    if let Some(benchmark) = &benchmark {
        part = part.with_benchmark(benchmark)?;
    }
    let run = Prepared::new(part);
    let get = |key: &str| find(key).and_then(|m| m.of(&run));
    let active: Option<Moments> = run.versus.as_ref().map(|v| v.active);
    Ok(ClassRow {
        name: name.to_owned(),
        periods: periods.len(),
        share: periods.len() as f64 / labelled as f64,
        stretches: 1 + periods.windows(2).filter(|w| w[1] > w[0] + 1).count(),
        return_cumulative: run.path.growth - 1.0,
        return_yearly: run.return_yearly(),
        volatility_yearly: get("volatility_yearly"),
        sharpe: get("sharpe"),
        win_rate: run.signs.wins as f64 / run.n(),
        worst_period: run.ascending[0],
        benchmark_return_yearly: get("benchmark_return_yearly_periods"),
        correlation: get("correlation"),
        beta: get("beta"),
        active_return_yearly: get("active_return_yearly"),
        active_t: active.and_then(|a| {
            let deviation = a.deviation().filter(|d| *d > 0.0)?;
            Some(a.mean / deviation * run.n().sqrt())
        }),
    })
}

#[cfg(test)]
mod tests;
