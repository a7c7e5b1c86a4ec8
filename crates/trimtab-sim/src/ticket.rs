//! The orders of one decision as a person gives them: shares, limits, fees before trading, and what each part is for.
use trimtab_core::{AssetId, Day, Error, Market, Money, Overflow, Quantity, Result, Weights};
use trimtab_ledger::{Account, Costs, Entry, Fill, Lot, Terms, What};
use trimtab_strategy::{Execution, FillAt, Strategy};

use crate::{
    At, Broker, Decision, Desk, Holdings, Lapse, Marks, Order, Outcome, Paper, Phase, TradingCosts,
    Why, moves,
};

/// Holdings as their owner lists them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Owned {
    /// Cash, without what comes in and with what goes out.
    pub cash: Money,
    /// Shares; no asset twice.
    pub shares: Vec<(AssetId, Quantity)>,
    /// What comes in (positive) or is wanted out.
    pub flow: Money,
}

impl Owned {
    /// An account with these holdings at the close of `day`, and the prices of that close. Shares count as bought at that
    /// price on the first session of the data, so that no redemption fee is due on them.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when a holding has no close on `day`; [`trimtab_core::Kind::Ledger`] when cash is
    /// below zero or an amount does not fit.
    pub fn books(&self, market: &Market, day: Day) -> Result<(Account, Marks)> {
        let (mut account, mut marks) = (Account::default(), Marks::new(market.assets().len()));
        let (date, opened) = (market.calendar().date(day), market.calendar().date(Day(0)));
        let cash = self.cash.checked_add(self.flow.max(Money::ZERO))?;
        account.apply(&Entry::new(date, What::Opened { cash, terms: Terms::default() }))?;
        for (asset, quantity) in &self.shares {
            let price =
                market.bar(day).close(*asset).ok_or_else(|| unpriced(market, *asset, day))?;
            let lot = Lot { opened, asset: *asset, quantity: *quantity, cost: quantity.at(price)? };
            account.apply(&Entry::new(date, What::Received(lot)))?;
            marks.set(*asset, price);
        }
        Ok((account, marks))
    }

    /// What a withdrawal takes, not to be invested.
    pub fn reserved(&self) -> Money {
        (-self.flow).max(Money::ZERO)
    }
}

/// Why a holding cannot be valued.
fn unpriced(market: &Market, asset: AssetId, day: Day) -> Error {
    let (symbol, date) = (market.symbol(asset), market.calendar().date(day));
    let (first, last) = market.life(asset);
    let (said, hint) = if first > day {
        let first = market.calendar().date(first);
        (
            format!("{symbol} is held on {date}, but its prices begin on {first}"),
            "load older prices",
        )
    } else if last < day {
        let last = market.calendar().date(last);
        let said = format!("{symbol} is held on {date}, but its last price is of {last}");
        (said, "if it is no longer listed, list what it brought as CASH; else load newer prices")
    } else {
        let hint = "repair the data, or load them with `--repair carry=5`";
        (format!("{symbol} is held, but has no close on {date}"), hint)
    };
    Error::data(said).hint(hint)
}

/// Whose orders a ticket lists.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The account at the close of the decision.
    pub holdings: Holdings<'a>,
    /// Orders that are still on their way.
    pub in_flight: &'a [Order],
    /// What came in since the decision before (positive) or goes out, in currency units; it is part of the holdings'
    /// investable value.
    pub flow: f64,
    /// The target of the decision before, if there was one.
    pub before: Option<&'a Weights>,
}

/// What the parts of an order are for. They add up to the order, to the last unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<T> {
    /// The target changed.
    pub signal: T,
    /// Prices moved the holding from its target.
    pub drift: T,
    /// Money came or goes.
    pub cash_flow: T,
    /// The rest: whole shares, the smallest trade, and purchases scaled to what cash pays with fees.
    pub rounding: T,
}

/// One order of a ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// What is traded.
    pub asset: AssetId,
    /// Shares held before.
    pub held: Quantity,
    /// Shares to trade; negative sells.
    pub quantity: Quantity,
    /// The close of the decision.
    pub price: f64,
    /// What the shares are worth at it; negative for sales.
    pub value: Money,
    /// The worst price to accept; none for funds, which trade at their next net asset value.
    pub limit: Option<f64>,
    /// What the trade costs at that close.
    pub costs: Costs,
    /// What the shares are for.
    pub shares: Parts<Quantity>,
    /// What their value is for.
    pub money: Parts<Money>,
}

