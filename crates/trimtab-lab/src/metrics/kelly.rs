//! Kelly fraction: the stake that maximises the expected growth of wealth.
//!
//! - `kelly = mean(e) / sd(r)^2`: the continuous approximation; `kelly_half` is half of it, the usual caution and the
//!   default of PerformanceAnalytics.
//! - `kelly_bet = w - (1 - w) / p`: of a bet that wins the payoff ratio p with probability w (win rate of moving periods).
//!
//! Source: J. Kelly (1956), A New Interpretation of Information Rate, *Bell System Technical Journal* 35(4); E. Thorp
//! (2006), The Kelly Criterion in Blackjack, Sports Betting and the Stock Market.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "kelly",
        name: "Kelly fraction",
        group: Group::Wins,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "mean(r - f) / sd(r)^2",
        value: kelly,
    },
    Metric {
        key: "kelly_half",
        name: "Half Kelly fraction",
        group: Group::Wins,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "mean(r - f) / sd(r)^2 / 2",
        value: |run| Some(kelly(run)? / 2.0),
    },
    Metric {
        key: "kelly_bet",
        name: "Kelly fraction of a bet",
        group: Group::Wins,
        unit: Unit::Ratio,
        better: Better::Neither,
        convention: "w - (1 - w) / payoff ratio, w the win rate of moving periods",
        value: kelly_bet,
    },
];

/// `mean(e) / sd(r)^2`.
pub fn kelly(run: &Prepared<'_>) -> Option<f64> {
    over(run.excess_moments.mean, run.moments.variance()?)
}

/// `w - (1 - w) / p`.
pub fn kelly_bet(run: &Prepared<'_>) -> Option<f64> {
    let w = super::win_rate::win_rate_moved(run)?;
    Some(w - over(1.0 - w, super::payoff_ratio::payoff_ratio(run)?)?)
}
