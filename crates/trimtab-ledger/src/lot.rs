//! Shares bought together, and what became of them.
use trimtab_core::{AssetId, Date, Money, Quantity};

/// Shares bought together: one date, one cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// When they were bought, or when their parent's shares were, for shares spun off.
    pub opened: Date,
    /// Which shares.
    pub asset: AssetId,
    /// How many; always positive.
    pub quantity: Quantity,
    /// What was paid for them, costs included.
    pub cost: Money,
}

/// A lot, or a part of one, that was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realized {
    /// Which shares.
    pub asset: AssetId,
    /// How many.
    pub quantity: Quantity,
    /// When they were bought.
    pub opened: Date,
    /// When they were sold.
    pub closed: Date,
    /// What they had cost.
    pub cost: Money,
    /// What they brought, net of costs.
    pub proceeds: Money,
}

impl Realized {
    /// Gain (positive) or loss.
    pub fn gain(&self) -> Money {
        self.proceeds - self.cost
    }
}
