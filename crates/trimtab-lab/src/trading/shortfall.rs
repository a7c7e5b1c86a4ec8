//! From the decision to the fill.
use serde::Serialize;
use trimtab_core::Market;
use trimtab_ledger::Costs;
use trimtab_sim::{Lapse, Record, Run};

use super::{share, value_before, years};

/// What the way from decisions to fills cost, as fractions of the account a year: the implementation shortfall of
/// Perold, trade by trade.
///
/// A trade of q shares (a sale is negative) decided at the close p and filled at the price f with costs c adds
/// `(q (f - p) + c) / V`, V the account's value before it; the sum is divided by the years of the run. Positive numbers
/// cost. What orders that were never filled would have earned is not in it; they are counted.
///
/// Source: A. Perold (1988), The implementation shortfall: paper versus reality, *Journal of Portfolio Management*
/// 14(3), pp. 4-9.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shortfall {
    /// What was traded, both ways.
    pub traded_yearly: f64,
    /// What prices moved between decision and fill; negative when they came towards the orders.
    pub delay_yearly: f64,
    /// What was paid beside the price, by kind.
    pub costs_yearly: Vec<(&'static str, f64)>,
    /// All together.
    pub total_yearly: f64,
    /// All together over what was traded, in basis points; `None` when nothing was.
    pub total_bps: Option<f64>,
    /// Trades whose price at the decision is unknown: only their costs count.
    pub unpriced: usize,
    /// Orders that ended without being filled to the end, by reason; those that were too small or replaced by a newer
    /// decision are left out, because nobody wanted them any more.
    pub unfilled: usize,
}

impl Shortfall {
    /// Adds up the trades of `run`.
    pub fn of(run: &Run, market: &Market) -> Self {
        let years = years(run, market).max(f64::MIN_POSITIVE);
        let (mut traded, mut delay, mut unpriced) = (0.0, 0.0, 0);
        let mut costs = Costs::KINDS.map(|kind| (kind, 0.0));
        for trade in &run.trades {
            let value = value_before(run, trade.filled);
            let Some(share) = share(run, trade) else { continue };
            traded += share;
            match trade.decision_price {
                Some(price) => {
                    delay += trade.fill.quantity.as_f64() * (trade.fill.price - price) / value;
                }
                None => unpriced += 1,
            }
            for (sum, (_, cost)) in costs.iter_mut().zip(trade.fill.costs.each()) {
                sum.1 += cost.as_f64() / value;
            }
        }
        let total = delay + costs.iter().map(|(_, cost)| cost).sum::<f64>();
        let lost = |why: &Lapse| matches!(why, Lapse::Expired | Lapse::Delisted | Lapse::Cash);
        let dropped = |record: &Record| matches!(record, Record::Dropped { why, .. } if lost(why));
        Self {
            traded_yearly: traded / years,
            delay_yearly: delay / years,
            costs_yearly: costs.into_iter().map(|(kind, cost)| (kind, cost / years)).collect(),
            total_yearly: total / years,
            total_bps: (traded > 0.0).then(|| total / traded * 1e4),
            unpriced,
            unfilled: run.journal.iter().filter(|record| dropped(record)).count(),
        }
    }
}
