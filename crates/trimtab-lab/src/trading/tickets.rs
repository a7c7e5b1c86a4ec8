//! How often somebody has to act.
use serde::Serialize;
use trimtab_core::Market;
use trimtab_sim::Run;

use super::years;

/// How often somebody has to act, in numbers a year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tickets {
    /// Fills: one ticket each.
    pub tickets_yearly: f64,
    /// Sessions on which something was traded.
    pub trade_days_yearly: f64,
    /// Decisions.
    pub decisions_yearly: f64,
    /// Decisions of which at least one order was filled.
    pub rebalances_yearly: f64,
    /// The most tickets on one session.
    pub most_on_one_day: usize,
}

impl Tickets {
    /// Counts those of `run`; all are zero when there is none.
    pub fn of(run: &Run, market: &Market) -> Self {
        let years = years(run, market).max(f64::MIN_POSITIVE);
        let days = run.trades.chunk_by(|a, b| a.filled == b.filled);
        Self {
            tickets_yearly: run.trades.len() as f64 / years,
            trade_days_yearly: days.clone().count() as f64 / years,
            decisions_yearly: run.decisions.len() as f64 / years,
            rebalances_yearly: run.rebalances as f64 / years,
            most_on_one_day: days.map(<[_]>::len).max().unwrap_or(0),
        }
    }
}
