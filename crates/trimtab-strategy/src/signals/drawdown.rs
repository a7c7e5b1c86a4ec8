//! How far below its best.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// How far the price is below its highest close of the window: $s = P_t / \max_{0 \le i < n} P_{t-i} - 1$.
///
/// $P$: total-return closes; $n$ = `window`, today's close included. Zero at a high, $-0.2$ a fifth below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drawdown {
    /// The number of closes $n$.
    pub window: Window,
}

impl Documented for Drawdown {
    const EXAMPLE: &str = r#"
        root = "@least-hurt"
        [signal.below-high]
        kind   = "drawdown"
        window = 252
        [allocator.least-hurt]
        kind  = "proportional"
        scale = "rank"
        by    = "@below-high"
    "#;
    const SOURCE: &str = "George, Hwang (2004), The 52-week high and momentum investing, \
                          Journal of Finance 59(5), p. 2145";
}

impl Signal for Drawdown {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, self.window)?;
            let high = closes.iter().copied().fold(f64::MIN, f64::max);
            scores.push((asset, closes[closes.len() - 1] / high - 1.0));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("how far the close is below its highest of {}", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn a_high_outside_the_window_is_forgotten() {
        let market = market(&[("A", vec![200.0, 100.0, 125.0, 110.0])]);
        let of = |n| score(&Drawdown { window: Window::Sessions(n) }, &market, 3);
        assert_eq!((of(1), of(3), of(4)), (0.0, 110.0 / 125.0 - 1.0, 110.0 / 200.0 - 1.0));
    }
}
