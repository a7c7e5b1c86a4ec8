//! More traded than usual, or less.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Error, Result, Scores, Window};

/// The money traded lately over the money usually traded: $s = \bar V_f / \bar V_s$ with
/// $\bar V_n = \frac1n \sum_{i=0}^{n-1} V_{t-i}$.
///
/// $V$: quoted close times shares traded, which a split does not change; $f$ = `fast`, $s$ = `slow`. Needs data with volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeRatio {
    /// The short window $f$.
    pub fast: Window,
    /// The long window $s$.
    pub slow: Window,
}

impl Documented for VolumeRatio {
    const EXAMPLE: &str = r#"
        root = "@in-demand"
        [signal.demand]
        kind = "volume-ratio"
        fast = 10
        slow = 126
        [allocator.in-demand]
        kind = "top"
        n    = 3
        by   = "@demand"
    "#;
    const SOURCE: &str = "Lee, Swaminathan (2000), Price momentum and trading volume, \
                          Journal of Finance 55(5), p. 2017";
}

impl Signal for VolumeRatio {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        let mean = |asset, window: Window| -> Result<f64> {
            Ok(past.traded(asset, window)?.iter().sum::<f64>() / window.count() as f64)
        };
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let slow = mean(asset, self.slow)?;
            if slow <= 0.0 {
                let said = format!("{} was not traded in {}", past.symbol(asset), self.slow);
                return Err(Error::data(said).hint("check the volume in the data"));
            }
            scores.push((asset, mean(asset, self.fast)? / slow));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the money traded over {} against that over {}", self.fast, self.slow));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_of_candles, score};

    #[test]
    fn twice_the_price_at_the_same_volume_is_twice_the_money() {
        let market = market_of_candles(&[[1.0; 4], [1.0; 4], [2.0; 4]]);
        let (fast, slow) = (Window::Sessions(1), Window::Sessions(3));
        assert!((score(&VolumeRatio { fast, slow }, &market, 2) - 1.5).abs() < 1e-15);
    }
}
