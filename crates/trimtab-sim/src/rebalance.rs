//! From weights to orders. Pure: the same inputs make the same orders, in a backtest or on a live morning.
use trimtab_core::{AssetId, Day, Market, Money, Quantity, Result};
use trimtab_strategy::{Execution, FillAt, LimitOrder, Shares, Sizing};

use crate::band::{Moves, level};
use crate::order::{is_dust, whole};
use crate::{At, Decision, Holdings, Order, Wanted, Why};

/// How orders are made: the execution of the strategy, and when and for which decision.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// How decisions become trades.
    pub execution: &'a Execution,
    /// For fund rules.
    pub market: &'a Market,
    /// The session at whose close orders are made.
    pub today: Day,
    /// What for.
    pub why: Why,
    /// The decision they serve.
    pub decision: Option<u32>,
}

impl Desk<'_> {
    /// The orders that bring each asset of `moves` to its weight, given orders that are still on their way. Numbers
    /// are left zero: whoever sends an order numbers it.
    ///
    /// With sizing `shares` the quantities follow from today's prices, with `value` the order carries the weight. Limit
    /// orders always fix shares, funds always amounts (their price is not known when the order is given); an
    /// asset without a price today is ordered by amount as well. A weight of zero sells everything.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn rebalance(
        &self,
        moves: &Moves,
        holdings: &Holdings<'_>,
        in_flight: &[Order],
    ) -> Result<Vec<Order>> {
        let value = holdings.investable();
        let mut orders = Vec::with_capacity(moves.len());
        for &(asset, weight) in moves {
            let held = holdings.account.quantity(asset);
            let price = self.price(asset, holdings);
            let coming = match price {
                Some(price) => flying(in_flight, asset, held, price),
                None => 0.0,
            };
            if weight == 0.0 {
                if !held.is_zero() || coming > 0.0 {
                    orders.push(self.order(asset, Wanted::Exit, price));
                }
                continue;
            }
            let wanted = match (price, self.by_value(asset)) {
                (_, true) => Wanted::Weight(weight),
                (Some(price), false) if !self.is_fund(asset) => {
                    let shares = weight * value / price;
                    let shares = if self.only_whole() { whole(shares) } else { shares };
                    let missing = shares - held.as_f64() - coming;
                    if is_dust(missing, price) {
                        continue;
                    }
                    Wanted::Shares(Quantity::round_from(missing)?)
                }
                _ => {
                    let worth = holdings.worth(asset) + coming * price.unwrap_or(0.0);
                    Wanted::Amount(Money::round_from(weight * value - worth)?)
                }
            };
            orders.push(self.order(asset, wanted, price));
        }
        Ok(orders)
    }

    /// Purchases that put `cash` to work in the holdings of `target` that are most below it. Never a sale.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn sweep(
        &self,
        decision: &Decision,
        holdings: &Holdings<'_>,
        cash: f64,
    ) -> Result<Vec<Order>> {
        let value = holdings.investable();
        let target: Vec<(AssetId, f64)> = decision.target.iter().collect();
        let gaps: Vec<f64> =
            target.iter().map(|(a, w)| (w * value - holdings.worth(*a)).max(0.0)).collect();
        let steps = level(&gaps, cash);
        let assets = target.iter().map(|(asset, _)| *asset);
        if !self.only_whole() {
            return self.by_amounts(assets.zip(steps), holdings);
        }
        let assets: Vec<AssetId> = assets.collect();
        self.sweep_whole(&assets, &gaps, &steps, holdings)
    }

    /// The sweep in whole shares: each part rounded down, then what is left buys one share more of each holding that
    /// is still below its target, the furthest first. Without this, parts below one share would wait for ever.
    fn sweep_whole(
        &self,
        assets: &[AssetId],
        gaps: &[f64],
        steps: &[f64],
        holdings: &Holdings<'_>,
    ) -> Result<Vec<Order>> {
        let priced = |ix: usize| self.price(assets[ix], holdings);
        let mut shares = vec![0.0; assets.len()];
        let mut left: f64 = steps.iter().sum();
        let mut order: Vec<usize> = (0..assets.len()).filter(|ix| gaps[*ix] > 0.0).collect();
        for &ix in &order {
            if let Some(price) = priced(ix) {
                shares[ix] = whole(steps[ix] / price);
                left -= shares[ix] * price;
            }
        }
        order.sort_by(|a, b| gaps[*b].total_cmp(&gaps[*a]).then(a.cmp(b)));
        for ix in order {
            if let Some(price) = priced(ix).filter(|p| *p <= left && shares[ix] * p < gaps[ix]) {
                (shares[ix], left) = (shares[ix] + 1.0, left - price);
            }
        }
        let mut orders = Vec::new();
        for (asset, shares) in assets.iter().zip(shares).filter(|(_, shares)| *shares > 0.0) {
            let wanted = Wanted::Shares(Quantity::round_from(shares)?);
            orders.push(self.order(*asset, wanted, self.price(*asset, holdings)));
        }
        Ok(orders)
    }

    /// Sales that raise `cash` from the holdings most above their targets, and from all in proportion when that is
    /// not enough.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn raise(
        &self,
        decision: Option<&Decision>,
        holdings: &Holdings<'_>,
        in_flight: &[Order],
        cash: f64,
    ) -> Result<Vec<Order>> {
        let value = holdings.investable().max(0.0);
        let held = holdings.account.held();
        let worth: Vec<f64> = held
            .iter()
            .map(|a| {
                let price = holdings.marks.of(*a).unwrap_or(0.0);
                let coming = flying(in_flight, *a, holdings.account.quantity(*a), price);
                (holdings.worth(*a) + coming.min(0.0) * price).max(0.0)
            })
            .collect();
        if cash >= worth.iter().sum() {
            let exit =
                |asset: &AssetId| self.order(*asset, Wanted::Exit, self.price(*asset, holdings));
            return Ok(held.iter().map(exit).collect());
        }
        let above = |(asset, worth): (&AssetId, &f64)| {
            let target = decision.map_or(0.0, |d| d.target.of(*asset)) * value;
            (worth - target).max(0.0)
        };
        let gaps: Vec<f64> = held.iter().zip(&worth).map(above).collect();
        let mut steps = level(&gaps, cash);
        let left: Vec<f64> = worth.iter().zip(&steps).map(|(w, s)| w - s).collect();
        let (missing, rest) = (cash - steps.iter().sum::<f64>(), left.iter().sum::<f64>());
        if missing > 0.0 && rest > 0.0 {
            let part = (missing / rest).min(1.0);
            steps.iter_mut().zip(&left).for_each(|(step, left)| *step += left * part);
        }
        let sales = held.iter().copied().zip(steps.into_iter().map(|step| -step));
        self.by_amounts(sales, holdings)
    }

    /// Sales of the same part of every holding, `cash` in all; everything when that is not enough.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn shrink(&self, holdings: &Holdings<'_>, cash: f64) -> Result<Vec<Order>> {
        let held = holdings.account.held();
        let all: f64 = held.iter().map(|asset| holdings.worth(*asset)).sum();
        let part = if cash < all { cash / all } else { 1.0 };
        let sales = held.iter().map(|asset| (*asset, -part * holdings.worth(*asset)));
        self.by_amounts(sales, holdings)
    }

    fn by_amounts(
        &self,
        amounts: impl Iterator<Item = (AssetId, f64)>,
        holdings: &Holdings<'_>,
    ) -> Result<Vec<Order>> {
        let mut orders = Vec::new();
        for (asset, amount) in amounts {
            let amount = Money::round_from(amount)?;
            if amount == Money::ZERO {
                continue;
            }
            let price = self.price(asset, holdings);
            orders.push(self.order(asset, Wanted::Amount(amount), price));
        }
        Ok(orders)
    }

    fn order(&self, asset: AssetId, wanted: Wanted, price: Option<f64>) -> Order {
        let delay = 1 + self.execution.delay;
        let from = match self.execution.fill {
            FillAt::SameClose => self.today,
            _ => Day(self.today.0 + delay),
        };
        let mut order = Order {
            id: 0,
            decided: self.today,
            from,
            until: None,
            asset,
            wanted,
            at: At::Close,
            decision_price: price,
            why: self.why,
            decision: self.decision,
        };
        if self.is_fund(asset) {
            return order;
        }
        match (self.execution.fill, &self.execution.limit, price) {
            (FillAt::NextOpen, ..) => order.at = At::Open,
            (FillAt::Limit, Some(limit), Some(price)) => self.limit(&mut order, limit, price),
            _ => {}
        }
        order
    }

    /// Turns an order into a limit order: purchases below today's close, sales above it.
    fn limit(&self, order: &mut Order, terms: &LimitOrder, close: f64) {
        const BPS: f64 = 1e-4;
        let side = if order.may_sell() { 1.0 } else { -1.0 };
        let price = close * (1.0 + side * terms.offset_bps * BPS);
        order.at = At::Limit { price, rests: terms.offset_bps >= 0.0 };
        order.until = Some(Day(order.from.0 + terms.sessions - 1));
        if let Wanted::Amount(amount) = order.wanted {
            // An amount beyond what fits was refused when it was made, and shares dearer than 1e-4 fit.
            let shares = amount.as_f64() / price;
            let shares = if self.only_whole() { whole(shares) } else { shares };
            order.wanted = Quantity::round_from(shares).map_or(order.wanted, Wanted::Shares);
        }
    }

    /// Today's close, or the last known price of what is held.
    fn price(&self, asset: AssetId, holdings: &Holdings<'_>) -> Option<f64> {
        self.market.bar(self.today).close(asset).or_else(|| holdings.marks.of(asset))
    }

    fn is_fund(&self, asset: AssetId) -> bool {
        self.market.asset(asset).fund.is_some()
    }

    fn by_value(&self, asset: AssetId) -> bool {
        let limit = self.execution.fill == FillAt::Limit && !self.is_fund(asset);
        self.execution.sizing == Sizing::Value && !limit
    }

    fn only_whole(&self) -> bool {
        self.execution.shares == Shares::Whole
    }
}

/// Shares of `asset` that orders on their way will bring or take.
fn flying(orders: &[Order], asset: AssetId, held: Quantity, price: f64) -> f64 {
    orders.iter().filter(|o| o.asset == asset).map(|o| o.in_flight(held, price)).sum()
}
