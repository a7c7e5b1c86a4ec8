//! Several strategies side by side: how alike they are, and what comes of holding them together.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use trimtab_core::{AssetId, Day, Error, Market, Result};
use trimtab_math::moments::{Comoments, Moments, quantile};
use trimtab_sim::Run;

use crate::prepared::{Path, Prepared};
use crate::record::Record;
use crate::trading::{value_before, years};

/// Two strategies beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Places of the two in the list handed in.
    pub of: (usize, usize),
    /// Correlation of their returns; `None` where one of them never moves.
    pub correlation: Option<f64>,
    /// Correlation over the periods that are among the worst tenth of the pair's mean return: what is left of
    /// diversification when it is needed.
    pub correlation_worst: Option<f64>,
    /// Share of the periods in which both are at least [`DEEP`] below their highest value.
    pub both_down: f64,
}

/// What holding all of them together does: equal money in each, brought back to equal at the end of each month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Together {
    /// Returns of the mix.
    #[serde(skip)]
    pub returns: Vec<f64>,
    /// Yearly volatility of the mix over the mean of its parts': 1 where nothing is gained, 0.7 where three tenths of the
    /// risk cancel.
    pub volatility_ratio: Option<f64>,
    /// Largest drawdown of the mix over the mean of its parts'.
    pub drawdown_ratio: Option<f64>,
    /// For each strategy the Sharpe ratio of the mix of all others: above that of the whole mix, it does not help.
    pub sharpe_without: Vec<Option<f64>>,
}

/// What running all of them in one account would save: trades of one that undo those of another on the same day.
///
/// Each of n strategies has an n-th of the account. Of purchases B and sales S of an asset on a day, as shares of the whole,
/// `min(B, S)` needs no trade on the market: it passes from one strategy to another. Its costs are those that each trade
/// paid, in proportion.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Netted {
    /// What all of them trade a year, one way, as a fraction of the account.
    pub traded_yearly: f64,
    /// What of that cancels, one way.
    pub cancelled_yearly: f64,
    /// What trading costs a year, as a fraction of the account.
    pub costs_yearly: f64,
    /// What of that is saved.
    pub saved_yearly: f64,
    /// Days on which something cancels.
    pub days: usize,
}

/// Purchases and sales of one asset on one day: value and costs of each side, as shares of the account.
#[derive(Clone, Copy, Debug, Default)]
struct Crossing {
    value: [f64; 2],
    costs: [f64; 2],
}

impl Netted {
    /// In two sentences.
    pub fn words(&self) -> String {
        let percent = crate::words::percent;
        format!(
            "Run in one account, trades that undo each other on the same day need not be made: {} of the account a year of {} traded, one way, \
             on {} days. That saves {} of the {} a year that trading costs.",
            percent(self.cancelled_yearly),
            percent(self.traded_yearly),
            self.days,
            percent(self.saved_yearly),
            percent(self.costs_yearly)
        )
    }
}

/// Nets the trades of `runs` over the same sessions; `None` for fewer than two runs, or without a trade.
pub fn netted(runs: &[&Run], market: &Market) -> Option<Netted> {
    let years = runs.iter().map(|run| years(run, market)).fold(0.0, f64::max);
    let parts = runs.len() as f64;
    let mut by_day: BTreeMap<(Day, AssetId), Crossing> = BTreeMap::new();
    for run in runs {
        for trade in &run.trades {
            let account = parts * value_before(run, trade.filled);
            if account <= 0.0 {
                continue;
            }
            let side = usize::from(!trade.fill.buys());
            let own = by_day.entry((trade.filled, trade.fill.asset)).or_default();
            own.value[side] += trade.fill.gross.as_f64().abs() / account;
            own.costs[side] += trade.fill.costs.total().ok()?.as_f64() / account;
        }
    }
    if runs.len() < 2 || by_day.is_empty() || years <= 0.0 {
        return None;
    }
    let mut all = Netted {
        traded_yearly: 0.0,
        cancelled_yearly: 0.0,
        costs_yearly: 0.0,
        saved_yearly: 0.0,
        days: 0,
    };
    let mut days = BTreeSet::new();
    for ((day, _), Crossing { value, costs }) in &by_day {
        let cancelled = value[0].min(value[1]);
        all.traded_yearly += (value[0] + value[1]) / 2.0 / years;
        all.costs_yearly += (costs[0] + costs[1]) / years;
        if cancelled > 0.0 {
            let saved = costs[0] * cancelled / value[0] + costs[1] * cancelled / value[1];
            all.cancelled_yearly += cancelled / years;
            all.saved_yearly += saved / years;
            days.insert(*day);
        }
    }
    all.days = days.len();
    Some(all)
}

/// A drawdown from which it counts as one that hurts.
pub const DEEP: f64 = 0.05;

/// The part of the periods that count as the worst.
const WORST: f64 = 0.1;

