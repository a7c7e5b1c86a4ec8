//! What another day of the month would have brought.
use serde::Serialize;
use trimtab_strategy::{Every, Schedule, Strategy};

use super::{Runs, depth, yearly};

/// A strategy decided on every day of its period in turn: the same rule, the same data, another day.
///
/// Source: C. Hoffstein, D. Sibears, N. Faber (2019), Rebalance timing luck: the difference between hired and fired,
/// *Journal of Index Investing* 10(1), pp. 27-36.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Luck {
    /// One run for each session of the period, the first session first; those that could not be run are left out.
    pub offsets: Vec<Offset>,
    /// What the period is called.
    pub period: &'static str,
    /// The remedy: equal money in one account for each day, left alone from then on.
    pub tranches: Offset,
}

/// A run on another day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Offset {
    /// The session of the period at whose close it decides, from 1; 0 for all of them together.
    pub session: i32,
    /// Yearly return, by periods.
    pub return_yearly: f64,
    /// Largest drawdown, a positive fraction.
    pub drawdown_max: f64,
}

impl Luck {
    /// The best yearly return less the worst.
    pub fn spread(&self) -> f64 {
        let returns = || self.offsets.iter().map(|offset| offset.return_yearly);
        returns().fold(f64::MIN, f64::max) - returns().fold(f64::MAX, f64::min)
    }

    /// Deviation (n - 1) of the yearly returns: the timing luck itself.
    pub fn deviation(&self) -> Option<f64> {
        let returns: Vec<f64> = self.offsets.iter().map(|offset| offset.return_yearly).collect();
        trimtab_math::moments::Moments::of(&returns)?.deviation()
    }
}

/// Sessions of a month: 21 on average; in shorter months the last offsets fall on the last session.
const MONTH: i32 = 21;
/// Sessions of a week.
const WEEK: i32 = 5;

/// The runs; `None` where the data or the schedule leave no choice of a day, or fewer than two days can be run.
pub(super) fn luck(runs: &Runs<'_>) -> Option<Luck> {
    let strategy = runs.base.strategy;
    let (sessions, period) = match strategy.schedule.every {
        Every::Month if runs.per_year > 52.5 => (MONTH, "month"),
        Every::Week if runs.per_year > 52.5 => (WEEK, "week"),
        _ => return None,
    };
    let mut offsets = Vec::new();
    let mut together: Vec<f64> = Vec::new();
    for session in 1..=sessions {
        let Some(returns) = on(strategy, session)
            .and_then(|shifted| runs.run(&shifted).ok())
            .map(|run| run.returns())
        else {
            continue;
        };
        together.resize(returns.len() + 1, 0.0);
        let levels = crate::prepared::wealth(&returns);
        together.iter_mut().zip(levels).for_each(|(sum, level)| *sum += level);
        offsets.push(offset(session, &returns, runs.per_year));
    }
    if offsets.len() < 2 {
        return None;
    }
    let returns: Vec<f64> = together.windows(2).map(|v| v[1] / v[0] - 1.0).collect();
    Some(Luck { offsets, period, tranches: offset(0, &returns, runs.per_year) })
}

fn offset(session: i32, returns: &[f64], per_year: f64) -> Offset {
    Offset { session, return_yearly: yearly(returns, per_year), drawdown_max: depth(returns) }
}

fn on(strategy: &Strategy, session: i32) -> Option<Strategy> {
    let place = Schedule::of(strategy.schedule.every, session).ok()?.session;
    let mut shifted = strategy.clone();
    shifted.schedule.session = place;
    Some(shifted)
}
