//! How late fills may come.
use serde::Serialize;
use trimtab_sim::Light;
use trimtab_strategy::{FillAt, Strategy};

use super::Runs;

/// A run whose orders are filled later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DelayRow {
    /// Sessions after the first one that could have filled the orders.
    pub sessions: u32,
    /// Yearly return, by periods.
    pub return_yearly: f64,
}

/// Delays that are tried where there is a session a day: up to a month, closer together where most happens.
const DAYS: [u32; 8] = [0, 1, 2, 3, 5, 10, 15, 21];

/// Delays that are tried where there is a session a week or month.
const PERIODS: [u32; 5] = [0, 1, 2, 3, 6];

/// Runs with later and later fills, those that can be run.
pub(super) fn delays(runs: &Runs<'_>, own: &Light) -> Vec<DelayRow> {
    let execution = &runs.base.strategy.execution;
    if execution.fill == FillAt::Limit {
        return Vec::new();
    }
    // From weekly data on nothing lies between two decisions but other decisions.
    let all: &[u32] = if runs.per_year > 52.5 { &DAYS } else { &PERIODS };
    let as_run = execution.fill != FillAt::SameClose && execution.delay == 0;
    let rows = all.iter().filter_map(|&sessions| {
        let return_yearly = match sessions == 0 && as_run {
            true => runs.yearly(own),
            false => runs.yearly(&runs.run(&delayed(runs.base.strategy, sessions)).ok()?),
        };
        Some(DelayRow { sessions, return_yearly })
    });
    rows.collect()
}

fn delayed(strategy: &Strategy, sessions: u32) -> Strategy {
    let mut later = strategy.clone();
    later.execution.delay = sessions;
    if later.execution.fill == FillAt::SameClose {
        later.execution.fill = FillAt::NextClose;
    }
    later
}
