//! One strategy with many sets of parameters.
mod design;
mod lanes;

pub(crate) use design::paths;
pub use design::{Axis, Design};
use lanes::Groups;

use std::ops::Range;

use rayon::prelude::*;
use trimtab_core::{Error, Market, Result};
use trimtab_math::lanes::Total;
use trimtab_math::moments::Moments;
use trimtab_sim::{Light, Options, Track, backtest, light};
use trimtab_strategy::{Strategy, Template};

use crate::record::RiskFree;

/// Which engine runs the sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// [`backtest`]: the books are kept, to the last unit.
    Books,
    /// [`light`]: floats; the same numbers to the rounding of shares and money, in a tenth of the time.
    Light,
}

/// A strategy, a market, and the sets of parameters to run it with.
///
/// What all sets share is made once: the strategy file is read once, the sessions that decide and the rates are worked out
/// once, each node of the tree is read and answered once for all sets that give it the same parameters
/// ([`trimtab_strategy::Family`]), and several accounts are led at once ([`trimtab_sim::Lanes`]). Every row is bit for bit the
/// one that a run of its own gives, whatever the other sets and the number of threads are.
#[derive(Debug)]
pub struct Sweep<'a> {
    template: &'a Template,
    design: &'a Design,
    market: &'a Market,
    options: &'a Options,
    engine: Engine,
    risk_free: RiskFree<'a>,
    /// The first set and what its run is made on.
    first: Option<(Strategy, Track<'a>)>,
    groups: Groups<'a>,
}

/// What came of one set.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Figures of the whole run.
    pub figures: Option<Figures>,
    /// Why there are none, or why the run ended before its last session.
    pub error: Option<Error>,
}

/// The figures of one set. The ratios are those of the registry of metrics ([`crate::metrics`]) under the same names, to a
/// part in 1e12: they are summed in one pass over the values, see [`trimtab_math::lanes::Tally`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The account's value at the end.
    pub final_value: f64,
    /// Yearly return, by periods.
    pub return_yearly_periods: f64,
    /// Standard deviation of the returns a year; none below two returns.
    pub volatility_yearly: Option<f64>,
    /// Sharpe ratio; none where the excess return never varies.
    pub sharpe: Option<f64>,
    /// The deepest fall from a peak.
    pub drawdown_max: f64,
    /// Half of what was traded over the value, a year.
    pub turnover_yearly: f64,
    /// What was paid for trading.
    pub costs: f64,
    /// Decisions.
    pub decisions: usize,
    /// Decisions of which at least one order was filled.
    pub rebalances: usize,
}

impl<'a> Sweep<'a> {
    /// Prepares what the sets share. `risk_free`: what cash earns in each period of a run.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Spec`] when the first set names a parameter that does not exist or cannot be read;
    /// those of [`backtest`] when its run could not begin.
    pub fn new(
        template: &'a Template,
        design: &'a Design,
        market: &'a Market,
        options: &'a Options,
        engine: Engine,
        risk_free: RiskFree<'a>,
    ) -> Result<Self> {
        let groups = Groups::new(template, design);
        let mut sweep =
            Self { template, design, market, options, engine, risk_free, first: None, groups };
        if !design.is_empty() {
            let strategy = sweep.strategy(0)?;
            let track = Track::new(&strategy, market, options)?;
            sweep.first = Some((strategy, track));
        }
        Ok(sweep)
    }

    /// The strategy of set `ix`.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Spec`] when the set makes no strategy.
    pub fn strategy(&self, ix: usize) -> Result<Strategy> {
        let values = self.design.set(ix);
        let set = self.design.paths().iter().zip(&values);
        self.template.with(set.map(|(path, value)| (path.as_str(), value.as_str())))
    }

    /// Runs some of the sets, on all threads of the pool; the rows stand in the order of the sets.
    pub fn rows(&self, sets: Range<usize>) -> Vec<Row> {
        match self.engine {
            Engine::Books => sets.into_par_iter().map(|ix| self.row(ix)).collect(),
            Engine::Light => self.rows_in_lanes(sets),
        }
    }

    /// Runs one set by itself.
    pub fn row(&self, ix: usize) -> Row {
        match self.strategy(ix).and_then(|strategy| self.run(&strategy)) {
            Ok(run) => {
                let error = run.ended.as_ref().map(|ended| ended.error.clone());
                // A run that ended early has figures of another span than the others: none.
                let whole = error.is_none() && run.equity.len() > 1;
                Row { figures: whole.then(|| self.figures(&run)), error }
            }
            Err(error) => Row { figures: None, error: Some(error) },
        }
    }

