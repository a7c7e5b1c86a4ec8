//! The books. Integers only: floats decide, integers settle.
//!
//! An [`Account`] is a fold over [`Entry`]s: what happened to it, in order, is all it is. [`replay`] yields the
//! very same account, to the last unit. An entry is booked whole or refused and leaves no trace.
//!
//! | word | meaning |
//! |---|---|
//! | [`Fill`] | what a broker did: shares against money, each cost named |
//! | [`Lot`] | shares bought together: one date, one cost |
//! | [`Pick`] | which lots a sale closes first |
//! | [`Realized`] | a lot, or a part of it, that was closed: a gain or a loss |
//! | [`Entry`] | one line of the books, with its date |
//! | [`Terms`] | what the account's owner agreed with the broker: the pick, and whether cash may be borrowed |
//!
//! **The books are long-only in shares.** A sale of more than is held is refused. Leverage is cash below zero,
//! and only accounts with [`Terms::margin`] may have it; a short position is held through an inverse fund.
//!
//! **The identity** that [`Account::audit`] checks, in millionths of the currency unit and without tolerance:
//!
//! $$ \text{deposits} - \text{withdrawals} + \text{income} - \text{expenses} + \text{realized gains}
//!    = \text{cash} + \text{receivable} - \text{payable} + \text{cost of open lots} $$
//!
//! Trading costs are part of what was paid: a purchase's costs raise the cost of its lot, a sale's costs lower
//! its proceeds, so gains are net of them, as tax authorities count.
//!
//! Dates are civil dates, not sessions of a market: books outlive every data file.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod account;
mod entry;
mod fill;
mod lot;
mod pick;
mod position;

pub use account::{Account, Receivable, replay};
pub use entry::{Entry, Redemption, Terms, What};
pub use fill::{Costs, Fill};
pub use lot::{Lot, Realized};
pub use pick::{ClosedFirst, Pick};
pub use position::Position;
