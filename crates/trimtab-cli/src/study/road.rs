//! What became of an account, whichever engine moved it.
use trimtab_core::{Date, Day, Error, Market, Result};
use trimtab_sim::{Ended, Options, Run, backtest, light};
use trimtab_strategy::Strategy;

/// The road of an account, and its books where they were kept.
#[derive(Clone, Debug)]
pub(crate) struct Road {
    /// The strategy's name.
    pub(crate) strategy: String,
    /// The first session.
    pub(crate) first: Day,
    /// The civil date of each session.
    pub(crate) sessions: Vec<Date>,
    /// The value at each close.
    pub(crate) equity: Vec<f64>,
    /// Returns between the sessions, flows excluded.
    pub(crate) returns: Vec<f64>,
    /// What came in and went out at each close.
    pub(crate) flows: Vec<f64>,
    /// Decisions.
    pub(crate) decisions: usize,
    /// Decisions of which at least one order was filled.
    pub(crate) rebalances: usize,
    /// Half of what was traded over the value, a year.
    pub(crate) turnover_yearly: f64,
    /// What was paid for trading.
    pub(crate) costs: f64,
    /// Why the run ended before its last session, if it did.
    pub(crate) ended: Option<Ended>,
    /// Trades, decisions, weights and the account; none from the fast engine.
    pub(crate) books: Option<Run>,
}

impl Road {
    /// Runs a strategy, with books or without.
    ///
    /// # Errors
    /// When the run cannot begin.
    pub(crate) fn new(
        strategy: &Strategy,
        market: &Market,
        options: &Options,
        books: bool,
    ) -> Result<Self> {
        match books {
            true => Self::with_books(backtest(strategy, market, options)?, market),
            false => Self::light(strategy, market, options),
        }
    }

    fn with_books(run: Run, market: &Market) -> Result<Self> {
        Ok(Self {
            strategy: run.strategy.clone(),
            first: run.first,
            sessions: run.sessions.clone(),
            equity: run.equity.clone(),
            returns: run.returns(),
            flows: run.flows.clone(),
            decisions: run.decisions.len(),
            rebalances: run.rebalances,
            turnover_yearly: run.turnover_yearly(market.calendar().frequency().per_year()),
            costs: run.costs.total()?.as_f64(),
            ended: run.ended.clone(),
            books: Some(run),
        })
    }

    fn light(strategy: &Strategy, market: &Market, options: &Options) -> Result<Self> {
        let run = light(strategy, market, options)?;
        let calendar = market.calendar();
        let first = options.from.and_then(|date| calendar.on_or_after(date)).unwrap_or(Day(0));
        let count = run.equity.len();
        let per_year = calendar.frequency().per_year();
        Ok(Self {
            strategy: strategy.name.clone(),
            first,
            sessions: calendar.sessions()[first.index()..][..count].to_vec(),
            returns: run.returns(),
            flows: match run.flows.is_empty() {
                true => vec![0.0; count],
                false => run.flows,
            },
            decisions: run.decisions,
            rebalances: run.rebalances,
            turnover_yearly: run.turnover / 2.0 / count.max(1) as f64 * per_year,
            costs: run.costs,
            ended: run.ended,
            equity: run.equity,
            books: None,
        })
    }

    /// The value at the end.
    pub(crate) fn last_value(&self) -> f64 {
        self.equity.last().copied().unwrap_or_default()
    }

    /// The error, placed at its date, if the run ended early.
    pub(crate) fn error(&self, market: &Market) -> Option<Error> {
        let ended = self.ended.as_ref()?;
        let place = format!("{} on {}", self.strategy, market.calendar().date(ended.day));
        Some(ended.error.clone().place(place))
    }
}
