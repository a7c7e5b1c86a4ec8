//! How far an asset ranges in a session.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{WILDER_LENGTHS, wilder};
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// Wilder's average true range as a fraction of the price: $s = A_n / P_t$, with $A_n$ Wilder's average of
/// $T_t = \max(H_t, P_{t-1}) - \min(L_t, P_{t-1})$.
///
/// $H$, $L$, $P$: high, low and close on the scale of the total-return index; $n$ = `window`. Wilder's average starts with
/// the plain mean of $n$ and $12n$ periods back, where what is left out weighs less than $e^{-12}$. Needs data with
/// highs and lows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Atr {
    /// The length $n$ of the average.
    pub window: Window,
}

impl Documented for Atr {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [signal.range]
        kind   = "atr"
        window = 14
        [allocator.calm]
        kind   = "top"
        n      = 3
        by     = "@range"
        lowest = true
    "#;
    const SOURCE: &str = "Wilder (1978), New Concepts in Technical Trading Systems, section III";
}

impl Signal for Atr {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let n = self.window.count();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let c = cx.past().candles(asset, self.window.times(WILDER_LENGTHS).and_one())?;
            let ranges = (1..c.close.len())
                .map(|t| c.high[t].max(c.close[t - 1]) - c.low[t].min(c.close[t - 1]));
            scores.push((asset, wilder(ranges, n) / c.close[c.close.len() - 1]));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the average true range of {}, over the price", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_of_candles, score};

    #[test]
    fn a_gap_belongs_to_the_range() {
        // Every session opens two above the last close, and ranges from one below to one above its own close.
        let candle = |t: i32| {
            let close = 100.0 + 2.0 * f64::from(t);
            [close, close + 1.0, close - 1.0, close]
        };
        let market = market_of_candles(&(0..200).map(candle).collect::<Vec<_>>());
        let atr = score(&Atr { window: Window::Sessions(10) }, &market, 199);
        assert!((atr * 498.0 - 3.0).abs() < 1e-9);
    }
}
