//! Several accounts in floats at once, on the plainest of straight roads.
//!
//! Each lane does what [`super::account::Account`] does for a strategy with columns, operation by operation, so that its
//! numbers are the same to the last bit; but every operation is done for all lanes together. Lanes that hold other assets
//! trade nothing there, which changes no sum.
#![allow(clippy::needless_range_loop)] // one index through several arrays is what becomes vectors
use pulp::{Arch, Simd, WithSimd};
use trimtab_core::{AssetId, Day};
use trimtab_math::lanes::Tally;
use trimtab_strategy::Portfolios;

use super::account::LEAST;
use super::{Light, Track};
use crate::order::{DUST_QUANTITY, DUST_VALUE};

/// What came of several light runs over the same sessions, a lane each.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes<const L: usize> {
    /// See [`Light::decisions`].
    pub decisions: [usize; L],
    /// See [`Light::rebalances`].
    pub rebalances: [usize; L],
    /// See [`Light::turnover`].
    pub turnover: [f64; L],
    /// See [`Light::costs`].
    pub costs: [f64; L],
    /// Whether the lane came to its end here; if not, its numbers mean nothing, and it needs a run of its own.
    pub done: [bool; L],
}

impl Lanes<1> {
    /// The only lane with its values.
    pub(super) fn single(self, equity: Vec<[f64; 1]>) -> Option<Light> {
        let ([decisions], [rebalances]) = (self.decisions, self.rebalances);
        let ([turnover], [costs]) = (self.turnover, self.costs);
        let equity = equity.into_flattened();
        let light = Light { equity, decisions, rebalances, turnover, costs, ..Light::default() };
        self.done[0].then_some(light)
    }
}

/// Who looks at the accounts' values while they are led.
pub trait Watch<const L: usize> {
    /// Takes the values of the next sessions, a row each.
    fn take(&mut self, values: &[[f64; L]]);
}

impl<const L: usize> Watch<L> for Vec<[f64; L]> {
    #[inline(always)]
    fn take(&mut self, values: &[[f64; L]]) {
        self.extend_from_slice(values);
    }
}

impl<const L: usize> Watch<L> for Tally<'_, L> {
    #[inline(always)]
    fn take(&mut self, values: &[[f64; L]]) {
        self.add(values);
    }
}

/// An asset in the account or wanted there.
#[derive(Clone, Copy)]
struct Line<'a, const L: usize> {
    asset: AssetId,
    closes: &'a [f64],
    held: [f64; L],
    /// The weight wanted.
    weight: [f64; L],
    /// Shares to trade; negative sells.
    shares: [f64; L],
    /// What they are worth.
    gross: [f64; L],
}

/// Accounts at work.
struct Desk<'a, const L: usize, W> {
    track: &'a Track<'a>,
    cash: [f64; L],
    /// By asset.
    lines: Vec<Line<'a, L>>,
    /// The lowest value so far; below zero also once a sale could not pay its costs.
    lowest: [f64; L],
    rebalances: [f64; L],
    /// Room for the values of so many sessions as are looked at together.
    values: Vec<[f64; L]>,
    watch: &'a mut W,
    lanes: Lanes<L>,
}

/// Sessions valued at once: few enough that their values stay beside the core until they were looked at.
const ROWS: usize = 32;

impl<'a> Track<'a> {
    /// Runs several strategies at once, given their columns on the days of [`Track::decides_on`]. `watch` is shown the
    /// accounts' values at each close, in order of time.
    ///
    /// # Panics
    /// When the portfolios are of other days, or [`Track::decides_on`] is `None`: bugs of the caller.
    pub fn lanes<const L: usize>(
        &self,
        sets: [&Portfolios; L],
        watch: &mut impl Watch<L>,
    ) -> Lanes<L> {
        let days = self.decides_on().expect("a plain road");
        assert!(sets.iter().all(|set| set.days() == days.len()), "columns of other days");
        let lanes = Lanes {
            decisions: sets.map(|set| days.len() - set.from()),
            rebalances: [0; L],
            turnover: [0.0; L],
            costs: [0.0; L],
            done: sets.map(|set| set.from() < days.len()),
        };
        let cash = [self.options.cash.as_f64(); L];
        if !self.smooth_from(&sets, days) {
            return Lanes { done: [false; L], ..lanes };
        }
        let (lines, lowest, rebalances) = (Vec::new(), [f64::MAX; L], [0.0; L]);
        let values = vec![[0.0; L]; ROWS];
        let desk = Desk { track: self, cash, lines, lowest, rebalances, values, watch, lanes };
        Arch::new().dispatch(Led { desk, sets: &sets, days })
    }

