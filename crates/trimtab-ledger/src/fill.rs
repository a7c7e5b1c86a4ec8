//! What a broker did.
use trimtab_core::{AssetId, Date, Error, Kind, Money, Quantity, Result};

/// What a broker did. The account learns of trades through fills and nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// When.
    pub date: Date,
    /// Which shares.
    pub asset: AssetId,
    /// How many; negative sells.
    pub quantity: Quantity,
    /// The market's price a share, for the reader; the books settle `gross`.
    pub price: f64,
    /// Quantity times price: paid (positive) or received (negative), before costs.
    pub gross: Money,
    /// What the trade cost beside the price, by kind.
    pub costs: Costs,
}

impl Fill {
    /// Shares at a price, with costs; `gross` is rounded once.
    ///
    /// # Errors
    /// When the amount does not fit.
    pub fn at(
        date: Date,
        asset: AssetId,
        quantity: Quantity,
        price: f64,
        costs: Costs,
    ) -> Result<Self> {
        Ok(Self { date, asset, quantity, price, gross: quantity.at(price)?, costs })
    }

    /// Whether shares come in.
    pub fn buys(&self) -> bool {
        self.quantity > Quantity::ZERO
    }

    /// Paid (positive) or received (negative), costs included.
    ///
    /// # Errors
    /// When the amount does not fit.
    pub fn paid(&self) -> Result<Money> {
        Ok(self.gross.checked_add(self.costs.total()?)?)
    }

    /// Refuses fills that no broker can have made.
    pub(crate) fn check(&self) -> Result<()> {
        let bad = |what: &str| {
            Err(Error::new(Kind::Ledger, format!("a fill of {} {what}", self.quantity))
                .hint("this is a fault of the broker adapter, not of the strategy"))
        };
        if self.quantity.is_zero() {
            return bad("moves no shares");
        }
        if self.buys() && self.gross < Money::ZERO || !self.buys() && self.gross > Money::ZERO {
            return bad(&format!("moves {} the wrong way", self.gross));
        }
        if !(self.price.is_finite() && self.price > 0.0) {
            return bad(&format!("has the price {}", self.price));
        }
        if self.costs.each().iter().any(|(_, cost)| *cost < Money::ZERO) {
            return bad("has a negative cost");
        }
        Ok(())
    }
}

/// What a trade cost beside its price, by kind. None is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// The broker's fee.
    pub commission: Money,
    /// Half the distance between bid and ask.
    pub spread: Money,
    /// What the order itself moved the price by.
    pub impact: Money,
    /// What the price moved by between order and fill, beyond the rest.
    pub slippage: Money,
    /// What a fund keeps of shares redeemed early.
    pub redemption: Money,
}

impl Costs {
    /// The names of the kinds, in the order of [`Costs::each`].
    pub const KINDS: [&'static str; 5] =
        ["commission", "spread", "impact", "slippage", "redemption"];

    /// Nothing.
    pub const ZERO: Self = Self {
        commission: Money::ZERO,
        spread: Money::ZERO,
        impact: Money::ZERO,
        slippage: Money::ZERO,
        redemption: Money::ZERO,
    };

    /// Each kind with its amount.
    pub fn each(&self) -> [(&'static str, Money); 5] {
        let amounts = [self.commission, self.spread, self.impact, self.slippage, self.redemption];
        std::array::from_fn(|ix| (Self::KINDS[ix], amounts[ix]))
    }

    /// All kinds together.
    ///
    /// # Errors
    /// When the sum does not fit.
    pub fn total(&self) -> Result<Money> {
        let mut sum = Money::ZERO;
        for (_, amount) in self.each() {
            sum = sum.checked_add(amount)?;
        }
        Ok(sum)
    }

    /// The costs of two trades together, by kind.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub fn plus(&self, other: &Costs) -> Result<Costs> {
        Ok(Costs {
            commission: self.commission.checked_add(other.commission)?,
            spread: self.spread.checked_add(other.spread)?,
            impact: self.impact.checked_add(other.impact)?,
            slippage: self.slippage.checked_add(other.slippage)?,
            redemption: self.redemption.checked_add(other.redemption)?,
        })
    }
}
