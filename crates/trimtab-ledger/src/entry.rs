//! One line of the books.
use trimtab_core::{AssetId, Date, Money, Quantity};

use crate::{Fill, Lot, Pick};

/// One line of the books: on a date, something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// When; never before the entry above.
    pub date: Date,
    /// What.
    pub what: What,
}

impl Entry {
    /// An entry of `date`.
    pub fn new(date: Date, what: What) -> Self {
        Self { date, what }
    }
    /// A fill, on its own date.
    pub fn filled(fill: Fill) -> Self {
        Self { date: fill.date, what: What::Filled(fill) }
    }
}

/// What the owner of an account agreed with its broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Which lots a sale closes first.
    pub pick: Pick,
    /// Whether cash may fall below zero.
    pub margin: bool,
}

/// Everything that can happen to an account. Amounts are positive unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// The account is opened; always the first entry, and only that.
    Opened {
        /// What is paid in at once; counts as a deposit.
        cash: Money,
        /// What was agreed.
        terms: Terms,
    },
    /// Cash comes from outside.
    Deposited(Money),
    /// Cash leaves.
    Withdrawn(Money),
    /// Shares come from another account, with their date and cost; counts as a deposit of that cost.
    Received(Lot),
    /// A broker traded.
    Filled(Fill),
    /// A dividend goes ex: it is owed, not yet paid.
    Accrued {
        /// Whose dividend.
        asset: AssetId,
        /// The amount for all shares held.
        amount: Money,
        /// When it will be paid.
        pays: Date,
    },
    /// A dividend that was owed is paid.
    Paid {
        /// Whose dividend.
        asset: AssetId,
        /// The amount, as accrued.
        amount: Money,
    },
    /// Interest on cash is paid.
    Interest(Money),
    /// Interest on borrowed cash is charged.
    Financed(Money),
    /// A running expense accrues: it is owed, not yet paid.
    Charged {
        /// The asset it is charged for, if one.
        asset: Option<AssetId>,
        /// The amount.
        amount: Money,
    },
    /// Expenses that were owed are paid out of cash.
    Settled(Money),
    /// One share becomes `factor` shares. The position is rounded once, its lots share the rounding; costs stay.
    Split {
        /// Whose shares.
        asset: AssetId,
        /// New shares for one old share.
        factor: f64,
    },
    /// Shares of another company for each share held; they keep the date of their parents.
    SpunOff {
        /// Whose shares are held.
        asset: AssetId,
        /// Whose shares come.
        into: AssetId,
        /// New shares for one share held.
        ratio: f64,
        /// The fraction of the cost that moves to the new shares.
        basis: f64,
    },
    /// Shares turn into cash without a trade.
    Redeemed {
        /// Whose shares.
        asset: AssetId,
        /// How many.
        quantity: Quantity,
        /// What they bring; zero when they are worthless.
        proceeds: Money,
        /// Why.
        why: Redemption,
    },
}

/// Why shares turned into cash without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// The asset had its last price.
    Delisted,
    /// An account of whole shares is paid for the fraction that a corporate action left.
    InLieu,
}
