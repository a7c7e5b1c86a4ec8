//! How much an asset shakes.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deviation;
use crate::{Columns, Cx, Documented, ScoreColumns, Signal, Words};
use trimtab_core::{AssetId, Past, Result, Scores, Window};

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

impl Volatility {
    fn of(&self, past: Past<'_>, asset: AssetId) -> Result<f64> {
        let closes = past.closes(asset, self.window.and_one())?;
        Ok(deviation(&closes) * past.per_year_of(self.window).sqrt())
    }
}

impl Signal for Volatility {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        Scores::of_each(among, |asset| self.of(past, asset))
    }

    fn columns(&self, cx: &Columns<'_>, among: &[AssetId]) -> Option<ScoreColumns> {
        cx.each(among, |past, asset| self.of(past, asset))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the yearly volatility over {}", self.window));
    }
}
