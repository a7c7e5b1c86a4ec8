//! The strategy on markets that could have been.
use rayon::prelude::*;
use serde::Serialize;
use trimtab_core::{Day, Error, Result};
use trimtab_math::moments::quantile;
use trimtab_sim::Options;
use trimtab_strategy::Strategy;

use super::{Figures, Ground};
use crate::markets::Pool;
use crate::validation::Dice;

/// How a strategy and its benchmark fared on many resampled markets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resampled {
    /// How the markets were made.
    pub how: String,
    /// Markets on which both could be run.
    pub markets: usize,
    /// Markets on which one of them could not.
    pub failed: usize,
    /// The share of markets with a higher Sharpe ratio than the benchmark's.
    pub ahead: f64,
    /// The share of markets with a loss after all.
    pub lost: f64,
    /// 5 %, 50 % and 95 % of the yearly return.
    pub return_yearly: [f64; 3],
    /// The same of the Sharpe ratio.
    pub sharpe: [f64; 3],
    /// The same of the Sharpe ratio less the benchmark's.
    pub sharpe_ahead: [f64; 3],
    /// The same of the largest drawdown.
    pub drawdown_max: [f64; 3],
}

/// Runs both on `markets` resamples of the pool; `order` gives the days of each, `warm_up` sessions at the beginning are
/// not compared.
///
/// # Errors
/// When neither can be run on half of the markets: the first error.
pub fn resampled(
    (strategy, benchmark): (&Strategy, &Strategy),
    (pool, options): (&Pool<'_>, &Options),
    how: &str,
    markets: usize,
    warm_up: u32,
    order: impl Fn(&mut Dice) -> Vec<usize> + Sync,
    seed: u64,
) -> Result<Resampled> {
    // A resampled market has its own span.
    let options = Options { from: None, to: None, first_decision: None, ..options.clone() };
    let one = |stream: usize| -> Result<[Figures; 2]> {
        let market = pool.rebuilt(&order(&mut Dice::new(seed, stream as u64)))?;
        let ground = Ground { market: &market, options: &options, from: Day(warm_up) };
        Ok([ground.run(strategy)?.figures, ground.run(benchmark)?.figures])
    };
    let runs: Vec<Result<[Figures; 2]>> = (0..markets).into_par_iter().map(one).collect();
    let failed = runs.iter().filter(|run| run.is_err()).count();
    if 2 * failed > markets || markets == 0 {
        let error = runs.into_iter().find_map(Result::err);
        return Err(error.unwrap_or_else(|| Error::data("no market was asked for")));
    }
    let runs: Vec<[Figures; 2]> = runs.into_iter().flatten().collect();
    let share = |hit: &dyn Fn(&[Figures; 2]) -> bool| {
        runs.iter().filter(|run| hit(run)).count() as f64 / runs.len() as f64
    };
    let spread = |of: &dyn Fn(&[Figures; 2]) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_unstable_by(f64::total_cmp);
        [0.05, 0.5, 0.95].map(|p| quantile(&values, p).expect("there is a market"))
    };
    Ok(Resampled {
        how: how.to_owned(),
        markets: runs.len(),
        failed,
        ahead: share(&|[a, b]| a.sharpe > b.sharpe),
        lost: share(&|[a, _]| a.return_yearly < 0.0),
        return_yearly: spread(&|[a, _]| a.return_yearly),
        sharpe: spread(&|[a, _]| a.sharpe),
        sharpe_ahead: spread(&|[a, b]| a.sharpe - b.sharpe),
        drawdown_max: spread(&|[a, _]| a.drawdown_max),
    })
}
