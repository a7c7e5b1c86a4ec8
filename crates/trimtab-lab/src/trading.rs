//! What trading was for and what it took: tickets, whipsaws, the way from decision to fill, how much money fits.
mod capacity;
mod shortfall;
mod tickets;
mod whipsaw;

pub use capacity::{Capacity, CapacityRow};
pub use shortfall::Shortfall;
pub use tickets::Tickets;
pub use whipsaw::{RoundTrip, Whipsaws};

use trimtab_core::{Day, Market};
use trimtab_sim::{Run, Trade};

/// Years that a run covers: its sessions over those of a year.
pub(crate) fn years(run: &Run, market: &Market) -> f64 {
    run.sessions.len() as f64 / market.calendar().frequency().per_year()
}

/// The value of the account at the close before a session; at its first session the value there.
pub(crate) fn value_before(run: &Run, day: Day) -> f64 {
    let ix = day.index().saturating_sub(run.first.index());
    run.equity.get(ix.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// What a trade moved, either way, as a fraction of the account before it; `None` when the account was worth nothing.
fn share(run: &Run, trade: &Trade) -> Option<f64> {
    let value = value_before(run, trade.filled);
    (value > 0.0).then(|| trade.fill.gross.as_f64().abs() / value)
}
