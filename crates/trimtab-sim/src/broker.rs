//! Who fills orders.
use trimtab_core::{Bar, Result};

use crate::{Holdings, Order, Outcome, Phase};

/// Who fills orders. A simulated broker sees one session at a time and never a strategy.
pub trait Broker {
    /// Meets `orders` with the prices of today's session, in one of its phases. Orders that are done leave the list;
    /// the outcomes are to be booked in the order in which they are returned.
    ///
    /// # Errors
    /// When an amount is beyond what the books hold.
    fn fill(
        &mut self,
        orders: &mut Vec<Order>,
        phase: Phase,
        bar: Bar<'_>,
        holdings: &Holdings<'_>,
    ) -> Result<Vec<Outcome>>;
}
