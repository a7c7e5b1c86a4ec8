//! The same road in floats and without books, for engines that run thousands of strategies.
mod account;
mod lanes;
mod track;

pub use lanes::{Lanes, Watch};
pub use track::Track;

use trimtab_core::{Day, Market, Result};
use trimtab_strategy::Strategy;

use crate::{Ended, Options, Run, backtest};

/// What came of a light run: the road of the value, and a few sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Light {
    /// The account's value at each close, after the day's flow, in currency units.
    pub equity: Vec<f64>,
    /// What came in (positive) or went out at each close; empty when nothing ever did.
    pub flows: Vec<f64>,
    /// Decisions.
    pub decisions: usize,
    /// Decisions of which at least one order was filled.
    pub rebalances: usize,
    /// Value traded, purchases and sales added up, each relative to the account's value before it.
    pub turnover: f64,
    /// What was paid for trading, in currency units.
    pub costs: f64,
    /// Why the run ended before its last session, if it did.
    pub ended: Option<Ended>,
    /// Whether books had to be kept, because the road is not straight; the numbers are the same, the time is not.
    pub kept_books: bool,
}

impl Light {
    /// The value at the end.
    pub fn last_value(&self) -> f64 {
        self.equity.last().copied().unwrap_or_default()
    }

    /// Time-weighted returns, as [`Run::returns`].
    pub fn returns(&self) -> Vec<f64> {
        let flow = |ix: usize| self.flows.get(ix).copied().unwrap_or(0.0);
        let pairs = self.equity.windows(2).enumerate();
        pairs.map(|(ix, v)| (v[1] - flow(ix + 1)) / v[0] - 1.0).collect()
    }
}

impl From<Run> for Light {
    fn from(run: Run) -> Self {
        let before = |day: Day| {
            let ix = (day.0 - run.first.0) as usize;
            run.equity[ix.saturating_sub(1)]
        };
        let turnover =
            run.trades.iter().map(|t| t.fill.gross.as_f64().abs() / before(t.filled)).sum();
        Self {
            turnover,
            flows: if run.flows.iter().any(|f| *f != 0.0) { run.flows } else { Vec::new() },
            decisions: run.decisions.len(),
            rebalances: run.rebalances,
            costs: run.costs.each().iter().map(|(_, cost)| cost.as_f64()).sum(),
            ended: run.ended,
            kept_books: true,
            equity: run.equity,
        }
    }
}

/// The same run as [`backtest`], in floats and without a journal.
///
/// It takes the straight road: market orders at closes or opens, fixed costs and rates, dividends, splits and
/// delistings. Where the account needs more memory than that (limit orders, parts of volumes, sweeps, interest paid by
/// sales, bands watched every session, flows, funds, running expenses, spin-offs, or an order that meets no price),
/// the books are kept after all, and [`Light::kept_books`] says so. Either way the values agree with those of
/// [`backtest`] to the rounding of shares and money.
///
/// # Errors
/// As [`backtest`].
pub fn light(strategy: &Strategy, market: &Market, options: &Options) -> Result<Light> {
    Track::new(strategy, market, options)?.run(strategy)
}

pub(crate) fn with_books(strategy: &Strategy, market: &Market, options: &Options) -> Result<Light> {
    backtest(strategy, market, options).map(Light::from)
}
