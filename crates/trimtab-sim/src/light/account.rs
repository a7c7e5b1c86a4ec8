//! An account in floats.
use trimtab_core::{ActionKind, AssetId, Day, Delisting, Levels, Result, Weights};
use trimtab_strategy::{Book, Cx, FillAt, Memory, Shares, Sizing, Strategy};

use super::{Light, Track};
use crate::band::{banded, to_target};
use crate::decide::check_long;
use crate::order::{is_dust, whole};

/// An account in floats, on the straight road.
pub(super) struct Account<'a> {
    track: &'a Track<'a>,
    cash: f64,
    held: Vec<Held<'a>>,
    /// Dividends owed: when they are paid, and how much.
    owed: Vec<(Day, f64)>,
    orders: Vec<Order>,
    /// When the orders are filled.
    fills: Day,
    /// Kept from fill to fill for its memory alone.
    ready: Vec<Ready>,
    /// What the fills of a session traded so far.
    traded: f64,
    /// The highest value of the first `peaked` sessions.
    peak: f64,
    peaked: usize,
    memory: Memory,
    pub(super) light: Light,
}

#[derive(Clone, Copy)]
struct Held<'a> {
    asset: AssetId,
    shares: f64,
    closes: &'a [f64],
    /// The next session on which something happens to it.
    event: Day,
}

#[derive(Clone, Copy)]
struct Order {
    asset: AssetId,
    wanted: Wanted,
}

#[derive(Clone, Copy)]
enum Wanted {
    Shares(f64),
    Weight(f64),
    Exit,
}

/// A trade worked out: shares at a price.
struct Ready {
    asset: AssetId,
    shares: f64,
    /// Shares before a purchase was scaled to what cash reaches.
    wanted: f64,
    price: f64,
}

/// Later than every session.
const NEVER: Day = Day(u32::MAX);

impl<'a> Account<'a> {
    pub(super) fn open(track: &'a Track<'a>, cash: f64) -> Self {
        let sessions = (track.last.0 - track.first.0 + 1) as usize;
        let light = Light { equity: Vec::with_capacity(sessions), ..Light::default() };
        Self {
            track,
            cash,
            held: Vec::new(),
            owed: Vec::new(),
            orders: Vec::new(),
            fills: NEVER,
            ready: Vec::new(),
            traded: 0.0,
            peak: 0.0,
            peaked: 0,
            memory: Memory::default(),
            light,
        }
    }

    /// Lives through the sessions from `day` to `until` without a decision; false when books are needed.
    pub(super) fn live(&mut self, mut day: Day, until: Day) -> bool {
        while day <= until {
            self.earn(day);
            if !self.happen(day) {
                return false;
            }
            if self.fills == day && !self.fill(day) {
                return false;
            }
            let events = self.held.iter().map(|held| held.event);
            let paid = self.owed.iter().map(|(pays, _)| *pays);
            let next = events.chain(paid).fold(self.fills.min(Day(until.0 + 1)), Ord::min);
            // Orders on their way are looked after every session: their assets may split or end.
            let next = if self.orders.is_empty() { next } else { Day(day.0 + 1) };
            self.value(day, next);
            if self.light.equity[(day.0 - self.track.first.0) as usize..].iter().any(|v| *v <= 0.0)
            {
                return false;
            }
            day = next;
        }
        true
    }

    /// Interest since the session before.
    fn earn(&mut self, day: Day) {
        if let Some([cash, debt]) = self.track.growth.get((day.0 - self.track.first.0) as usize) {
            self.cash += self.cash * if self.cash < 0.0 { *debt } else { *cash };
        }
    }

    /// Values the sessions from `day` to before `next`, between which nothing but interest happens.
    fn value(&mut self, day: Day, next: Day) {
        let owed: f64 = self.owed.iter().map(|(_, amount)| amount).sum();
        let start = self.light.equity.len();
        if self.track.growth.is_empty() {
            self.light.equity.resize(start + (next.0 - day.0) as usize, self.cash + owed);
        } else {
            self.light.equity.push(self.cash + owed);
            for later in (day.0 + 1..next.0).map(Day) {
                self.earn(later);
                self.light.equity.push(self.cash + owed);
            }
        }
        let equity = &mut self.light.equity[start..];
        for held in &self.held {
            let closes = &held.closes[day.index()..next.index()];
            for (value, close) in equity.iter_mut().zip(closes) {
                *value += held.shares * close;
            }
        }
    }

    /// The highest value up to today's close.
    fn peak(&mut self) -> f64 {
        let today = self.light.equity.len() - 1;
        self.peak = highest(&self.light.equity[self.peaked..today], self.peak);
        self.peaked = today;
        self.peak.max(self.light.equity[today])
    }

