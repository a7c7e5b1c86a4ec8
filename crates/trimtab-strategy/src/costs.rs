//! What trading and holding cost.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use trimtab_core::{Fraction, NonNegative, OneWay};

/// What trading and holding cost. What is not given costs nothing, or what the preset says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// A named set of costs for what is not given here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// What the broker takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commission: Option<Commission>,
    /// Half the bid-ask spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_spread: Option<OneWay>,
    /// What the price moves away between decision and fill, beyond what the data show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slippage: Option<OneWay>,
    /// What large orders move the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// What cash earns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cash: Option<CashInterest>,
    /// What borrowed money costs above the bill rate, in percent a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub borrow_spread: Option<NonNegative>,
    /// Yearly expense ratios of funds whose prices do not contain them yet: `{ US = 0.0003 }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expense: BTreeMap<String, Fraction>,
}

/// Named sets of costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Nothing costs anything; cash earns nothing.
    None,
    /// Liquid funds at a broker without commission: half-spread 1 bp, slippage 1 bp; cash earns bills - 0.25 %.
    Liquid,
    /// Doubtful in every direction: commission 0.005 a share and at least 1, half-spread 5 bps, slippage
    /// 5 bps, square-root impact of coefficient 1, cash earns bills - 0.5 %, borrowing costs bills + 2 %.
    Conservative,
}

/// What the broker takes for an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Commission {
    /// For each share.
    pub per_share: NonNegative,
    /// For each order.
    pub per_trade: NonNegative,
    /// A fraction of the order's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<OneWay>,
    /// At least this for an order.
    pub minimum: NonNegative,
}

/// Square-root law: a trade of $q$ shares costs the fraction $Y\,\sigma\,\sqrt{q/V}$ of its value, with $\sigma$ the daily
/// volatility and $V$ the mean daily volume over `window` sessions before the fill.
/// Source: Almgren, Thum, Hauptmann, Li (2005), Direct estimation of equity market impact; Grinold and Kahn (2000), ch. 16.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// $Y$, about one.
    pub coefficient: NonNegative,
    /// Sessions over which volatility and volume are measured.
    #[serde(default = "month")]
    pub window: u32,
}

fn month() -> u32 {
    21
}

/// What cash earns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CashInterest {
    /// Nothing.
    None,
    /// The bill rate of the market's series `bills`, less a spread in percent a year, never below zero.
    Bills {
        /// Percent a year that the broker keeps.
        less: f64,
    },
    /// A constant rate in percent a year. Reports say that it is a constant.
    Percent(f64),
}

impl Costs {
    /// The costs with the preset's values where nothing is given. Without a preset: no trading costs, and cash
    /// earns the bill rate.
    pub fn resolved(&self) -> Costs {
        let bps = |x| OneWay::bps(x).ok();
        let preset = match self.preset {
            None => Costs { cash: Some(CashInterest::Bills { less: 0.0 }), ..Costs::default() },
            Some(Preset::None) => Costs { cash: Some(CashInterest::None), ..Costs::default() },
            Some(Preset::Liquid) => Costs {
                half_spread: bps(1.0),
                slippage: bps(1.0),
                cash: Some(CashInterest::Bills { less: 0.25 }),
                ..Costs::default()
            },
            Some(Preset::Conservative) => Costs {
                commission: Some(Commission {
                    per_share: NonNegative::try_from(0.005).unwrap_or_default(),
                    minimum: NonNegative::try_from(1.0).unwrap_or_default(),
                    ..Commission::default()
                }),
                half_spread: bps(5.0),
                slippage: bps(5.0),
                impact: NonNegative::try_from(1.0)
                    .ok()
                    .map(|coefficient| Impact { coefficient, window: month() }),
                cash: Some(CashInterest::Bills { less: 0.5 }),
                borrow_spread: NonNegative::try_from(2.0).ok(),
                ..Costs::default()
            },
        };
        Costs {
            preset: self.preset,
            commission: self.commission.or(preset.commission),
            half_spread: self.half_spread.or(preset.half_spread),
            slippage: self.slippage.or(preset.slippage),
            impact: self.impact.or(preset.impact),
            cash: self.cash.or(preset.cash),
            borrow_spread: self.borrow_spread.or(preset.borrow_spread),
            expense: self.expense.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_beats_the_preset() {
        let text = "preset = \"conservative\"\nhalf_spread = { round_trip_bps = 4 }";
        let costs: Costs = toml::from_str(text).unwrap();
        let costs = costs.resolved();
        assert_eq!(costs.half_spread, OneWay::bps(2.0).ok());
        assert_eq!(costs.slippage, OneWay::bps(5.0).ok());
        assert_eq!(costs.commission.unwrap().minimum.get(), 1.0);
        let free = Costs::default().resolved();
        assert_eq!(free.cash, Some(CashInterest::Bills { less: 0.0 }));
    }

    #[test]
    fn a_cost_without_direction_is_refused() {
        assert!(toml::from_str::<Costs>("half_spread = { bps = 4 }").is_err());
        assert!(toml::from_str::<Costs>("cash = { percent = 2.0 }").is_ok());
        assert!(toml::from_str::<Costs>("cash = \"none\"").is_ok());
    }
}
