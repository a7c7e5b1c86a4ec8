//! Where in its range the price stands.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// Where the close stands between the lowest low and the highest high: $s = (P_t - L_n) / (H_n - L_n)$.
///
/// $P_t$: today's close; $H_n$, $L_n$: highest high and lowest low of the last $n$ = `window` periods, all on the scale of the
/// total-return index. 0 at the bottom, 1 at the top, one half where the range is empty. Williams' %R is
/// $100 (s - 1)$. Needs data with highs and lows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stochastic {
    /// The number of periods $n$.
    pub window: Window,
}

impl Documented for Stochastic {
    const EXAMPLE: &str = r#"
        root = "@near-the-top"
        [signal.place-in-range]
        kind   = "stochastic"
        window = "3 months"
        [allocator.near-the-top]
        kind = "proportional"
        by   = "@place-in-range"
    "#;
    const SOURCE: &str =
        "Lane (1984), Lane's stochastics, Technical Analysis of Stocks and Commodities 2(3), p. 87";
}

impl Signal for Stochastic {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let candles = cx.past().candles(asset, self.window)?;
            let high = candles.high.iter().copied().fold(f64::MIN, f64::max);
            let low = candles.low.iter().copied().fold(f64::MAX, f64::min);
            let close = candles.close[candles.close.len() - 1];
            scores.push((asset, if high > low { (close - low) / (high - low) } else { 0.5 }));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("where the close stands in the range of {}, from 0 to 1", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_of_candles, score};

    #[test]
    fn a_close_three_quarters_up() {
        let candles = [[5.0, 9.0, 4.0, 6.0], [6.0, 8.0, 5.0, 7.0], [7.0, 8.0, 6.0, 7.75]];
        let market = market_of_candles(&candles);
        let of = |n| score(&Stochastic { window: Window::Sessions(n) }, &market, 2);
        assert_eq!((of(3), of(1)), (0.75, 0.875));
    }
}
