//! Where strategies are run again and compared: one market, one span, one measure.
use serde::Serialize;
use trimtab_core::{Date, Day, Error, Market, Result};
use trimtab_sim::{BILLS, Options, light};
use trimtab_strategy::Strategy;

/// A market, what runs are asked for, and the session from which they are compared.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The market.
    pub market: &'a Market,
    /// What each run is asked for.
    pub options: &'a Options,
    /// The first session whose return does not count: all runs have decided by its close.
    pub from: Day,
}

/// A run from the first session of the comparison on.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Returns of the sessions after [`Ground::from`].
    pub returns: Vec<f64>,
    /// The same less what bills earned.
    pub excess: Vec<f64>,
    /// Its figures.
    pub figures: Figures,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Compound return a year, by periods.
    pub return_yearly: f64,
    /// Standard deviation of the returns, a year.
    pub volatility_yearly: f64,
    /// Mean over standard deviation of the returns above bills, a year; 0 for a run that never varies.
    pub sharpe: f64,
    /// Largest loss from a peak, a positive fraction.
    pub drawdown_max: f64,
    /// Half of what was traded over the value, a year, over the whole run.
    pub turnover_yearly: f64,
}

impl Figures {
    /// Of returns, and of the same above bills.
    pub(super) fn of(returns: &[f64], excess: &[f64], per_year: f64, turnover_yearly: f64) -> Self {
        let n = returns.len() as f64;
        let mean = |x: &[f64]| x.iter().sum::<f64>() / n;
        let deviation = |x: &[f64]| {
            let m = mean(x);
            (x.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
        };
        let (mut value, mut peak, mut drawdown_max) = (1.0_f64, 1.0_f64, 0.0_f64);
        for r in returns {
            value *= 1.0 + r;
            peak = peak.max(value);
            drawdown_max = drawdown_max.max(1.0 - value / peak);
        }
        let wild = deviation(excess);
        Self {
            return_yearly: value.powf(per_year / n) - 1.0,
            volatility_yearly: deviation(returns) * per_year.sqrt(),
            sharpe: if wild > 1e-12 { mean(excess) / wild * per_year.sqrt() } else { 0.0 },
            drawdown_max,
            turnover_yearly,
        }
    }
}

/// Fewest sessions that are compared.
const LEAST: usize = 24;

impl<'a> Ground<'a> {
    /// Observations a year.
    pub fn per_year(&self) -> f64 {
        self.market.calendar().frequency().per_year()
    }

    /// The dates of the comparison: the session before the first return, then that of each return.
    pub fn dates(&self) -> &'a [Date] {
        let calendar = self.market.calendar();
        let end = self.options.to.map_or(Some(calendar.last()), |to| calendar.on_or_before(to));
        let end = end.unwrap_or(calendar.last()).index();
        &calendar.sessions()[self.from.index().min(end)..=end]
    }

    /// What bills earned in each session of the comparison: the rate known at its beginning, actual/365; 0 where the
    /// market has none.
    pub fn bills(&self) -> Vec<f64> {
        let over = |(ix, pair): (usize, &[Date])| {
            let known = self.market.as_of(Day(self.from.0 + ix as u32)).latest(BILLS);
            known.map_or(0.0, |fact| {
                fact.value / 100.0 * f64::from((pair[1] - pair[0]).get_days()) / 365.0
            })
        };
        self.dates().windows(2).enumerate().map(over).collect()
    }

    /// Runs a strategy.
    ///
    /// # Errors
    /// Those of the run, also when it ends early; [`trimtab_core::Kind::Data`] when fewer than 24 sessions are left.
    pub fn run(&self, strategy: &Strategy) -> Result<Curve> {
        let run = light(strategy, self.market, self.options)?;
        if let Some(ended) = &run.ended {
            let date = self.market.calendar().date(ended.day);
            return Err(ended.error.clone().place(format!("{} on {date}", strategy.name)));
        }
        let calendar = self.market.calendar();
        let first = self.options.from.and_then(|from| calendar.on_or_after(from)).unwrap_or(Day(0));
        let skip = self.from.index().saturating_sub(first.index());
        let returns: Vec<f64> = run.returns().into_iter().skip(skip).collect();
        if returns.len() < LEAST || returns.iter().any(|r| !r.is_finite() || *r <= -1.0) {
            return Err(Error::data(format!(
                "{} sessions of {} to compare",
                returns.len(),
                strategy.name
            ))
            .hint("start earlier, or end later"));
        }
        let excess: Vec<f64> = returns.iter().zip(self.bills()).map(|(r, b)| r - b).collect();
        let turnover = run.turnover / 2.0 / run.equity.len() as f64 * self.per_year();
        let figures = Figures::of(&returns, &excess, self.per_year(), turnover);
        Ok(Curve { returns, excess, figures })
    }
}