    /// Corporate actions, dividends paid and delistings of today; false for what needs books.
    fn happen(&mut self, day: Day) -> bool {
        let market = self.track.market;
        let mut ix = 0;
        while ix < self.held.len() {
            let held = self.held[ix];
            if held.event != day {
                ix += 1;
                continue;
            }
            let (_, last) = market.life(held.asset);
            if day > last {
                let price = match market.asset(held.asset).delisting {
                    Delisting::LastPrice => held.closes[last.index()],
                    Delisting::Return(r) => (held.closes[last.index()] * (1.0 + r)).max(0.0),
                };
                self.cash += held.shares * price;
                self.held.remove(ix);
                continue;
            }
            if held.closes[day.index()].is_nan() || !self.act(ix, day) {
                return false;
            }
            self.held[ix].event = self.track.next_event(held.asset, day);
            ix += 1;
        }
        if !self.split_orders(day) {
            return false;
        }
        let cash = &mut self.cash;
        self.owed.retain(|(pays, amount)| {
            let due = *pays <= day;
            *cash += if due { *amount } else { 0.0 };
            !due
        });
        true
    }

    /// Dividends and splits of one holding; false for what needs books.
    fn act(&mut self, ix: usize, day: Day) -> bool {
        let held = &mut self.held[ix];
        let Some(kinds) = self.track.actions(held.asset, day) else { return false };
        for kind in kinds {
            match kind {
                ActionKind::Dividend { per_share, pay } => {
                    let calendar = self.track.market.calendar();
                    let pays = pay.map_or(day, |date| calendar.on_or_after(date).unwrap_or(NEVER));
                    self.owed.push((pays, held.shares * per_share));
                }
                ActionKind::Split { factor } => held.shares *= factor,
                ActionKind::SpinOff { .. } => return false,
            }
        }
        // A fraction left in an account of whole shares is paid in cash: for the books.
        self.track.execution.shares == Shares::Fractional || whole(held.shares) == held.shares
    }

    /// Orders on their way are counted in new shares; false when the order's asset has ended.
    fn split_orders(&mut self, day: Day) -> bool {
        let market = self.track.market;
        for order in &mut self.orders {
            if market.life(order.asset).1 < day {
                return false;
            }
            if market.asset(order.asset).levels == Levels::Adjusted {
                continue;
            }
            for action in market.bar(day).actions().iter().filter(|a| a.asset == order.asset) {
                if let (ActionKind::Split { factor }, Wanted::Shares(shares)) =
                    (action.kind, &mut order.wanted)
                {
                    *shares *= factor;
                }
            }
        }
        true
    }

    /// Decides at the close of `day` and sends orders; `Ok(false)` when books are needed.
    pub(super) fn decide(&mut self, strategy: &Strategy, day: Day) -> Result<bool> {
        let market = self.track.market;
        let past = market.as_of(day);
        let value = self.light.equity[(day.0 - self.track.first.0) as usize];
        let worth = |held: &Held<'_>| (held.asset, held.shares * held.closes[day.index()] / value);
        let now = Weights::new(self.held.iter().map(worth));
        let book = Book { weights: now, value, peak: self.peak() };
        let mut cx = Cx::silent(past, &book, &mut self.memory, &strategy.universe);
        let target = strategy.weights(&mut cx)?;
        if self.light.decisions == 0 {
            strategy.ready(past, &book, &self.memory)?;
        }
        check_long(&target, past)?;
        if !self.orders.is_empty() {
            return Ok(false);
        }
        self.light.decisions += 1;
        let moves = match &strategy.schedule.band {
            Some(band) if !book.weights.is_empty() => banded(band, &book.weights, &target),
            _ => to_target(&book.weights, &target),
        };
        for (asset, weight) in moves {
            let price = market.closes(asset)[day.index()];
            if price.is_nan() || market.asset(asset).fund.is_some() {
                return Ok(false);
            }
            let held = self.shares(asset);
            let wanted = match weight == 0.0 {
                true if held == 0.0 => continue,
                true => Wanted::Exit,
                false if self.track.execution.sizing == Sizing::Value => Wanted::Weight(weight),
                false => {
                    let missing = self.rounded(weight * value / price) - held;
                    if is_dust(missing, price) {
                        continue;
                    }
                    Wanted::Shares(missing)
                }
            };
            self.orders.push(Order { asset, wanted });
        }
        self.send(day)
    }

    fn send(&mut self, day: Day) -> Result<bool> {
        if self.orders.is_empty() {
            return Ok(true);
        }
        if self.track.execution.fill != FillAt::SameClose {
            self.fills = Day(day.0 + 1 + self.track.execution.delay);
            return Ok(true);
        }
        if !self.fill(day) {
            return Ok(false);
        }
        // The fill was at today's close: the value is what is left after costs.
        self.light.equity.pop();
        self.value(day, Day(day.0 + 1));
        Ok(true)
    }

    fn shares(&self, asset: AssetId) -> f64 {
        self.held.iter().find(|held| held.asset == asset).map_or(0.0, |held| held.shares)
    }

    fn rounded(&self, shares: f64) -> f64 {
        if self.track.execution.shares == Shares::Whole { whole(shares) } else { shares }
    }

