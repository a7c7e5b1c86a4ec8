//! How much money fits.
use serde::Serialize;
use trimtab_core::{Date, Market, NonNegative};
use trimtab_sim::{Run, TradingCosts};
use trimtab_strategy::Impact;

use super::{share, value_before};

/// What a strategy's own orders would move prices by if it were run with more money.
///
/// A trade that was the fraction w of the account then is `w C` with a capital of C at every date, and by the square-root
/// law costs `w C Y s sqrt(w C / D)`: s the daily volatility and D the mean traded value over the 21 sessions before, Y = 1.
/// Over C and summed over a year this is `k sqrt(C)`; the capital at which impact eats the return a above a benchmark
/// is `(a / k)^2`. Decisions are not made differently for large accounts, nor trades spread over days.
///
/// Source: R. Almgren, C. Thum, E. Hauptmann, H. Li (2005), Direct estimation of equity market impact, *Risk* 18(7);
/// R. Grinold, R. Kahn (2000), *Active Portfolio Management*, ch. 16.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capacity {
    /// k: what impact costs a year with a capital of one, in square roots of currency units.
    pub impact_root: f64,
    /// From each trade: its share of the account, over the traded value of its session.
    pub parts: Vec<f64>,
    /// Trades whose volume is unknown, left out; the rest stands for all.
    pub unknown: usize,
}

/// A capital and what it would meet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CapacityRow {
    /// The capital, in currency units.
    pub capital: f64,
    /// What impact costs, a fraction of the capital a year.
    pub impact_yearly: f64,
    /// The median order, as a fraction of its session's volume.
    pub volume_median: f64,
    /// The largest order, as a fraction of its session's volume.
    pub volume_largest: f64,
}

/// The law's one parameter and its window, as in the conservative preset.
const LAW: (f64, u32) = (1.0, 21);

impl Capacity {
    /// Of the trades of `run` from `from` on. `None` when no trade has a volume.
    pub fn of(run: &Run, market: &Market, from: Date) -> Option<Self> {
        let impact = Impact { coefficient: NonNegative::try_from(LAW.0).ok()?, window: LAW.1 };
        let law = TradingCosts { impact: Some(impact), ..TradingCosts::default() };
        let (mut sum, mut parts, mut unknown) = (0.0, Vec::new(), 0);
        for trade in run.trades.iter().filter(|trade| trade.fill.date >= from) {
            let (asset, bar) = (trade.fill.asset, market.bar(trade.filled));
            let value = value_before(run, trade.filled);
            let traded = bar.volume(asset).zip(bar.close(asset)).map(|(v, p)| v * p);
            let (Some(share), Some(traded)) = (share(run, trade), traded.filter(|t| *t > 0.0))
            else {
                unknown += 1;
                continue;
            };
            let shares = trade.fill.quantity.as_f64();
            sum += law.of(asset, shares, trade.fill.price, bar).impact / value.powf(1.5);
            parts.push(share / traded);
        }
        if parts.is_empty() {
            return None;
        }
        let sessions = run.sessions.iter().filter(|date| **date >= from).count().max(1);
        let years = sessions as f64 / market.calendar().frequency().per_year();
        let known = parts.len() as f64 / (parts.len() + unknown) as f64;
        parts.sort_by(f64::total_cmp);
        Some(Self { impact_root: sum / years / known, parts, unknown })
    }

    /// What `capital` would meet.
    pub fn at(&self, capital: f64) -> CapacityRow {
        CapacityRow {
            capital,
            impact_yearly: self.impact_root * capital.sqrt(),
            volume_median: capital * self.parts[self.parts.len() / 2],
            volume_largest: capital * self.parts[self.parts.len() - 1],
        }
    }

    /// The capital at which impact costs the fraction `a` of it a year; `None` when `a` is not above zero or impact costs
    /// nothing.
    pub fn where_impact_costs(&self, a: f64) -> Option<f64> {
        (a > 0.0 && self.impact_root > 0.0).then(|| (a / self.impact_root).powi(2))
    }
}