    /// Whether nothing happens to any asset of the portfolios but trading, from the first decision to the end.
    fn smooth_from<const L: usize>(&self, sets: &[&Portfolios; L], days: &[Day]) -> bool {
        let from = sets.iter().map(|set| set.from()).min().unwrap_or(0);
        let Some(first) = days.get(from) else { return false };
        let smooth = |asset: AssetId| self.smooth[asset.index()].is_some_and(|from| from <= *first);
        let mut seen: Option<&Portfolios> = None;
        sets.iter().all(|set| {
            let known = seen.is_some_and(|seen| seen.has_shape_of(set));
            seen = Some(set);
            known || set.assets().into_iter().all(smooth)
        })
    }
}

/// What is done once for each width of vectors, see [`trimtab_math::lanes`].
struct Led<'a, 's, const L: usize, W> {
    desk: Desk<'a, L, W>,
    sets: &'s [&'s Portfolios; L],
    days: &'s [Day],
}

impl<const L: usize, W: Watch<L>> WithSimd for Led<'_, '_, L, W> {
    type Output = Lanes<L>;
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        self.desk.run(self.sets, self.days)
    }
}

impl<'a, const L: usize, W: Watch<L>> Desk<'a, L, W> {
    #[inline(always)]
    fn run(mut self, sets: &[&Portfolios; L], days: &[Day]) -> Lanes<L> {
        let first = sets.iter().map(|set| set.from()).min().unwrap_or(0);
        let alike = sets.iter().all(|set| set.has_shape_of(sets[0]));
        let slots = if alike { sets[0].slots() } else { 0 };
        let weights: Vec<Vec<[f64; L]>> = (0..slots).map(|slot| by_day(sets, slot)).collect();
        let mut day = self.track.first;
        for (ix, decided) in days.iter().enumerate().skip(first) {
            let fills = Day(decided.0 + 1);
            if fills > self.track.last {
                break;
            }
            self.value(day, fills);
            self.earn(fills);
            self.lines.iter_mut().for_each(|line| line.weight = [0.0; L]);
            match alike {
                true => {
                    for (slot, weights) in weights.iter().enumerate() {
                        self.want(sets[0].asset(slot, ix), &weights[ix]);
                    }
                }
                false => self.want_each(sets, ix),
            }
            self.fill(fills);
            day = fills;
        }
        self.value(day, Day(self.track.last.0 + 1));
        for l in 0..L {
            self.lanes.done[l] &= self.lowest[l] > 0.0;
            self.lanes.rebalances[l] = self.rebalances[l] as usize;
        }
        self.lanes
    }

    /// Wants weights of an asset, besides what is wanted already.
    #[inline(always)]
    fn want(&mut self, asset: AssetId, weight: &[f64; L]) {
        if is_none(weight) {
            return;
        }
        let place = self.lines.iter().position(|line| line.asset >= asset);
        let place = place.unwrap_or(self.lines.len());
        if self.lines.get(place).is_none_or(|line| line.asset != asset) {
            let (closes, none) = (self.track.market.closes(asset), [0.0; L]);
            let line = Line { asset, closes, held: none, weight: none, shares: none, gross: none };
            self.lines.insert(place, line);
        }
        for (sum, w) in self.lines[place].weight.iter_mut().zip(weight) {
            *sum += w;
        }
    }

    /// The same of portfolios that hold their assets in other slots.
    #[cold]
    fn want_each(&mut self, sets: &[&Portfolios; L], ix: usize) {
        for (l, set) in sets.iter().enumerate().filter(|(_, set)| ix >= set.from()) {
            for slot in 0..set.slots() {
                let mut weight = [0.0; L];
                weight[l] = set.weights(slot)[ix];
                self.want(set.asset(slot, ix), &weight);
            }
        }
    }

    /// Interest since the session before.
    #[inline(always)]
    fn earn(&mut self, day: Day) {
        let rates = self.track.growth.get((day.0 - self.track.first.0) as usize);
        if let Some([credit, debit]) = rates {
            for cash in &mut self.cash {
                *cash += *cash * if *cash < 0.0 { *debit } else { *credit };
            }
        }
    }

