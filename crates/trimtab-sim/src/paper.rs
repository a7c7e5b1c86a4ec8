//! The broker of backtests.
use trimtab_core::{AssetId, Bar, Money, Quantity, Result};
use trimtab_ledger::Fill;
use trimtab_strategy::{Execution, FillAt, Shares};

use crate::costs::{Charges, TradingCosts, redemption};
use crate::order::is_dust;
use crate::{At, Broker, Holdings, Lapse, Order, Outcome, Phase, Short, Trade, Wait, Why};

/// The broker of backtests: fills at the market's prices, charges every cost by itself, lends only on margin.
///
/// Sales are filled before purchases, both in asset order. Purchases that cash cannot pay are scaled by one common
/// factor; the rest is dropped, or waits when sales are still open. An order without a price today, beyond its
/// limit or beyond its part of the volume waits.
#[derive(Clone, Debug)]
pub struct Paper {
    costs: TradingCosts,
    only_whole: bool,
    minimum: f64,
    participation: Option<f64>,
    same_close: bool,
}

/// An order that meets a price today.
struct Ready {
    /// Its place in the list of orders.
    ix: usize,
    asset: AssetId,
    quantity: Quantity,
    price: f64,
    short: Option<Short>,
}

impl Paper {
    /// A broker with these costs and these terms of execution.
    pub fn new(costs: TradingCosts, execution: &Execution) -> Self {
        Self {
            costs,
            only_whole: execution.shares == Shares::Whole,
            minimum: execution.minimum_trade.get(),
            participation: execution.participation.map(|p| p.get()),
            same_close: execution.fill == FillAt::SameClose,
        }
    }
}

impl Broker for Paper {
    fn fill(
        &mut self,
        orders: &mut Vec<Order>,
        phase: Phase,
        bar: Bar<'_>,
        holdings: &Holdings<'_>,
    ) -> Result<Vec<Outcome>> {
        let mine = |order: &Order| order.at.phase() == phase && order.from <= bar.day();
        if !orders.iter().any(mine) {
            return Ok(Vec::new());
        }
        let mut session =
            Session { broker: self, phase, bar, holdings, outcomes: Vec::new(), done: Vec::new() };
        let mut ready = session.ready(orders)?;
        ready.sort_by_key(|ready| ready.asset);
        let (sales, purchases): (Vec<Ready>, Vec<Ready>) =
            ready.into_iter().partition(|ready| ready.quantity < Quantity::ZERO);
        let mut cash = holdings.account.cash() - holdings.account.payable() - holdings.reserved;
        for sale in sales {
            session.sell(orders, sale, &mut cash)?;
        }
        session.buy(orders, purchases, cash)?;
        let Session { mut outcomes, done, .. } = session;
        let mut ix = 0;
        orders.retain(|order| {
            ix += 1;
            let expired = order.until.is_some_and(|last| bar.day() >= last) && mine(order);
            if expired && !done.contains(&(ix - 1)) {
                outcomes.push(Outcome::Dropped { order: order.id, why: Lapse::Expired });
            }
            !expired && !done.contains(&(ix - 1))
        });
        Ok(outcomes)
    }
}

/// One phase of one session.
struct Session<'a> {
    broker: &'a Paper,
    phase: Phase,
    bar: Bar<'a>,
    holdings: &'a Holdings<'a>,
    outcomes: Vec<Outcome>,
    /// Places of orders that are done.
    done: Vec<usize>,
}