/// The orders of one decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// What to trade, by asset.
    pub lines: Vec<Line>,
    /// What the decision asks for and the ticket leaves out: too small, not paid for by cash, or (none) without a price.
    pub left_out: Vec<(AssetId, Option<Lapse>)>,
    /// What may be invested, at the close of the decision, before costs.
    pub value: f64,
    /// Cash before.
    pub cash_before: Money,
    /// Cash after, at the prices of the close and with a withdrawal still in it.
    pub cash_after: Money,
    /// All fees together.
    pub costs: Costs,
    /// The weights after, of what may be invested then.
    pub after: Weights,
    /// The same orders as a backtest sends.
    pub orders: Vec<Order>,
}

/// The ticket of a decision. The orders are those of [`Desk::rebalance`]; quantities and fees are what the simulated
/// broker would make of them at the close of the decision, because no later price is known when a ticket is written.
///
/// With the weight $t$ wanted, the weight $m$ after tolerance bands, the weight $b$ of the decision before, the value $V$ with the
/// flow $F$ in it, the price $p$ and $h$ shares held or on their way, an order for $m V / p - h$ shares is
///
/// $\underbrace{(t - b) V / p}_{\mathrm{signal}} + \underbrace{(b + m - t)(V - F) / p - h}_{\mathrm{drift}} +
/// \underbrace{(b + m - t) F / p}_{\mathrm{cash\ flow}}$, and rounding is what the order differs by. Without a decision before, $b$ is
/// the weight held before the flow, so that drift is zero.
///
/// `limit_bps`: how far beyond the close a limit lies, where the strategy's own execution does not say. Limits are whole
/// cents (hundredths of a cent below one unit), never worse than asked.
///
/// # Errors
/// When an amount does not fit.
pub fn ticket(
    strategy: &Strategy,
    market: &Market,
    decision: &Decision,
    holder: &Holder<'_>,
    limit_bps: f64,
) -> Result<Ticket> {
    let (holdings, day) = (&holder.holdings, decision.day);
    let value = holdings.investable();
    let now = holdings.weights(value);
    let moves = moves(strategy.schedule.band.as_ref(), &now, &decision.target);
    let desk = Desk {
        execution: &strategy.execution,
        market,
        today: day,
        why: decision.why,
        decision: None,
    };
    let stays = |order: &&Order| order.from > day && order.why != Why::Sweep;
    let in_flight: Vec<Order> = holder.in_flight.iter().filter(stays).copied().collect();
    let orders = desk.rebalance(&moves, holdings, &in_flight)?;
    let (trades, left_out) = preview(strategy, market, day, &orders, holdings)?;
    let mut ticket = Ticket {
        lines: Vec::with_capacity(trades.len()),
        left_out,
        value,
        cash_before: holdings.account.cash(),
        cash_after: holdings.account.cash(),
        costs: Costs::ZERO,
        after: Weights::cash(),
        orders,
    };
    for (ix, fill) in trades {
        let moved = moves.iter().find(|(a, _)| *a == fill.asset).map_or(0.0, |(_, w)| *w);
        let coming = in_flight.iter().filter(|order| order.asset == fill.asset);
        let held = holdings.account.quantity(fill.asset);
        let coming: f64 = coming.map(|order| order.in_flight(held, fill.price)).sum();
        let wish = Wish {
            wanted: decision.target.of(fill.asset),
            moved,
            before: holder.before.map(|before| before.of(fill.asset)),
            held: held.as_f64() + coming,
            value,
            flow: holder.flow,
            price: fill.price,
        };
        let fund = market.asset(fill.asset).fund.is_some();
        let order = &ticket.orders[ix];
        let limit = (!fund).then(|| limit(order, fill.quantity, fill.price, limit_bps));
        ticket.add(&fill, held, limit, wish.parts(fill.quantity)?)?;
    }
    ticket.lines.sort_by_key(|line| line.asset);
    ticket.after = after(&ticket, holdings);
    Ok(ticket)
}

impl Ticket {
    fn add(
        &mut self,
        fill: &Fill,
        held: Quantity,
        limit: Option<f64>,
        shares: Parts<Quantity>,
    ) -> Result<()> {
        self.cash_after = self.cash_after.checked_add(-fill.paid()?)?;
        self.costs = self.costs.plus(&fill.costs)?;
        self.lines.push(Line {
            asset: fill.asset,
            held,
            quantity: fill.quantity,
            price: fill.price,
            value: fill.gross,
            limit,
            costs: fill.costs,
            shares,
            money: shares.valued(fill.price, fill.gross)?,
        });
        Ok(())
    }
}

/// A fill with the place of its order in the list of orders.
type Filled = (usize, Fill);

/// What a decision asks for and nobody trades; none: there is no price.
type LeftOut = (AssetId, Option<Lapse>);

