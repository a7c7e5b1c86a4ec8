//! What a trade costs, each kind by itself, in cash beside the market's price.
//!
//! The first purchase is not free, and no price is moved: a fill is at the market's price, and every cost is
//! booked under its own name.
mod commission;
mod impact;
mod redemption;
mod spread;

use trimtab_core::{AssetId, Bar, Money, OneWay, Result};
use trimtab_ledger as ledger;
use trimtab_strategy::{Commission, Costs, Impact};

pub(crate) use redemption::redemption;

/// Trading costs of an account, every preset resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradingCosts {
    /// What the broker takes.
    pub commission: Option<Commission>,
    /// Half the bid-ask spread, as a fraction of the value.
    pub half_spread: f64,
    /// What the price moves away between order and fill, as a fraction of the value.
    pub slippage: f64,
    /// What large orders move the price.
    pub impact: Option<Impact>,
}

/// What one trade costs, by kind, in currency units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Charges {
    /// The broker's fee.
    pub commission: f64,
    /// Half the bid-ask spread.
    pub spread: f64,
    /// Market impact.
    pub impact: f64,
    /// Slippage.
    pub slippage: f64,
    /// Redemption fee of a fund.
    pub redemption: f64,
}

impl TradingCosts {
    /// From the costs of a strategy file.
    pub fn new(costs: &Costs) -> Self {
        let costs = costs.resolved();
        let fraction = |cost: Option<OneWay>| cost.map_or(0.0, OneWay::fraction);
        Self {
            commission: costs.commission,
            half_spread: fraction(costs.half_spread),
            slippage: fraction(costs.slippage),
            impact: costs.impact,
        }
    }

    /// What a trade of `shares` (either sign) at `price` costs on the session `bar`; nothing for no shares.
    /// The redemption fee is not known here: it depends on lots.
    pub fn of(&self, asset: AssetId, shares: f64, price: f64, bar: Bar<'_>) -> Charges {
        let (shares, value) = (shares.abs(), (shares * price).abs());
        if shares == 0.0 {
            return Charges::default();
        }
        Charges {
            commission: self.commission.map_or(0.0, |c| commission::commission(&c, shares, value)),
            spread: spread::fraction_of(value, self.half_spread),
            impact: self.impact.map_or(0.0, |i| impact::impact(&i, asset, value, bar)),
            slippage: spread::fraction_of(value, self.slippage),
            redemption: 0.0,
        }
    }
}

impl Charges {
    /// All kinds together.
    pub fn total(&self) -> f64 {
        self.commission + self.spread + self.impact + self.slippage + self.redemption
    }

    /// Rounded to what the books settle.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn settled(&self) -> Result<ledger::Costs> {
        Ok(ledger::Costs {
            commission: Money::round_from(self.commission)?,
            spread: Money::round_from(self.spread)?,
            impact: Money::round_from(self.impact)?,
            slippage: Money::round_from(self.slippage)?,
            redemption: Money::round_from(self.redemption)?,
        })
    }
}
