//! How far an asset came for how much it shook.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{deviation, still};
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The total return over `window` for each unit of yearly volatility:
/// $s = (P_t / P_{t-n} - 1) / \sigma_m$.
///
/// $P$: total-return closes; $n$ = `window`; $\sigma_m$: the yearly volatility of the last $m$ returns (sample standard deviation
/// times the root of observations a year), $m$ = `volatility`, without it $n$. The return is not made yearly: that
/// would change neither sign nor order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrendPerVolatility {
    /// How far back $n$ the return begins.
    pub window: Window,
    /// The number of returns $m$ of the volatility; without it those of `window`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility: Option<Window>,
}

impl Documented for TrendPerVolatility {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [signal.efficiency]
        kind   = "trend-per-volatility"
        window = 63
        [allocator.efficient]
        kind = "top"
        n    = 8
        by   = "@efficiency"
    "#;
    const SOURCE: &str = "Moskowitz, Ooi, Pedersen (2012), Time series momentum, \
                          Journal of Financial Economics 104(2), p. 228 (returns scaled by volatility)";
    fn check(&self) -> Result<(), String> {
        match self.volatility.unwrap_or(self.window).count() {
            1 => Err("the volatility needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for TrendPerVolatility {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let window = self.volatility.unwrap_or(self.window);
        let yearly = cx.past().per_year_of(window).sqrt();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, self.window.and_one())?;
            let come = closes[closes.len() - 1] / closes[0] - 1.0;
            let sigma = yearly * deviation(&cx.past().closes(asset, window.and_one())?);
            if sigma == 0.0 {
                return Err(still(cx.past(), asset, window));
            }
            scores.push((asset, come / sigma));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let volatility = self.volatility.unwrap_or(self.window);
        words.line(format!(
            "the total return over {} for each unit of volatility over {volatility}",
            self.window
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn up_two_down_one_in_closed_form() {
        let closes = vec![100.0, 102.0, 102.0 * 0.99];
        let market = market(&[("A", closes)]);
        let signal = TrendPerVolatility { window: Window::Sessions(2), volatility: None };
        let sigma = (2.0 * 0.015f64.powi(2)).sqrt() * 252f64.sqrt();
        let expected = (1.02 * 0.99 - 1.0) / sigma;
        assert!((score(&signal, &market, 2) - expected).abs() < 1e-12);
    }
}