/// Every pair of the strategies whose `returns` are given over the same periods, in their order.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when they are not of equal length, or empty.
pub fn pairs(returns: &[&[f64]]) -> Result<Vec<Pair>> {
    check(returns)?;
    let deep: Vec<Vec<bool>> = returns
        .iter()
        .map(|r| Path::of(r).depth.iter().map(|depth| *depth >= DEEP).collect())
        .collect();
    let mut pairs = Vec::new();
    for a in 0..returns.len() {
        for b in a + 1..returns.len() {
            let both = deep[a].iter().zip(&deep[b]).filter(|(x, y)| **x && **y).count();
            pairs.push(Pair {
                of: (a, b),
                correlation: correlation(returns[a], returns[b]),
                correlation_worst: worst(returns[a], returns[b]),
                both_down: both as f64 / returns[a].len() as f64,
            });
        }
    }
    Ok(pairs)
}

/// The mix of all strategies, and of all but each of them, over the periods of `record`.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when the returns are not those of the record's periods.
pub fn together(record: &Record<'_>, returns: &[&[f64]]) -> Result<Together> {
    check(returns)?;
    let months = Prepared::new(record.of_returns(returns[0])?).months.months;
    let spans: Vec<(usize, usize)> = months.iter().map(|m| (m.first, m.last)).collect();
    let mix = mixed(returns, &spans);
    let sharpe = |returns: &[f64]| {
        let excess: Vec<f64> =
            returns.iter().enumerate().map(|(t, r)| r - record.risk_free().at(t)).collect();
        let moments = Moments::of(&excess)?;
        let deviation = moments.deviation().filter(|d| *d > 0.0)?;
        Some(moments.mean / deviation * record.periods_yearly().sqrt())
    };
    let without = (0..returns.len()).map(|out| {
        let rest: Vec<&[f64]> =
            returns.iter().enumerate().filter(|(ix, _)| *ix != out).map(|(_, r)| *r).collect();
        if rest.is_empty() { None } else { sharpe(&mixed(&rest, &spans)) }
    });
    let deviation = |r: &[f64]| Moments::of(r).and_then(|m| m.deviation()).unwrap_or(0.0);
    let depth = |r: &[f64]| Path::of(r).depth_max;
    let ratio = |of: &dyn Fn(&[f64]) -> f64| {
        let parts = returns.iter().map(|r| of(r)).sum::<f64>() / returns.len() as f64;
        (parts > 0.0).then(|| of(&mix) / parts)
    };
    Ok(Together {
        volatility_ratio: ratio(&deviation),
        drawdown_ratio: ratio(&depth),
        sharpe_without: without.collect(),
        returns: mix,
    })
}

fn check(returns: &[&[f64]]) -> Result<()> {
    match returns {
        [first, rest @ ..] if !first.is_empty() && rest.iter().all(|r| r.len() == first.len()) => {
            Ok(())
        }
        _ => Err(Error::data("strategies are compared over the same periods, one at least")
            .hint("cut all of them to the span that they share")),
    }
}

/// Equal money in each at the start of each span, left alone until its end.
fn mixed(returns: &[&[f64]], spans: &[(usize, usize)]) -> Vec<f64> {
    let mut mix = Vec::with_capacity(returns[0].len());
    for (first, last) in spans {
        let mut parts = vec![1.0; returns.len()];
        for t in *first..*last {
            let before: f64 = parts.iter().sum();
            parts.iter_mut().zip(returns).for_each(|(part, r)| *part *= 1.0 + r[t]);
            mix.push(parts.iter().sum::<f64>() / before - 1.0);
        }
    }
    mix
}

fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    Comoments::of(a, b)?.correlation()
}

fn worst(a: &[f64], b: &[f64]) -> Option<f64> {
    let mean: Vec<f64> = a.iter().zip(b).map(|(x, y)| (x + y) / 2.0).collect();
    let mut ascending = mean.clone();
    ascending.sort_by(f64::total_cmp);
    let limit = quantile(&ascending, WORST)?;
    let pick = |xs: &[f64]| -> Vec<f64> {
        xs.iter().zip(&mean).filter(|(_, m)| **m <= limit).map(|(x, _)| *x).collect()
    };
    correlation(&pick(a), &pick(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RiskFree;
    use trimtab_core::Date;

    #[test]
    fn opposite_strategies_cancel() {
        let dates: Vec<Date> = (1..=5).map(|day| Date::constant(2024, 1, day)).collect();
        let (a, b) = ([0.1, -0.1, 0.1, -0.1], [-0.1, 0.1, -0.1, 0.1]);
        let pair = pairs(&[&a, &b]).unwrap()[0];
        assert!((pair.correlation.unwrap() + 1.0).abs() < 1e-12);
        // a is below its high after periods 2 and 4 (3: 1.1 x 0.9 x 1.1 = 1.089 < 1.1, by 1 %), b after 1 and 3.
        assert_eq!(pair.both_down, 0.0);
        let record = Record::new(&dates, &a, RiskFree::ZERO, 252.0).unwrap();
        let mix = together(&record, &[&a, &b]).unwrap();
        // One month: 1 + 1 becomes 1.1 + 0.9 = 2, then 0.99 + 0.99.
        assert!(mix.returns[0].abs() < 1e-15 && (mix.returns[1] + 0.01).abs() < 1e-15);
        assert!(mix.volatility_ratio.unwrap() < 0.1);
        assert_eq!(mix.sharpe_without.len(), 2);
        assert!(pairs(&[&a, &b[..3]]).is_err() && together(&record, &[]).is_err());
    }
}