/// What the simulated broker would fill at the close of the decision, and what it would not.
fn preview(
    strategy: &Strategy,
    market: &Market,
    day: Day,
    orders: &[Order],
    holdings: &Holdings<'_>,
) -> Result<(Vec<Filled>, Vec<LeftOut>)> {
    let execution = Execution {
        fill: FillAt::SameClose,
        participation: None,
        limit: None,
        ..strategy.execution.clone()
    };
    let mut asked: Vec<Order> = orders
        .iter()
        .enumerate()
        .map(|(ix, order)| Order { id: ix as u32, from: day, until: None, at: At::Close, ..*order })
        .collect();
    let mut broker = Paper::new(TradingCosts::new(&strategy.costs), &execution);
    let outcomes = broker.fill(&mut asked, Phase::Close, market.bar(day), holdings)?;
    let (mut filled, mut left_out) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Filled(trade) => filled.push((trade.order as usize, trade.fill)),
            Outcome::Dropped { order, why } => left_out.push((order as usize, Some(why))),
            Outcome::Waits { order, .. } => left_out.push((order as usize, None)),
        }
    }
    left_out.retain(|(ix, _)| filled.iter().all(|(other, _)| other != ix));
    Ok((filled, left_out.into_iter().map(|(ix, why)| (orders[ix].asset, why)).collect()))
}

/// What an order was made from.
struct Wish {
    wanted: f64,
    moved: f64,
    before: Option<f64>,
    held: f64,
    value: f64,
    flow: f64,
    price: f64,
}

impl Wish {
    fn parts(&self, quantity: Quantity) -> Result<Parts<Quantity>> {
        let own = self.value - self.flow;
        let before = self.before.unwrap_or_else(|| match own > 0.0 {
            true => self.held * self.price / own - (self.moved - self.wanted),
            false => 0.0,
        });
        let base = before + self.moved - self.wanted;
        let shares = |weight: f64, value: f64| weight * value / self.price;
        let signal = Quantity::round_from(shares(self.wanted - before, self.value))?;
        let drift = Quantity::round_from(shares(base, own) - self.held)?;
        let cash_flow = Quantity::round_from(shares(base, self.flow))?;
        let named = signal.checked_add(drift)?.checked_add(cash_flow)?;
        let rounding = quantity.checked_add(-named)?;
        Ok(Parts { signal, drift, cash_flow, rounding })
    }
}

impl Parts<Quantity> {
    fn valued(&self, price: f64, value: Money) -> Result<Parts<Money>, Overflow> {
        let (signal, drift) = (self.signal.at(price)?, self.drift.at(price)?);
        let cash_flow = self.cash_flow.at(price)?;
        let named = signal.checked_add(drift)?.checked_add(cash_flow)?;
        Ok(Parts { signal, drift, cash_flow, rounding: value.checked_add(-named)? })
    }
}

/// The limit of an order: its own, or `bps` beyond the close; in whole ticks, never worse than asked.
fn limit(order: &Order, quantity: Quantity, close: f64, bps: f64) -> f64 {
    let buys = quantity > Quantity::ZERO;
    let asked = match (order.at, buys) {
        (At::Limit { price, .. }, _) => price,
        (_, true) => close * (1.0 + bps * 1e-4),
        (_, false) => close * (1.0 - bps * 1e-4),
    };
    // Prices are quoted in cents from one unit on, and in hundredths of a cent below. A product such as 101.0 in
    // cents may be a hair off.
    const HAIR: f64 = 1e-7;
    let ticks = ticks_a_unit(asked);
    let price = match buys {
        true => (asked * ticks + HAIR).floor() / ticks,
        false => (asked * ticks - HAIR).ceil() / ticks,
    };
    if price > 0.0 { price } else { asked }
}

/// How many price steps a currency unit has: cents from one unit on, hundredths of a cent below (in the United States
/// 17 CFR 242.612).
pub(crate) fn ticks_a_unit(price: f64) -> f64 {
    if price >= 1.0 { 100.0 } else { 10_000.0 }
}

/// The weights when all of the ticket is traded at its prices.
fn after(ticket: &Ticket, holdings: &Holdings<'_>) -> Weights {
    let costs: f64 = ticket.costs.each().iter().map(|(_, cost)| cost.as_f64()).sum();
    let value = ticket.value - costs;
    if value <= 0.0 {
        return Weights::cash();
    }
    let held = holdings.account.held().iter().map(|asset| (*asset, holdings.worth(*asset) / value));
    let traded = ticket.lines.iter().map(|line| (line.asset, line.value.as_f64() / value));
    // What was sold whole leaves a rounding of its two values behind.
    const NOTHING: f64 = 1e-12;
    let all = Weights::new(held.chain(traded));
    Weights::new(all.iter().filter(|(_, w)| w.abs() > NOTHING))
}