    /// Values the sessions from `day`, whose interest is paid, to before `next`.
    #[inline(always)]
    fn value(&mut self, day: Day, next: Day) {
        if self.track.growth.is_empty() {
            match self.lines.len() {
                0 => self.value_of::<0>(day, next),
                1 => self.value_of::<1>(day, next),
                2 => self.value_of::<2>(day, next),
                3 => self.value_of::<3>(day, next),
                _ => self.value_of_many(day, next),
            }
        } else {
            self.value_of_many(day, next);
        }
    }

    /// Of accounts with `N` lines and cash that earns nothing.
    #[inline(always)]
    fn value_of<const N: usize>(&mut self, day: Day, next: Day) {
        let held: [[f64; L]; N] = std::array::from_fn(|n| self.lines[n].held);
        let (cash, mut lowest) = (self.cash, self.lowest);
        for from in (day.index()..next.index()).step_by(ROWS) {
            let days = from..next.index().min(from + ROWS);
            let closes: [&[f64]; N] = std::array::from_fn(|n| &self.lines[n].closes[days.clone()]);
            let rows = &mut self.values[..days.len()];
            for (t, row) in rows.iter_mut().enumerate() {
                let mut value = cash;
                for n in 0..N {
                    for l in 0..L {
                        value[l] += held[n][l] * closes[n][t];
                    }
                }
                for l in 0..L {
                    lowest[l] = if value[l] < lowest[l] { value[l] } else { lowest[l] };
                }
                *row = value;
            }
            self.watch.take(rows);
        }
        self.lowest = lowest;
    }

    /// Of accounts with any number of lines, and with interest.
    #[inline(always)]
    fn value_of_many(&mut self, day: Day, next: Day) {
        for today in (day.0..next.0).map(Day) {
            if today > day {
                self.earn(today);
            }
            let value = self.worth(today);
            for l in 0..L {
                self.lowest[l] = if value[l] < self.lowest[l] { value[l] } else { self.lowest[l] };
            }
            self.watch.take(&[value]);
        }
    }

    /// What the accounts are worth at a close.
    #[inline(always)]
    fn worth(&self, day: Day) -> [f64; L] {
        let mut value = self.cash;
        for line in &self.lines {
            let price = line.closes[day.index()];
            for l in 0..L {
                value[l] += line.held[l] * price;
            }
        }
        value
    }

    /// Fills what is wanted at today's closes: sales first, then purchases as far as cash reaches.
    #[inline(always)]
    fn fill(&mut self, day: Day) {
        let value = self.worth(day);
        let least = self.track.execution.minimum_trade.get();
        let mut traded = [0.0; L];
        for line in &mut self.lines {
            line.size(&value, line.closes[day.index()], least);
        }
        for ix in 0..self.lines.len() {
            let before = self.cash;
            self.pay(&self.lines[ix].sold(), &mut traded);
            for l in 0..L {
                let unpaid = (self.cash[l] < 0.0) & (self.cash[l] < before[l]);
                self.lowest[l] = if unpaid { -1.0 } else { self.lowest[l] };
            }
        }
        self.fit(day);
        for ix in 0..self.lines.len() {
            self.pay(&self.lines[ix].bought(), &mut traded);
            self.lines[ix].settle();
        }
        for l in 0..L {
            self.lanes.turnover[l] += traded[l] / value[l];
            self.rebalances[l] += if traded[l] > 0.0 { 1.0 } else { 0.0 };
        }
        if self.lines.iter().any(|line| is_none(&line.held)) {
            self.lines.retain(|line| !is_none(&line.held));
        }
    }

    /// Scales purchases down by one factor a lane until cash pays for them. See [`crate::Paper`].
    #[inline(always)]
    fn fit(&mut self, day: Day) {
        const STEPS: usize = 100;
        const NUDGE: f64 = 1e-12;
        let cash = self.cash.map(|cash| cash.max(0.0));
        let least = self.track.execution.minimum_trade.get();
        let mut fit = [1.0; L];
        for step in 0..=STEPS {
            let mut total = [0.0; L];
            for line in &self.lines {
                let bought = line.bought();
                let charge = self.charge(&bought);
                for l in 0..L {
                    total[l] += bought[l] + charge[l];
                }
            }
            if !total.iter().zip(&cash).fold(false, |short, (total, cash)| short | (total > cash)) {
                return;
            }
            // Purchases of accounts whose cash reaches stay as they are.
            let mut short = [0.0; L];
            for l in 0..L {
                let next = fit[l] * (cash[l] / total[l]) * (1.0 - NUDGE);
                let next = if step == STEPS { 0.0 } else { next };
                short[l] = if total[l] > cash[l] { 1.0 } else { 0.0 };
                fit[l] = if total[l] > cash[l] { next } else { fit[l] };
            }
            for line in &mut self.lines {
                line.shrink(&short, &fit, line.closes[day.index()], least);
            }
        }
    }

