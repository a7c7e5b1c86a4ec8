//! How dear trading may become.
use std::cell::RefCell;

use serde::Serialize;
use trimtab_core::{Error, Kind, Result};
use trimtab_math::roots::brent;
use trimtab_sim::Light;

use super::{Runs, at_cost};

/// The cost of trading at which a strategy no longer beats what it is compared with: the fraction c of every purchase and
/// of every sale, in place of all trading costs of the file, with `W(c) = B`. W and B: the wealth that strategy and
/// benchmark end with, the benchmark at the costs it was run with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakEvenCost {
    /// This fraction of each trade's value.
    At(f64),
    /// It trails even where trading is free.
    TrailsFree,
    /// It still leads at the highest cost tried, a fraction.
    LeadsAt(f64),
}

/// The highest cost tried, 500 basis points one way. Dearer trading is not met in listed funds; ten times as much would
/// ruin the account of anybody who trades monthly and find no root.
const DEAREST: f64 = 0.05;

/// A hundredth of a basis point: finer than any cost is known, coarse enough for a handful of runs.
const FINE: f64 = 1e-6;

pub(super) fn break_even(runs: &Runs<'_>, benchmark: &[f64], own: &Light) -> Result<BreakEvenCost> {
    let logs = |returns: &[f64]| returns.iter().map(|r| r.ln_1p()).sum::<f64>();
    let other = logs(benchmark);
    let lead = |cost: f64| -> Result<f64> {
        Ok(logs(&runs.run(&at_cost(runs.base.strategy, cost))?.returns()) - other)
    };
    let free = lead(0.0)?;
    if free <= 0.0 {
        return Ok(BreakEvenCost::TrailsFree);
    }
    // Wealth falls by about the cost of everything that is traded: half as much again is beyond the root.
    let guess = (1.5 * free / own.turnover.max(free)).min(DEAREST);
    let mut high = guess;
    if guess < DEAREST && lead(guess)? > 0.0 {
        high = DEAREST;
    }
    if high >= DEAREST && lead(DEAREST)? > 0.0 {
        return Ok(BreakEvenCost::LeadsAt(DEAREST));
    }
    let failed = RefCell::new(None);
    let root = brent(
        |cost| {
            lead(cost).unwrap_or_else(|error| {
                failed.replace(Some(error));
                f64::NAN
            })
        },
        0.0,
        high,
        FINE,
    );
    match (failed.into_inner(), root) {
        (Some(error), _) => Err(error),
        (None, Ok(cost)) => Ok(BreakEvenCost::At(cost)),
        (None, Err(error)) => {
            Err(Error::new(Kind::Numeric, format!("no break-even cost was found: {error:?}")))
        }
    }
}
