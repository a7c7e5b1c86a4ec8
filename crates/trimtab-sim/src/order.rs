//! What is asked of a broker.
use trimtab_core::{AssetId, Date, Day, Money, Quantity, Result};
use trimtab_ledger::Fill;

/// What is asked of a broker. It becomes a [`Fill`], waits, or is dropped with a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// Counts from zero within a run.
    pub id: u32,
    /// At whose close it was decided.
    pub decided: Day,
    /// The first session that may fill it.
    pub from: Day,
    /// The last session that may fill it; `None`: it stands until it is filled or replaced.
    pub until: Option<Day>,
    /// Which shares.
    pub asset: AssetId,
    /// How much.
    pub wanted: Wanted,
    /// Against which price.
    pub at: At,
    /// The close at the decision, to measure the shortfall of the fill against; `None` when there was none.
    pub decision_price: Option<f64>,
    /// What for.
    pub why: Why,
    /// Which decision of the run it serves.
    pub decision: Option<u32>,
}

/// What an order fixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// So many shares; negative sells.
    Shares(Quantity),
    /// Shares for so much money at the price of the fill; negative sells.
    Amount(Money),
    /// This fraction of the account's value at the fill.
    Weight(f64),
    /// Everything that is held.
    Exit,
}

/// Against which price an order is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// The session's close.
    Close,
    /// The session's open.
    Open,
    /// This price or better, during the session.
    Limit {
        /// The worst price accepted.
        price: f64,
        /// Whether the limit rests away from the market; if not, it gives way to it.
        rests: bool,
    },
}

/// The part of a session in which an order can be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// From the open on, before the close is known: opens and limits.
    Day,
    /// At the close.
    Close,
}

impl At {
    /// When such an order is filled.
    pub fn phase(self) -> Phase {
        match self {
            At::Close => Phase::Close,
            At::Open | At::Limit { .. } => Phase::Day,
        }
    }
}

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A scheduled decision.
    Schedule,
    /// A holding left its band.
    Band,
    /// Idle cash is put to work.
    Sweep,
    /// Cash is raised for a withdrawal.
    Withdrawal,
    /// Holdings pay the interest on debt.
    Financing,
}

impl Why {
    /// The reason in a word, as it stands in files and tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Band => "band",
            Self::Sweep => "sweep",
            Self::Withdrawal => "withdrawal",
            Self::Financing => "financing",
        }
    }
}

/// Why less than the whole order was filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Cash did not reach.
    Cash,
    /// The session's volume did not reach.
    Volume,
}

/// Why an order waits for another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The asset had no price.
    NoPrice,
    /// The limit was not reached.
    Limit,
    /// The session's volume did not reach.
    Volume,
    /// Cash did not reach, and sales are still open.
    Cash,
}

/// Why an order ended without being filled to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// Less value than `execution.minimum_trade`, or nothing to do any more.
    Small,
    /// A newer decision took its place.
    Replaced,
    /// It stood for its last session.
    Expired,
    /// The asset had its last price.
    Delisted,
    /// Cash did not reach.
    Cash,
}

/// What became of an order in a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It was filled, at least in part.
    Filled(Trade),
    /// It stays open.
    Waits {
        /// Its number.
        order: u32,
        /// Why.
        why: Wait,
    },
    /// It is gone.
    Dropped {
        /// Its number.
        order: u32,
        /// Why.
        why: Lapse,
    },
}

/// A fill and the order behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// The number of the order.
    pub order: u32,
    /// At whose close it was decided.
    pub decided: Day,
    /// When it was filled.
    pub filled: Day,
    /// The close at the decision, if there was one.
    pub decision_price: Option<f64>,
    /// What for.
    pub why: Why,
    /// Which decision of the run it served.
    pub decision: Option<u32>,
    /// Why it is less than was asked, if it is.
    pub short: Option<Short>,
    /// What the broker did.
    pub fill: Fill,
}

impl Trade {
    /// What the way from the decision to the fill cost: price move and trading costs against the decision's
    /// close, in currency units; negative when the market came towards the order.
    ///
    /// $q\,(p_{\mathrm{fill}} - p_{\mathrm{decision}}) + c$ with signed shares $q$ and costs $c$.
    /// Source: Perold (1988), The implementation shortfall: paper versus reality, Journal of Portfolio Management 14(3).
    pub fn shortfall(&self) -> Option<f64> {
        let moved = self.fill.price - self.decision_price?;
        let costs = self.fill.costs.total().ok()?;
        Some(self.fill.quantity.as_f64() * moved + costs.as_f64())
    }
}

