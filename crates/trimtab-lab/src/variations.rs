//! The same strategy run again with one thing changed: dearer trades, later fills, another day of the month, no friction.
//!
//! Every run is one of [`trimtab_sim::light`]; where a strategy needs books they are kept, which takes longer.
mod cost;
mod delay;
mod gap;
mod luck;
mod revisions;

pub use cost::BreakEvenCost;
pub use delay::DelayRow;
pub use gap::Gap;
pub use luck::{Luck, Offset};
pub use revisions::{Differing, Revised, Revisions, Road};

use std::cell::Cell;

use trimtab_core::{Market, NonNegative, OneWay, Result};
use trimtab_sim::{Light, Options, light};
use trimtab_strategy::{Commission, Costs, FillAt, Impact, Strategy};

use crate::prepared::{depth_max, wealth};

/// What to run again, and what it must beat.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// The strategy as it was run.
    pub strategy: &'a Strategy,
    /// The market it was run in.
    pub market: &'a Market,
    /// The options it was run with.
    pub options: &'a Options,
    /// The returns of what it is compared with, session by session.
    pub benchmark: Option<&'a [f64]>,
}

/// What came of all variations.
#[derive(Clone, Debug, PartialEq)]
pub struct Variations {
    /// How often the strategy was run.
    pub runs: usize,
    /// In how many of the runs books were kept.
    pub with_books: usize,
    /// The yearly return of the run itself, for comparison: by periods, in floats.
    pub own: f64,
    /// The cost of a trade at which the benchmark is no longer beaten; `None` without a benchmark.
    pub cost: Option<BreakEvenCost>,
    /// Later and later fills. Empty for strategies that trade by limit order, whose delay is their own.
    pub delay: Vec<DelayRow>,
    /// Other days of the month or week; `None` where there are none to choose from.
    pub luck: Option<Luck>,
    /// The yearly return of the paper portfolio: every decision filled at its own close, trading free.
    pub paper: f64,
}

/// Runs and counts.
struct Runs<'a> {
    base: Base<'a>,
    per_year: f64,
    count: Cell<usize>,
    with_books: Cell<usize>,
}

impl Variations {
    /// Runs all of them.
    ///
    /// # Errors
    /// When the strategy itself cannot be run to its end; variations that cannot are left out.
    pub fn of(base: Base<'_>) -> Result<Self> {
        let per_year = base.market.calendar().frequency().per_year();
        let runs = Runs { base, per_year, count: Cell::new(0), with_books: Cell::new(0) };
        let own = runs.run(base.strategy)?;
        let paper = runs.yearly(&runs.run(&paper(base.strategy))?);
        let cost = base.benchmark.map(|b| cost::break_even(&runs, b, &own)).transpose()?;
        let delay = delay::delays(&runs, &own);
        let luck = luck::luck(&runs);
        let (count, with_books) = (runs.count.get(), runs.with_books.get());
        Ok(Self { runs: count, with_books, own: runs.yearly(&own), cost, delay, luck, paper })
    }

    /// The shortest delay at which the run no longer beats a yearly return of `benchmark`. `None` when it still does after
    /// the longest.
    pub fn break_even_delay(&self, benchmark: f64) -> Option<u32> {
        self.delay.iter().find(|row| row.return_yearly <= benchmark).map(|row| row.sessions)
    }
}

impl Runs<'_> {
    /// A run to the end.
    fn run(&self, strategy: &Strategy) -> Result<Light> {
        let run = light(strategy, self.base.market, self.base.options)?;
        self.count.set(self.count.get() + 1);
        self.with_books.set(self.with_books.get() + usize::from(run.kept_books));
        match run.ended {
            Some(ended) => Err(ended.error),
            None => Ok(run),
        }
    }

    /// `W^(P / n) - 1`.
    fn yearly(&self, run: &Light) -> f64 {
        yearly(&run.returns(), self.per_year)
    }
}

/// Yearly return by number of periods, `W^(P / n) - 1`.
pub fn yearly(returns: &[f64], per_year: f64) -> f64 {
    let growth: f64 = returns.iter().map(|r| 1.0 + r).product();
    growth.powf(per_year / returns.len().max(1) as f64) - 1.0
}

fn depth(returns: &[f64]) -> f64 {
    depth_max(wealth(returns))
}

/// The strategy with every trade at one cost, `fraction` of its value, and nothing else to pay for trading.
fn at_cost(strategy: &Strategy, fraction: f64) -> Strategy {
    /// Basis points in one.
    const BPS: f64 = 1e4;
    // What the file leaves open stays open: cash must earn what it earned.
    let free = |impact: Impact| Impact { coefficient: NonNegative::default(), ..impact };
    let only = Costs {
        commission: Some(Commission::default()),
        half_spread: OneWay::bps(fraction * BPS).ok(),
        slippage: OneWay::bps(0.0).ok(),
        impact: strategy.costs.resolved().impact.map(free),
        ..strategy.costs.clone()
    };
    Strategy { costs: only, ..strategy.clone() }
}

/// Perold's paper portfolio: filled at the close of the decision, trading free.
fn paper(strategy: &Strategy) -> Strategy {
    let mut paper = at_cost(strategy, 0.0);
    paper.execution.fill = FillAt::SameClose;
    paper.execution.delay = 0;
    paper.execution.limit = None;
    paper
}
