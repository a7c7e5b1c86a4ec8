//! How much an asset shakes.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deviation;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The yearly volatility of returns over `window`:
/// $\sigma = \sqrt{m}\,\sqrt{\frac{1}{n-1} \sum_{i=1}^{n} (r_i - \bar r)^2}$.
///
/// $r_i$: simple total returns between observations; $n$ = `window`, at least 2; $m$: observations a year
/// (252 sessions, 52 weeks, 12 months).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volatility {
    /// The number of returns $n$.
    pub window: Window,
}

impl Documented for Volatility {
    const EXAMPLE: &str = r#"
        root = "@calmest"
        [signal.shake]
        kind   = "volatility"
        window = 63
        [allocator.calmest]
        kind   = "top"
        n      = 2
        by     = "@shake"
        lowest = true
    "#;
    const SOURCE: &str = "Baker, Bradley, Wurgler (2011), Benchmarks as limits to arbitrage, \
                          Financial Analysts Journal 67(1), p. 40";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for Volatility {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let yearly = cx.past().per_year_of(self.window).sqrt();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, self.window.and_one())?;
            scores.push((asset, deviation(&closes) * yearly));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the yearly volatility over {}", self.window));
    }
}
