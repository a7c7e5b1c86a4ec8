//! How far an asset came.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Columns, Cx, Documented, ScoreColumns, Signal, Words};
use trimtab_core::{AssetId, Past, Result, Scores, Window};

/// The total return over `window`: $r = P_t / P_{t-n} - 1$.
///
/// $P$: total-return closes; $n$ = `window`: 252 sessions back, or `"12 months"` from month end to month end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TotalReturn {
    /// How far back $n$ the return begins.
    pub window: Window,
}

impl Documented for TotalReturn {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.momentum]
        kind   = "total-return"
        window = "3 months"
        [allocator.best]
        kind = "top"
        n    = 1
        by   = "@momentum"
    "#;
    const SOURCE: &str = "Jegadeesh, Titman (1993), Returns to buying winners and selling losers, \
                          Journal of Finance 48(1), p. 65";
}

impl TotalReturn {
    fn of(&self, past: Past<'_>, asset: AssetId) -> Result<f64> {
        let closes = past.closes(asset, self.window.and_one())?;
        Ok(closes[closes.len() - 1] / closes[0] - 1.0)
    }
}

impl Signal for TotalReturn {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        Scores::of_each(among, |asset| self.of(past, asset))
    }

    fn columns(&self, cx: &Columns<'_>, among: &[AssetId]) -> Option<ScoreColumns> {
        cx.each(among, |past, asset| self.of(past, asset))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the total return over {}", self.window));
    }
}
