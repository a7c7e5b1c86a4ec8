//! Which lots a sale closes first.
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::Lot;

/// Which lots a sale closes first. Ties are closed in the order in which they were opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pick {
    /// The oldest: what tax authorities assume when nothing else is said.
    #[default]
    Fifo,
    /// The newest.
    Lifo,
    /// The dearest a share: realizes the smallest gain today.
    HighestCost,
    /// The cheapest a share: realizes the largest gain today.
    LowestCost,
}

/// An order of lots: `Less` is closed first.
pub type ClosedFirst = fn(&Lot, &Lot) -> Ordering;

impl Pick {
    /// Every method with its name and its order.
    pub const TABLE: [(Pick, &'static str, ClosedFirst); 4] = [
        (Pick::Fifo, "fifo", by_age),
        (Pick::Lifo, "lifo", |a, b| by_age(b, a)),
        (Pick::HighestCost, "highest-cost", |a, b| by_unit_cost(b, a)),
        (Pick::LowestCost, "lowest-cost", by_unit_cost),
    ];

    /// The method's name in files.
    pub fn name(self) -> &'static str {
        Self::TABLE[self as usize].1
    }

    /// Which of two lots is closed first.
    pub fn first(self, a: &Lot, b: &Lot) -> Ordering {
        Self::TABLE[self as usize].2(a, b)
    }

    /// Indices of `lots`, which are in the order of opening, in the order of closing.
    pub(crate) fn order(self, lots: &[Lot]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..lots.len()).collect();
        if self != Pick::Fifo {
            order.sort_by(|&a, &b| self.first(&lots[a], &lots[b]));
        }
        order
    }
}

fn by_age(a: &Lot, b: &Lot) -> Ordering {
    a.opened.cmp(&b.opened)
}

/// Compares $c_a / q_a$ with $c_b / q_b$ without dividing.
fn by_unit_cost(a: &Lot, b: &Lot) -> Ordering {
    a.cost.times(b.quantity.raw()).cmp(&b.cost.times(a.quantity.raw()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use trimtab_core::{AssetId, Money, Quantity};

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (ix, (pick, name, _)) in Pick::TABLE.iter().enumerate() {
            assert_eq!((*pick as usize, pick.name()), (ix, *name));
        }
    }

    #[test]
    fn each_method_closes_its_own_lot_first() {
        let lot = |day, shares, units| Lot {
            opened: date(2018, 1, day),
            asset: AssetId(0),
            quantity: Quantity::from_shares(shares),
            cost: Money::from_units(units),
        };
        // 10, 30, 5 and 30 a share.
        let lots = [lot(2, 1, 10), lot(3, 2, 60), lot(4, 10, 50), lot(5, 1, 30)];
        assert_eq!(Pick::Fifo.order(&lots), [0, 1, 2, 3]);
        assert_eq!(Pick::Lifo.order(&lots), [3, 2, 1, 0]);
        assert_eq!(Pick::HighestCost.order(&lots), [1, 3, 0, 2]);
        assert_eq!(Pick::LowestCost.order(&lots), [2, 0, 1, 3]);
    }
}
