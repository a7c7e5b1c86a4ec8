//! Walk-forward optimisation: a search in each window of the past, and its best set held over what came next.
//!
//! Source: R. Pardo (2008), *The Evaluation and Optimization of Trading Strategies*, 2nd ed., ch. 11.
use trimtab_core::{Date, Day, Error, Kind, Result};
use trimtab_sim::{Options, light};
use trimtab_strategy::Strategy;

use super::goal::Goal;
use super::judge::{Judge, Judged, best};
use crate::metrics;
use crate::validation::WalkForward;
use crate::{Prepared, Record, RiskFree};

/// A window and what came next.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The first and the last session that the search saw.
    pub fit: (Date, Date),
    /// The close from which the found set was held, and the last session of it.
    pub held: (Date, Date),
    /// Sets that were tried.
    pub tried: usize,
    /// The best of them; none where no set could be run and keeps all constraints: then the strategy is held as it is.
    pub set: Option<Vec<String>>,
    /// The first objective of that set in its fit.
    pub within: Option<f64>,
    /// The same while it was held; none where returns do not say it.
    pub beyond: Option<f64>,
    /// Its compound return a year in its fit.
    pub return_within: Option<f64>,
}

/// A walk through time.
#[derive(Clone, Debug, PartialEq)]
pub struct Walked {
    /// The windows in order.
    pub steps: Vec<Step>,
    /// The session before the first return.
    pub first: Day,
    /// Returns of what was held, one window after the other. Each set is taken over as if it had been held since the beginning of the
    /// span: moving from one to the next costs nothing.
    pub returns: Vec<f64>,
    /// Returns of the strategy as it is, over the same sessions.
    pub own: Vec<f64>,
    /// What cash earned in the same periods.
    pub bills: Vec<f64>,
    /// Walk-forward efficiency: the return a year of what was held over the mean return a year of the sets in their fits; none where
    /// that is not above zero.
    pub efficiency: Option<f64>,
}

/// Walks through the span of `judge`: `look` searches within the options it is given (its number says which window), and what it
/// found best is held until the next window ends. Only the past of a window is seen by its search.
///
/// # Errors
/// [`Kind::Usage`] when no window fits into the span; those of the searches and of the runs.
pub fn walk_forward(
    judge: &Judge<'_>,
    base: &Strategy,
    plan: &WalkForward,
    look: &mut dyn FnMut(&Options, usize) -> Result<Vec<Judged>>,
) -> Result<Walked> {
    let calendar = judge.market.calendar();
    let from = judge.options.from.map_or(Some(Day(0)), |from| calendar.on_or_after(from));
    let to = judge.options.to.map_or(Some(calendar.last()), |to| calendar.on_or_before(to));
    let (Some(from), Some(to)) = (from, to) else {
        return Err(Error::data("there is no session in that span"));
    };
    let splits = plan.splits(to.0.saturating_sub(from.0) as usize)?;
    let Some(start) = splits.first().map(|split| split.test[0].start) else {
        let (has, asks) = (to.0.saturating_sub(from.0), plan.train + plan.gap + plan.test);
        return Err(Error::new(
            Kind::Usage,
            format!("the span has {has} periods, the first fit and what follows it ask for {asks}"),
        )
        .hint("shorter windows, or a longer span"));
    };
    let date = |period: usize| calendar.date(Day(from.0 + period as u32));
    let rates = |periods: std::ops::Range<usize>| -> Vec<f64> {
        match judge.risk_free {
            RiskFree::Constant(rate) => vec![rate; periods.len()],
            RiskFree::Series(rates) => rates[periods].to_vec(),
        }
    };
    let (mut steps, mut returns) = (Vec::with_capacity(splits.len()), Vec::new());
    for (ix, split) in splits.iter().enumerate() {
        let (train, test) = (split.train[0].clone(), split.test[0].clone());
        let within = Options {
            from: Some(date(train.start)),
            to: Some(date(train.end)),
            ..judge.options.clone()
        };
        let found = look(&within, ix)?;
        let chosen = best(&found).first().map(|best| &found[*best]);
        let strategy = chosen.map_or_else(|| Ok(base.clone()), |one| judge.strategy(&one.set))?;
        let until = Options { to: Some(date(test.end)), ..judge.options.clone() };
        let held = run(judge, &strategy, &until)?.split_off(test.start);
        let bills = rates(test.clone());
        let dates = &calendar.sessions()[from.index() + test.start..=from.index() + test.end];
        let per_year = calendar.frequency().per_year();
        let record = Record::new(dates, &held, RiskFree::Series(&bills), per_year)?;
        let goal = &judge.goals[0];
        steps.push(Step {
            fit: (date(train.start), date(train.end)),
            held: (date(test.start), date(test.end)),
            tried: found.len(),
            set: chosen.map(|one| one.set.clone()),
            within: chosen.and_then(|one| one.values[0]),
            beyond: over(goal, record),
            return_within: chosen.and_then(|one| Some(one.figures?.return_yearly_periods)),
        });
        returns.extend(held);
    }
    let end = start + returns.len();
    let until = Options { to: Some(date(end)), ..judge.options.clone() };
    let own = run(judge, base, &until)?.split_off(start);
    let per_year = calendar.frequency().per_year();
    let efficiency = efficiency(&steps, &returns, per_year);
    let first = Day(from.0 + start as u32);
    Ok(Walked { steps, first, returns, own, bills: rates(start..end), efficiency })
}

/// Returns of a whole run.
fn run(judge: &Judge<'_>, strategy: &Strategy, options: &Options) -> Result<Vec<f64>> {
    let run = light(strategy, judge.market, options)?;
    match run.ended {
        Some(ended) => {
            let date = judge.market.calendar().date(ended.day);
            Err(ended.error.place(format!("{} on {date}", strategy.name)))
        }
        None => Ok(run.returns()),
    }
}

/// An objective over a record.
fn over(goal: &Goal, record: Record<'_>) -> Option<f64> {
    metrics::find(goal.name())?.of(&Prepared::new(record))
}

/// Returns a year, held over fitted.
fn efficiency(steps: &[Step], returns: &[f64], per_year: f64) -> Option<f64> {
    let fits: Vec<f64> = steps.iter().map(|step| step.return_within).collect::<Option<_>>()?;
    let fitted = fits.iter().sum::<f64>() / fits.len() as f64;
    let growth: f64 = returns.iter().map(|r| 1.0 + r).product();
    let held = growth.powf(per_year / returns.len() as f64) - 1.0;
    (fitted > 0.0).then_some(held / fitted)
}