    /// Fills all orders at today's prices; false when one has no price or cash does not pay the costs of a sale.
    fn fill(&mut self, day: Day) -> bool {
        let mut ready = std::mem::take(&mut self.ready);
        ready.clear();
        let Some(value) = self.prepare(&mut ready, day) else { return false };
        self.orders.clear();
        self.fills = NEVER;
        let mut any = false;
        self.traded = 0.0;
        for sale in ready.iter().filter(|ready| ready.shares < 0.0) {
            let before = self.cash;
            self.trade(sale, day);
            if self.cash < 0.0 && self.cash < before && !self.track.margin {
                return false;
            }
            any = true;
        }
        ready.retain(|ready| ready.shares >= 0.0);
        self.buy(&mut ready, day);
        self.light.turnover += self.traded / value;
        self.light.rebalances += usize::from(any || !ready.is_empty());
        self.ready = ready;
        true
    }

    /// The account's value at the prices of the fill; what each order trades goes into `ready`.
    fn prepare(&self, ready: &mut Vec<Ready>, day: Day) -> Option<f64> {
        let (market, execution) = (self.track.market, &self.track.execution);
        let price = |asset: AssetId| match execution.fill {
            FillAt::NextOpen => market.bar(day).open(asset),
            _ => Some(market.closes(asset)[day.index()]).filter(|p| !p.is_nan()),
        };
        let mut value = self.cash + self.owed.iter().map(|(_, amount)| amount).sum::<f64>();
        for held in &self.held {
            value += held.shares * price(held.asset)?;
        }
        for order in &self.orders {
            let (price, held) = (price(order.asset)?, self.shares(order.asset));
            let shares = match order.wanted {
                Wanted::Shares(shares) => self.rounded(shares),
                // One division a price serves all accounts that are led together.
                Wanted::Weight(weight) => self.rounded(weight * value * (1.0 / price)) - held,
                Wanted::Exit => -held,
            };
            let shares = shares.max(-held);
            let leaves = shares == -held && held != 0.0;
            let small = (shares * price).abs() < execution.minimum_trade.get();
            if shares != 0.0 && !small && (leaves || !is_dust(shares, price)) {
                ready.push(Ready { asset: order.asset, shares, wanted: shares, price });
            }
        }
        ready.sort_by_key(|ready| ready.asset);
        Some(value)
    }

    /// Purchases, scaled by one factor when cash does not reach; those that were made stay. See [`crate::Paper`].
    fn buy(&mut self, purchases: &mut Vec<Ready>, day: Day) {
        const STEPS: usize = 100;
        const NUDGE: f64 = 1e-12;
        let cash = self.cash.max(0.0);
        let mut fit = 1.0;
        for step in 0..=STEPS {
            let total: f64 =
                purchases.iter().map(|p| p.shares * p.price + self.charge(p, day)).sum();
            if self.track.margin || total <= cash {
                break;
            }
            fit = if step == STEPS { 0.0 } else { fit * (cash / total) * (1.0 - NUDGE) };
            for purchase in &mut *purchases {
                let wanted = purchase.wanted;
                let only_whole = self.track.execution.shares == Shares::Whole;
                let shares = if only_whole { (wanted * fit).trunc() } else { wanted * fit };
                let least = self.track.execution.minimum_trade.get();
                let worthless = is_dust(shares, purchase.price) || shares * purchase.price < least;
                purchase.shares = if worthless { 0.0 } else { shares };
            }
        }
        purchases.retain(|purchase| purchase.shares > 0.0);
        purchases.iter().for_each(|purchase| self.trade(purchase, day));
    }

    fn charge(&self, ready: &Ready, day: Day) -> f64 {
        let bar = self.track.market.bar(day);
        self.track.trading.of(ready.asset, ready.shares, ready.price, bar).total()
    }

    fn trade(&mut self, ready: &Ready, day: Day) {
        let (gross, charge) = (ready.shares * ready.price, self.charge(ready, day));
        self.cash -= gross + charge;
        self.light.costs += charge;
        self.traded += gross.abs();
        let place = self.held.partition_point(|held| held.asset < ready.asset);
        match self.held.get_mut(place).filter(|held| held.asset == ready.asset) {
            Some(held) => held.shares += ready.shares,
            None => {
                let closes = self.track.market.closes(ready.asset);
                let event = self.track.next_event(ready.asset, day);
                self.held.insert(
                    place,
                    Held { asset: ready.asset, shares: ready.shares, closes, event },
                );
            }
        }
        self.held.retain(|held| held.shares.abs() > LEAST);
    }
}

/// The highest of `values` and `least`, several at a time.
fn highest(values: &[f64], least: f64) -> f64 {
    const LANES: usize = 8;
    let higher = |a: f64, b: f64| if b > a { b } else { a };
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [least; LANES];
    for chunk in chunks {
        for k in 0..LANES {
            lanes[k] = higher(lanes[k], chunk[k]);
        }
    }
    lanes.iter().chain(rest).fold(least, |a, b| higher(a, *b))
}

/// Half the smallest quantity that books can hold: less than this is nothing.
pub(super) const LEAST: f64 = 0.5 / trimtab_core::Quantity::SCALE as f64;