impl Session<'_> {
    /// The orders that meet a price, and how many shares each trades; the others wait or are dropped.
    fn ready(&mut self, orders: &[Order]) -> Result<Vec<Ready>> {
        let value = self.value();
        let mut ready = Vec::with_capacity(orders.len());
        for (ix, order) in orders.iter().enumerate() {
            if order.at.phase() != self.phase || order.from > self.bar.day() {
                continue;
            }
            // A decision is not a trade: only the labelled option may fill at the close that decided.
            assert!(
                order.decided < self.bar.day()
                    || self.broker.same_close && order.decided == self.bar.day(),
                "an order must not be filled at the close that decided it"
            );
            let Some(price) = self.price(order) else {
                let traded = self.bar.close(order.asset).is_some();
                let limit = matches!(order.at, At::Limit { .. });
                self.waits(order, if traded && limit { Wait::Limit } else { Wait::NoPrice });
                continue;
            };
            let asset = order.asset;
            // Other orders of the session for the same asset come first; sales are filled before purchases, so
            // only what is held now can be sold.
            let (mut left, mut held) = (self.holdings.account.quantity(asset), Quantity::ZERO);
            for other in ready.iter().filter(|other: &&Ready| other.asset == asset) {
                left = left + other.quantity.min(Quantity::ZERO);
                held = held + other.quantity;
            }
            held = held + self.holdings.account.quantity(asset);
            let only_whole = self.only_whole(asset);
            let mut quantity = order.shares(held, price, value, only_whole)?.max(-left);
            if only_whole {
                quantity = quantity.whole(); // a fraction left by a corporate action is paid in cash instead
            }
            let leaves = quantity == -left && !left.is_zero();
            let worth = quantity.abs().as_f64() * price;
            let small = worth < self.broker.minimum && order.why != Why::Withdrawal;
            if quantity.is_zero() || small || !leaves && is_dust(quantity.as_f64(), price) {
                self.drops(ix, order, Lapse::Small);
                continue;
            }
            let mut short = None;
            if let Some(most) = self.volume_limit(asset)? {
                if most.is_zero() {
                    self.waits(order, Wait::Volume);
                    continue;
                }
                if quantity.abs() > most {
                    quantity = if quantity < Quantity::ZERO { -most } else { most };
                    short = Some(Short::Volume);
                }
            }
            ready.push(Ready { ix, asset, quantity, price, short });
        }
        Ok(ready)
    }

    fn sell(&mut self, orders: &mut [Order], sale: Ready, cash: &mut Money) -> Result<()> {
        let mut charges = self.charges(&sale, sale.quantity);
        if let Some(rules) = self.bar.market().asset(sale.asset).fund {
            let (what, date) = ((sale.asset, -sale.quantity), self.bar.date());
            let closes = self.holdings.account.preview(what, Money::ZERO, date)?;
            charges.redemption = redemption(&rules, &closes, sale.price, date);
        }
        let fill = self.filled(&sale, sale.quantity, &charges)?;
        let after = cash.checked_add(-fill.paid()?)?;
        if after < *cash && after < Money::ZERO && !self.margin() {
            // The costs are more than the proceeds, and there is no cash to pay them.
            self.drops(sale.ix, &orders[sale.ix], Lapse::Cash);
            return Ok(());
        }
        *cash = after;
        self.fills(orders, &sale, fill, sale.short);
        Ok(())
    }

    fn buy(&mut self, orders: &mut [Order], purchases: Vec<Ready>, cash: Money) -> Result<()> {
        if purchases.is_empty() {
            return Ok(());
        }
        let fit = match self.margin() {
            true => 1.0,
            false => self.affordable(&purchases, cash)?,
        };
        let buying: Vec<usize> = purchases.iter().map(|purchase| purchase.ix).collect();
        let sells_open = orders.iter().enumerate().any(|(ix, order)| {
            order.may_sell() && !self.done.contains(&ix) && !buying.contains(&ix)
        });
        for purchase in purchases {
            let quantity = self.scaled(&purchase, fit)?;
            let order = &orders[purchase.ix];
            if quantity.is_zero() {
                match sells_open {
                    true => self.waits(order, Wait::Cash),
                    false => self.drops(purchase.ix, order, Lapse::Cash),
                }
                continue;
            }
            let charges = self.charges(&purchase, quantity);
            let fill = self.filled(&purchase, quantity, &charges)?;
            let short =
                if quantity < purchase.quantity { Some(Short::Cash) } else { purchase.short };
            let stays = sells_open && short == Some(Short::Cash);
            self.fills(orders, &purchase, fill, short);
            if stays {
                self.done.retain(|ix| *ix != purchase.ix);
            }
        }
        Ok(())
    }

    /// The greatest common factor at which `cash` pays all purchases with their costs, to rounding.
    ///
    /// Costs are nearly proportional, so the factor is found by $s \leftarrow s \cdot \text{cash} / \text{total}(s)$ from above.
    fn affordable(&self, purchases: &[Ready], cash: Money) -> Result<f64> {
        // Fixed fees make the iteration linear rather than immediate; beyond this nothing worth buying is left.
        const STEPS: usize = 100;
        // One step below the fixed point, so that rounding cannot hold the iteration above it for ever.
        const NUDGE: f64 = 1e-12;
        // Expenses owed may exceed cash: then nothing is bought.
        let cash = cash.max(Money::ZERO);
        let mut fit = 1.0;
        for _ in 0..STEPS {
            let mut total = Money::ZERO;
            for purchase in purchases {
                let quantity = self.scaled(purchase, fit)?;
                if !quantity.is_zero() {
                    let charges = self.charges(purchase, quantity);
                    total =
                        total.checked_add(self.filled(purchase, quantity, &charges)?.paid()?)?;
                }
            }
            if total <= cash {
                return Ok(fit);
            }
            fit *= cash.as_f64() / total.as_f64() * (1.0 - NUDGE);
        }
        Ok(0.0)
    }

    fn scaled(&self, ready: &Ready, fit: f64) -> Result<Quantity> {
        if fit == 1.0 {
            return Ok(ready.quantity);
        }
        let quantity = Quantity::round_from(ready.quantity.as_f64() * fit)?;
        let quantity = if self.only_whole(ready.asset) { quantity.whole() } else { quantity };
        let shares = quantity.as_f64();
        let worthless = is_dust(shares, ready.price) || shares * ready.price < self.broker.minimum;
        Ok(if worthless { Quantity::ZERO } else { quantity })
    }

    fn charges(&self, ready: &Ready, quantity: Quantity) -> Charges {
        self.broker.costs.of(ready.asset, quantity.as_f64(), ready.price, self.bar)
    }

    fn filled(&self, ready: &Ready, quantity: Quantity, charges: &Charges) -> Result<Fill> {
        Fill::at(self.bar.date(), ready.asset, quantity, ready.price, charges.settled()?)
    }

    /// Notes a fill; the order is done unless the volume left a rest.
    fn fills(&mut self, orders: &mut [Order], ready: &Ready, fill: Fill, short: Option<Short>) {
        let order = &mut orders[ready.ix];
        self.outcomes.push(Outcome::Filled(Trade {
            order: order.id,
            decided: order.decided,
            filled: self.bar.day(),
            decision_price: order.decision_price,
            why: order.why,
            decision: order.decision,
            short,
            fill,
        }));
        order.less(&fill);
        if short != Some(Short::Volume) {
            self.done.push(ready.ix);
        }
    }

    fn waits(&mut self, order: &Order, why: Wait) {
        self.outcomes.push(Outcome::Waits { order: order.id, why });
    }

    fn drops(&mut self, ix: usize, order: &Order, why: Lapse) {
        self.outcomes.push(Outcome::Dropped { order: order.id, why });
        self.done.push(ix);
    }

    /// The account's investable value at the prices of this phase; limits are met at unknown times, so for them, as
    /// for assets without an open, the last price before counts.
    fn value(&self) -> f64 {
        let reserved = self.holdings.reserved.as_f64();
        match self.phase {
            Phase::Day => self.holdings.value_at(|asset| self.bar.open(asset)) - reserved,
            Phase::Close => self.holdings.value_at(|asset| self.bar.close(asset)) - reserved,
        }
    }

    /// The price at which the order is filled today, if it is.
    fn price(&self, order: &Order) -> Option<f64> {
        let (asset, bar) = (order.asset, self.bar);
        match order.at {
            At::Close => bar.close(asset),
            At::Open => bar.open(asset),
            At::Limit { price, rests } => {
                let day =
                    Range { open: bar.open(asset), high: bar.high(asset), low: bar.low(asset) };
                limit_fill(order.may_sell(), price, rests, &day, bar.close(asset)?)
            }
        }
    }

    /// The most shares that one order may trade today; `None` without a limit. No known volume is no volume.
    fn volume_limit(&self, asset: AssetId) -> Result<Option<Quantity>> {
        let Some(part) = self.broker.participation else { return Ok(None) };
        let shares = self.bar.volume(asset).unwrap_or(0.0) * part;
        let most = Quantity::round_from(shares)?;
        Ok(Some(if self.only_whole(asset) { most.whole() } else { most }))
    }

    fn only_whole(&self, asset: AssetId) -> bool {
        self.broker.only_whole && self.bar.market().asset(asset).fund.is_none()
    }

    fn margin(&self) -> bool {
        self.holdings.account.terms().is_some_and(|terms| terms.margin)
    }
}