    /// Returns of a whole run less what cash earned.
    pub fn excess(&self, returns: &[f64]) -> Vec<f64> {
        match self.risk_free {
            RiskFree::Constant(f) => returns.iter().map(|r| r - f).collect(),
            RiskFree::Series(rates) => returns.iter().zip(rates).map(|(r, f)| r - f).collect(),
        }
    }

    fn run(&self, strategy: &Strategy) -> Result<Light> {
        match (self.engine, &self.first) {
            (Engine::Books, _) => backtest(strategy, self.market, self.options).map(Light::from),
            (Engine::Light, Some((_, track))) if track.serves(strategy) => track.run(strategy),
            (Engine::Light, _) => light(strategy, self.market, self.options),
        }
    }

    fn figures(&self, run: &Light) -> Figures {
        Figures::of(run, self.market.calendar().frequency().per_year(), self.risk_free)
    }
}

impl Figures {
    /// Of a whole run of at least two sessions; `yearly`: periods a year.
    pub fn of(run: &Light, yearly: f64, risk_free: RiskFree<'_>) -> Self {
        let rates = each(risk_free);
        let plain = if run.flows.is_empty() { Total::of(&run.equity, rates) } else { None };
        let measured = match plain {
            Some(total) => Measured::of(&total, risk_free),
            None => Measured::in_two_passes(&run.returns(), risk_free),
        };
        let traded = [run.last_value(), run.costs, run.turnover];
        measured.figures(run.equity.len(), yearly, traded, [run.decisions, run.rebalances])
    }
}

/// What cash earned period by period; nothing when it is always the same.
fn each(risk_free: RiskFree<'_>) -> &[f64] {
    match risk_free {
        RiskFree::Constant(_) => &[],
        RiskFree::Series(rates) => rates,
    }
}

/// What the figures of a run are made of.
struct Measured {
    growth: f64,
    /// Standard deviation of a period's return.
    deviation: Option<f64>,
    /// Mean and standard deviation of a period's return above cash.
    excess: Option<(f64, f64)>,
    depth: f64,
}

impl Measured {
    fn of(total: &Total, risk_free: RiskFree<'_>) -> Self {
        let (mean, deviation) = total.excess;
        let mean = if let RiskFree::Constant(f) = risk_free { mean - f } else { mean };
        let (growth, depth) = (total.growth, total.depth);
        Self { growth, deviation: Some(total.own.1), excess: Some((mean, deviation)), depth }
    }

    /// Where one pass over the values does not do.
    fn in_two_passes(returns: &[f64], risk_free: RiskFree<'_>) -> Self {
        let moments = Moments::of(returns);
        let excess = match risk_free {
            RiskFree::Constant(f) => moments.map(|m| Moments { mean: m.mean - f, ..m }),
            RiskFree::Series(rates) => {
                let excess: Vec<f64> = returns.iter().zip(rates).map(|(r, f)| r - f).collect();
                Moments::of(&excess)
            }
        };
        let wealth = crate::prepared::wealth(returns);
        Self {
            growth: wealth[returns.len()],
            deviation: moments.and_then(|m| m.deviation()),
            excess: excess.and_then(|m| Some((m.mean, m.deviation()?))),
            depth: crate::prepared::depth_max(wealth),
        }
    }

    /// With sessions, periods a year; final value, costs and turnover; decisions and rebalances.
    fn figures(
        &self,
        sessions: usize,
        yearly: f64,
        [last, costs, turnover]: [f64; 3],
        [decisions, rebalances]: [usize; 2],
    ) -> Figures {
        let n = (sessions - 1) as f64;
        let sharpe =
            self.excess.and_then(|(mean, deviation)| crate::metrics::over(mean, deviation));
        Figures {
            final_value: last,
            return_yearly_periods: self.growth.powf(yearly / n) - 1.0,
            volatility_yearly: self.deviation.map(|deviation| deviation * yearly.sqrt()),
            sharpe: sharpe.map(|s| s * yearly.sqrt()),
            drawdown_max: self.depth,
            turnover_yearly: turnover / 2.0 / sessions as f64 * yearly,
            costs,
            decisions,
            rebalances,
        }
    }
}