/// Differences of up to two of the smallest quantity, or up to ten of the smallest amount of money, are
/// rounding. Trading them would fill the journal with nothing; ignoring more would let portfolios drift.
pub(crate) const DUST_QUANTITY: f64 = 2.0 / Quantity::SCALE as f64;
pub(crate) const DUST_VALUE: f64 = 10.0 / Money::SCALE as f64;

/// Whether a trade of `shares` at `price` is rounding only.
pub(crate) fn is_dust(shares: f64, price: f64) -> bool {
    shares.abs() <= DUST_QUANTITY || (shares * price).abs() <= DUST_VALUE
}

/// Towards zero to whole shares. Wants of 6.999,999,999,9 shares come from rounding and mean 7.
pub(crate) fn whole(shares: f64) -> f64 {
    let nearest = shares.round();
    if (shares - nearest).abs() <= DUST_QUANTITY { nearest } else { shares.trunc() }
}

/// Up to whole shares, with the same tolerance.
fn whole_up(shares: f64) -> f64 {
    let nearest = shares.round();
    if (shares - nearest).abs() <= DUST_QUANTITY { nearest } else { shares.ceil() }
}

impl Order {
    /// The shares that remain to be traded when `held` are held, the account is worth `value` and the price is
    /// `price`; never more sold than held.
    ///
    /// # Errors
    /// When the quantity does not fit.
    pub fn shares(
        &self,
        held: Quantity,
        price: f64,
        value: f64,
        only_whole: bool,
    ) -> Result<Quantity> {
        let rounded =
            |shares: f64| Quantity::round_from(if only_whole { whole(shares) } else { shares });
        let wanted = match self.wanted {
            // A split may have left a fraction.
            Wanted::Shares(quantity) if only_whole => quantity.whole(),
            Wanted::Shares(quantity) => quantity,
            // A sale for money sells enough: whole shares are rounded away from zero.
            Wanted::Amount(amount) if only_whole && amount < Money::ZERO => {
                -Quantity::round_from(whole_up(-amount.as_f64() / price))?
            }
            Wanted::Amount(amount) => rounded(amount.as_f64() / price)?,
            Wanted::Weight(weight) => rounded(weight * value / price)? - held,
            Wanted::Exit => -held,
        };
        Ok(wanted.max(-held))
    }

    /// What is left to do after a part was filled.
    pub(crate) fn less(&mut self, fill: &Fill) {
        match &mut self.wanted {
            Wanted::Shares(quantity) => *quantity = *quantity - fill.quantity,
            Wanted::Amount(amount) => *amount = *amount - fill.gross,
            Wanted::Weight(_) | Wanted::Exit => {}
        }
    }

    /// Counts the order in new shares.
    pub(crate) fn split(&mut self, factor: f64) -> Result<()> {
        if let Wanted::Shares(quantity) = &mut self.wanted {
            *quantity = Quantity::round_from(quantity.as_f64() * factor)?;
        }
        if let At::Limit { price, .. } = &mut self.at {
            *price /= factor;
        }
        self.decision_price = self.decision_price.map(|price| price / factor);
        Ok(())
    }

    /// Shares that the order will bring (positive) or take, as far as it is known before the fill.
    pub(crate) fn in_flight(&self, held: Quantity, price: f64) -> f64 {
        match self.wanted {
            Wanted::Shares(quantity) => quantity.as_f64(),
            Wanted::Amount(amount) => amount.as_f64() / price,
            Wanted::Exit => -held.as_f64(),
            Wanted::Weight(_) => 0.0,
        }
    }

    /// Whether it asks to sell, as far as that is known before the fill.
    pub(crate) fn may_sell(&self) -> bool {
        match self.wanted {
            Wanted::Shares(quantity) => quantity < Quantity::ZERO,
            Wanted::Amount(amount) => amount < Money::ZERO,
            Wanted::Weight(_) | Wanted::Exit => true,
        }
    }
}

/// Civil days from `from` to `to`.
pub(crate) fn days_between(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}