/// What a session showed of a price besides its close.
struct Range {
    open: Option<f64>,
    high: Option<f64>,
    low: Option<f64>,
}

/// The price at which a limit order is filled, or `None` when it was not reached.
///
/// A purchase is filled when the low reaches the limit: at the open when that is already there, else at the limit.
/// Without a low only the close tells: a limit that rests away from the market is then filled at itself,
/// because the price passed through it; one that gives way to the market is filled at the close. Sales mirror it.
fn limit_fill(sells: bool, limit: f64, rests: bool, day: &Range, close: f64) -> Option<f64> {
    let reaches = |price: f64| if sells { price >= limit } else { price <= limit };
    if let Some(open) = day.open.filter(|open| reaches(*open)) {
        return Some(open);
    }
    match if sells { day.high } else { day.low } {
        Some(far) => reaches(far).then_some(limit),
        None if !reaches(close) => None,
        None if rests => Some(limit),
        None => Some(close),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_met_at_the_open_or_at_themselves() {
        let day = |open, high, low| Range { open: Some(open), high: Some(high), low: Some(low) };
        let buy = |limit, day: &Range| limit_fill(false, limit, true, day, 100.0);
        assert_eq!(buy(99.0, &day(100.0, 101.0, 98.5)), Some(99.0));
        assert_eq!(buy(99.0, &day(98.8, 101.0, 98.5)), Some(98.8));
        assert_eq!(buy(99.0, &day(100.0, 101.0, 99.5)), None);
        let sell = |limit, day: &Range| limit_fill(true, limit, true, day, 100.0);
        assert_eq!(sell(101.0, &day(100.0, 101.5, 98.5)), Some(101.0));
        assert_eq!(sell(101.0, &day(102.0, 103.0, 98.5)), Some(102.0));
        assert_eq!(sell(101.0, &day(100.0, 100.9, 98.5)), None);
    }

    #[test]
    fn with_closes_only_the_close_tells() {
        let none = Range { open: None, high: None, low: None };
        assert_eq!(limit_fill(false, 99.0, true, &none, 98.0), Some(99.0));
        assert_eq!(limit_fill(false, 99.0, true, &none, 99.5), None);
        assert_eq!(limit_fill(false, 101.0, false, &none, 98.0), Some(98.0));
        assert_eq!(limit_fill(true, 101.0, true, &none, 103.0), Some(101.0));
    }
}