    /// What trades of these amounts cost. See [`crate::TradingCosts::of`].
    #[inline(always)]
    fn charge(&self, gross: &[f64; L]) -> [f64; L] {
        let (spread, slippage) = (self.track.trading.half_spread, self.track.trading.slippage);
        let mut charge = [0.0; L];
        for l in 0..L {
            charge[l] = gross[l].abs() * spread + gross[l].abs() * slippage;
        }
        charge
    }

    /// Pays for purchases and their costs, or takes what sales bring.
    #[inline(always)]
    fn pay(&mut self, gross: &[f64; L], traded: &mut [f64; L]) {
        let charge = self.charge(gross);
        for l in 0..L {
            self.cash[l] -= gross[l] + charge[l];
            self.lanes.costs[l] += charge[l];
            traded[l] += gross[l].abs();
        }
    }
}

impl<const L: usize> Line<'_, L> {
    /// The shares to trade when the accounts are worth `value`, and what they would have been bought for.
    #[inline(always)]
    fn size(&mut self, value: &[f64; L], price: f64, least: f64) {
        let inverse = 1.0 / price;
        for l in 0..L {
            let (weight, held) = (self.weight[l], self.held[l]);
            let wanted = if weight == 0.0 { -held } else { weight * value[l] * inverse - held };
            let shares = if wanted > -held { wanted } else { -held };
            let leaves = (shares == -held) & (held != 0.0);
            let small = (shares * price).abs() < least;
            let trades = (shares != 0.0) & !small & (leaves | !is_dust(shares, price));
            self.shares[l] = if trades { shares } else { 0.0 };
            self.gross[l] = self.shares[l] * price;
            // From here on the purchase before it was scaled.
            self.weight[l] = self.shares[l];
        }
    }

    /// What sales are worth, as a negative number.
    #[inline(always)]
    fn sold(&self) -> [f64; L] {
        let mut sold = [0.0; L];
        for l in 0..L {
            sold[l] = if self.gross[l] < 0.0 { self.gross[l] } else { 0.0 };
        }
        sold
    }

    /// What purchases are worth.
    #[inline(always)]
    fn bought(&self) -> [f64; L] {
        let mut bought = [0.0; L];
        for l in 0..L {
            bought[l] = if self.gross[l] > 0.0 { self.gross[l] } else { 0.0 };
        }
        bought
    }

    /// Holds what was traded.
    #[inline(always)]
    fn settle(&mut self) {
        for l in 0..L {
            let after = self.held[l] + self.shares[l];
            self.held[l] = if after.abs() > LEAST { after } else { 0.0 };
        }
    }

    /// Scales purchases of accounts that are short of cash.
    #[inline(always)]
    fn shrink(&mut self, short: &[f64; L], fit: &[f64; L], price: f64, least: f64) {
        for l in 0..L {
            let shares = self.weight[l] * fit[l];
            let worthless = is_dust(shares, price) | (shares * price < least);
            let shares = if worthless { 0.0 } else { shares };
            let scaled = (short[l] != 0.0) & (self.weight[l] > 0.0);
            self.shares[l] = if scaled { shares } else { self.shares[l] };
            self.gross[l] = self.shares[l] * price;
        }
    }
}

/// The weights of a slot, day by day; none before a lane's first day.
#[inline(always)]
fn by_day<const L: usize>(sets: &[&Portfolios; L], slot: usize) -> Vec<[f64; L]> {
    let from = sets.each_ref().map(|set| set.from());
    let weights = sets.each_ref().map(|set| set.weights(slot));
    let known = |l: usize, t: usize| if t < from[l] { 0.0 } else { weights[l][t] };
    let row = |t: usize| std::array::from_fn(|l| known(l, t));
    (0..sets[0].days()).map(row).collect()
}

/// Whether no lane has anything.
#[inline(always)]
fn is_none<const L: usize>(of: &[f64; L]) -> bool {
    let mut none = true;
    for l in 0..L {
        none &= of[l] == 0.0;
    }
    none
}

/// [`crate::order::is_dust`] without a branch.
#[inline(always)]
fn is_dust(shares: f64, price: f64) -> bool {
    (shares.abs() <= DUST_QUANTITY) | ((shares * price).abs() <= DUST_VALUE)
}
