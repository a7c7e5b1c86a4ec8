//! All lots of one asset.
use trimtab_core::{AssetId, Date, Error, Kind, Money, Quantity, Result};

use crate::{Lot, Pick, Realized};

/// All lots of one asset, in the order of opening, and their sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    quantity: Quantity,
    cost: Money,
    lots: Vec<Lot>,
}

/// A sale worked out but not yet booked.
pub(crate) struct Closing {
    pub(crate) realized: Vec<Realized>,
    /// The lots touched: index, and what is left of it.
    rest: Vec<(usize, Lot)>,
}

impl Position {
    /// Shares held.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }
    /// What they cost.
    pub fn cost(&self) -> Money {
        self.cost
    }
    /// Its lots, in the order of opening.
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.lots.is_empty()
    }

    /// Whether `lot` fits, without adding it.
    pub(crate) fn fits(&self, lot: &Lot) -> Result<()> {
        self.quantity.checked_add(lot.quantity)?;
        self.cost.checked_add(lot.cost)?;
        Ok(())
    }

    /// Adds a lot that fits.
    pub(crate) fn add(&mut self, lot: Lot) {
        self.quantity = self.quantity + lot.quantity;
        self.cost = self.cost + lot.cost;
        let place = self.lots.partition_point(|other| other.opened <= lot.opened);
        self.lots.insert(place, lot);
    }

    /// Works out which lots a sale of `selling` shares for `proceeds` closes.
    ///
    /// Costs and proceeds are divided in proportion to shares; the last part takes the remainder, so
    /// nothing is lost to rounding.
    pub(crate) fn closing(
        &self,
        (asset, selling): (AssetId, Quantity),
        proceeds: Money,
        closed: Date,
        pick: Pick,
    ) -> Result<Closing> {
        if self.quantity < selling {
            let said = format!("{selling} shares are sold, {} are held", self.quantity);
            return Err(Error::new(Kind::Ledger, said).hint("the books hold no short positions"));
        }
        let (mut left, mut due) = (selling.raw(), proceeds);
        let mut closing = Closing { realized: Vec::new(), rest: Vec::new() };
        for ix in pick.order(&self.lots) {
            if left == 0 {
                break;
            }
            let lot = self.lots[ix];
            let taken = lot.quantity.raw().min(left);
            let cost = lot.cost.part(taken, lot.quantity.raw());
            let proceeds = due.part(taken, left);
            proceeds.checked_add(-cost)?;
            let quantity = Quantity::from_raw(taken);
            let opened = lot.opened;
            closing.realized.push(Realized { asset, quantity, opened, closed, cost, proceeds });
            let rest = Lot { quantity: lot.quantity - quantity, cost: lot.cost - cost, ..lot };
            closing.rest.push((ix, rest));
            left -= taken;
            due = due - proceeds;
        }
        Ok(closing)
    }

    /// Books a sale that was worked out on this very position.
    pub(crate) fn close(&mut self, closing: &Closing) {
        for (ix, rest) in &closing.rest {
            self.lots[*ix] = *rest;
        }
        for part in &closing.realized {
            self.quantity = self.quantity - part.quantity;
            self.cost = self.cost - part.cost;
        }
        self.lots.retain(|lot| !lot.quantity.is_zero());
    }

    /// The position after a split. The sum is rounded once: lot $k$ gets
    /// $[f \sum_{i \le k} q_i] - [f \sum_{i < k} q_i]$. A lot left without shares hands its cost to its
    /// neighbour; a position left without shares is returned with its cost as a loss.
    pub(crate) fn split(&self, factor: f64) -> Result<(Self, Money)> {
        let mut after = Self::default();
        let (mut old, mut stranded) = (Quantity::ZERO, Money::ZERO);
        for lot in &self.lots {
            old = old + lot.quantity;
            let sum = Quantity::round_from(old.as_f64() * factor)?;
            let (quantity, cost) = (sum - after.quantity, lot.cost);
            match (quantity.is_zero(), after.lots.last_mut()) {
                (true, Some(last)) => last.cost = last.cost + cost,
                (true, None) => {
                    stranded = stranded + cost;
                    continue;
                }
                (false, _) => {
                    after.lots.push(Lot { quantity, cost: cost + stranded, ..*lot });
                    after.cost = after.cost + stranded;
                    stranded = Money::ZERO;
                }
            }
            after.quantity = sum;
            after.cost = after.cost + cost;
        }
        Ok((after, stranded))
    }

    /// The position after a spin-off, and the new lots. Shares are rounded as in a split. A lot that brings no
    /// new share keeps its whole cost.
    pub(crate) fn spin_off(
        &self,
        into: AssetId,
        ratio: f64,
        basis: f64,
    ) -> Result<(Self, Vec<Lot>)> {
        let (mut after, mut new) = (self.clone(), Vec::with_capacity(self.lots.len()));
        let (mut old, mut given) = (Quantity::ZERO, Quantity::ZERO);
        let share = (basis * BASIS_SCALE as f64).round() as i64;
        for lot in &mut after.lots {
            old = old + lot.quantity;
            let sum = Quantity::round_from(old.as_f64() * ratio)?;
            let quantity = sum - given;
            if quantity.is_zero() {
                continue;
            }
            let cost = lot.cost.part(share, BASIS_SCALE);
            new.push(Lot { opened: lot.opened, asset: into, quantity, cost });
            lot.cost = lot.cost - cost;
            after.cost = after.cost - cost;
            given = sum;
        }
        Ok((after, new))
    }

    /// Whether the sums are those of the lots, and every lot holds shares.
    pub(crate) fn is_sound(&self) -> bool {
        let quantity: i128 = self.lots.iter().map(|lot| i128::from(lot.quantity.raw())).sum();
        let cost: i128 = self.lots.iter().map(|lot| i128::from(lot.cost.micros())).sum();
        quantity == i128::from(self.quantity.raw())
            && cost == i128::from(self.cost.micros())
            && self.lots.iter().all(|lot| lot.quantity > Quantity::ZERO)
            && self.lots.is_sorted_by_key(|lot| lot.opened)
    }
}

/// Tax forms give the moved fraction of the basis in percent with up to seven decimals; finer is noise.
const BASIS_SCALE: i64 = 1_000_000_000;
