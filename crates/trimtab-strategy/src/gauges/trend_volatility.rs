//! Bull or bear, calm or rough.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roughness::{self, roughness};
use crate::{Cx, Documented, Gauge, Words};
use trimtab_core::{Result, Window};

/// The regime of a market by its trend and its volatility: $g = 2\,[P < \bar P] + [R > \tfrac12]$, which is 0 in a calm bull
/// market, 1 in a rough one, 2 in a calm bear market, 3 in a rough one.
///
/// $P$: today's close of `asset` as a total-return index; $\bar P$: its mean over `average`; $R$: the share of the
/// observations of `history` whose volatility over `volatility` was at most today's. Half of all observations are rough by
/// construction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrendVolatility {
    /// The asset that stands for the market.
    pub asset: String,
    /// The closes of the mean $\bar P$.
    pub average: Window,
    /// The returns of the volatility.
    pub volatility: Window,
    /// The observations it is ranked among: `"60 months"` are sixty, one a month.
    pub history: Window,
}

impl Documented for TrendVolatility {
    const EXAMPLE: &str = r#"
        root = "@by-regime"
        [gauge.regime]
        kind       = "trend-volatility"
        asset      = "SPY"
        average    = 200
        volatility = 42
        history    = "52 weeks"
        [allocator.by-regime]
        kind      = "by-regime"
        gauge     = "@regime"
        bands     = [
            { below = 1.0, hold = { kind = "fixed", weights = { SPY = 1.0 } } },
            { below = 2.0, hold = { kind = "fixed", weights = { SPY = 0.7, TLT = 0.3 } } },
        ]
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Faber (2007), A quantitative approach to tactical asset allocation, Journal of Wealth Management 9(4), \
                          p. 69 (trend); Moreira, Muir (2017), Volatility-managed portfolios, Journal of Finance 72(4), p. 1611 \
                          (volatility)";
    fn check(&self) -> Result<(), String> {
        roughness::check(self.volatility, self.history)
    }
}

impl Gauge for TrendVolatility {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let asset = cx.past().find(&self.asset)?;
        let closes = cx.past().closes(asset, Window::Sessions(1))?;
        let bear = closes[0] < cx.past().mean(asset, self.average)?;
        let share = roughness(cx, asset, self.volatility, self.history)?;
        let rough = share > 0.5;
        cx.because(|| {
            let (trend, kind) =
                (if bear { "bear" } else { "bull" }, if rough { "rough" } else { "calm" });
            format!("{kind} {trend} market: volatility at {:.0} % of its past", 100.0 * share)
        });
        Ok(f64::from(2 * u8::from(bear) + u8::from(rough)))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "0 calm bull, 1 rough bull, 2 calm bear, 3 rough bear market: {} below its average over {}, its volatility over {} \
             above the median of {}",
            self.asset, self.average, self.volatility, self.history
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn the_four_regimes_by_hand() {
        // Forty sessions each: a steady rise, a shaken rise, a shaken fall, a steady fall, a steady rise. What shakes shakes
        // ever more, what is steady ever less.
        let mut price = 100.0;
        let roads = [
            (0.01, 0.002, 0.01),
            (0.015, 0.04, 0.01),
            (-0.02, 0.05, 0.01),
            (-0.01, 0.004, -0.01),
            (0.01, 0.003, -0.01),
        ];
        let closes: Vec<f64> = (0..200_usize)
            .map(|t| {
                let (drift, shake, more) = roads[t / 40];
                let sign = if t.is_multiple_of(2) { 1.0 } else { -1.0 };
                price *= 1.0 + drift + sign * shake * (1.0 + more * (t % 40) as f64);
                price
            })
            .collect();
        let market = market(&[("A", closes)]);
        let gauge = TrendVolatility {
            asset: "A".into(),
            average: Window::Sessions(10),
            volatility: Window::Sessions(5),
            history: Window::Sessions(60),
        };
        let read = |day| reading(&gauge, &market, day, &mut Memory::default());
        assert_eq!([78, 118, 158, 198].map(read), [1.0, 3.0, 2.0, 0.0]);
    }
}
