//! Short over long moving average.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Columns, Cx, Documented, ScoreColumns, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The short over the long simple moving average of closes:
/// $s = \bar P_f / \bar P_s$ with $\bar P_n = \frac1n \sum_{i=0}^{n-1} P_{t-i}$.
///
/// $P$: total-return closes; $f$ = `fast`, $s$ = `slow`, in observations. Above one is an up-trend.
/// `fast = 1` compares the price itself with its average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmaRatio {
    /// The short window $f$.
    pub fast: Window,
    /// The long window $s$.
    pub slow: Window,
}

impl Documented for SmaRatio {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.trend]
        kind = "sma-ratio"
        fast = 20
        slow = 60
        [allocator.best]
        kind = "top"
        n    = 1
        by   = "@trend"
    "#;
    const SOURCE: &str = "Brock, Lakonishok, LeBaron (1992), Simple technical trading rules, \
                          Journal of Finance 47(5), p. 1733";
}

impl Signal for SmaRatio {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        Scores::of_each(among, |asset| {
            let slow = past.mean(asset, self.slow)?;
            Ok(past.mean(asset, self.fast)? / slow)
        })
    }

    fn columns(&self, cx: &Columns<'_>, among: &[AssetId]) -> Option<ScoreColumns> {
        let (fast, slow) = (cx.means(among, self.fast)?, cx.means(among, self.slow)?);
        fast.with(&slow, |fast, slow| fast / slow)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the {} average of closes over the {} average", self.fast, self.slow));
    }
}
