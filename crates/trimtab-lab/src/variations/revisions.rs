//! What knowing revised figures would have been worth.
use std::collections::BTreeMap;

use serde::Serialize;
use trimtab_core::{Date, Day, Market, Result, Weights};
use trimtab_sim::{Options, Run, backtest};
use trimtab_strategy::Strategy;

use super::{depth, yearly};

/// The run on what was known, beside the same run on the latest revision of every series it reads, each figure from the day
/// of its first print on: what a backtest on revised figures would report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Revisions {
    /// The series that the strategy reads and that were revised.
    pub series: Vec<Revised>,
    /// On what was known.
    pub own: Road,
    /// On the latest revision.
    pub revised: Road,
    /// How many decisions were made.
    pub decisions: usize,
    /// Those that would have been others.
    pub differing: Vec<Differing>,
}

/// A series that was revised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revised {
    /// Its name.
    pub name: String,
    /// How many periods were ever given another value than at first.
    pub periods: usize,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Road {
    /// Yearly return, by periods.
    pub return_yearly: f64,
    /// The largest drawdown, a positive fraction.
    pub drawdown_max: f64,
}

/// A decision that revised figures would have changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differing {
    /// The day at whose close it was made.
    pub date: Date,
    /// What it held, by symbol.
    pub own: BTreeMap<String, f64>,
    /// What it would have held.
    pub revised: BTreeMap<String, f64>,
}

/// Weights that differ by no more are the same decision: a hundredth of a basis point.
const SAME: f64 = 1e-6;

impl Revisions {
    /// Runs the strategy on what was known and on the latest revision. `None` where it reads no series that was revised.
    ///
    /// # Errors
    /// When one of the two cannot be run to its end.
    pub fn of(strategy: &Strategy, market: &Market, options: &Options) -> Result<Option<Self>> {
        let series = read_and_revised(strategy, market);
        if series.is_empty() {
            return Ok(None);
        }
        let hindsight = market.with_latest_revisions()?;
        let own = finished(backtest(strategy, market, options)?, market)?;
        let revised = finished(backtest(strategy, &hindsight, options)?, &hindsight)?;
        let per_year = market.calendar().frequency().per_year();
        let road = |run: &Run| {
            let returns = run.returns();
            Road { return_yearly: yearly(&returns, per_year), drawdown_max: depth(&returns) }
        };
        Ok(Some(Self {
            series,
            own: road(&own),
            revised: road(&revised),
            decisions: own.decisions.len(),
            differing: differing(&own, &revised, market),
        }))
    }
}

fn finished(run: Run, market: &Market) -> Result<Run> {
    run.error(market).map_or(Ok(run), Err)
}

/// The series whose names stand in the strategy, as far as they were revised.
fn read_and_revised(strategy: &Strategy, market: &Market) -> Vec<Revised> {
    let printed = strategy.canonical();
    let named = |name: &str| printed.contains(&format!("{name:?}"));
    let revised = |name: &str| {
        let periods = market.series(name)?.revised_periods();
        (periods > 0 && named(name)).then(|| Revised { name: name.to_owned(), periods })
    };
    market.series_names().filter_map(revised).collect()
}

fn differing(own: &Run, revised: &Run, market: &Market) -> Vec<Differing> {
    let of = |run: &Run| -> BTreeMap<Day, Weights> {
        run.decisions.iter().map(|decision| (decision.day, decision.target.clone())).collect()
    };
    let (own, revised) = (of(own), of(revised));
    let named = |weights: Option<&Weights>| -> BTreeMap<String, f64> {
        let all = weights.into_iter().flat_map(Weights::iter);
        all.map(|(asset, w)| (market.symbol(asset).to_owned(), w)).collect()
    };
    let mut days: Vec<Day> = own.keys().chain(revised.keys()).copied().collect();
    days.sort_unstable();
    days.dedup();
    let other = |day: Day| {
        let (a, b) = (named(own.get(&day)), named(revised.get(&day)));
        let of =
            |weights: &BTreeMap<String, f64>, symbol| weights.get(symbol).copied().unwrap_or(0.0);
        let apart = a.keys().chain(b.keys()).any(|s| (of(&a, s) - of(&b, s)).abs() > SAME);
        let date = market.calendar().date(day);
        apart.then_some(Differing { date, own: a, revised: b })
    };
    days.into_iter().filter_map(other).collect()
}
