//! How many deviations from the average.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::still;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The price in standard deviations from its own average: $s = (P_t - \bar P_n) / \sigma_n$.
///
/// $\bar P_n$, $\sigma_n$: mean and standard deviation (divisor $n$) of the last $n$ = `window` total-return closes. At the upper
/// Bollinger band of width two $s = 2$, at the lower one $-2$; %B is $(s + 2)/4$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bollinger {
    /// The number of closes $n$.
    pub window: Window,
}

impl Documented for Bollinger {
    const EXAMPLE: &str = r#"
        root = "@stretched-down"
        [signal.stretch]
        kind   = "bollinger"
        window = 20
        [allocator.stretched-down]
        kind   = "top"
        n      = 3
        by     = "@stretch"
        lowest = true
    "#;
    const SOURCE: &str = "Bollinger (2001), Bollinger on Bollinger Bands, McGraw-Hill";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two closes".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for Bollinger {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, self.window)?;
            let m = cx.past().mean(asset, self.window)?;
            let squares: f64 = closes.iter().map(|p| (p - m).powi(2)).sum();
            let sigma = (squares / closes.len() as f64).sqrt();
            if sigma == 0.0 {
                return Err(still(cx.past(), asset, self.window));
            }
            scores.push((asset, (closes[closes.len() - 1] - m) / sigma));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("standard deviations from the average close of {}", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn three_closes_in_closed_form() {
        let market = market(&[("A", vec![1.0, 2.0, 3.0])]);
        let s = score(&Bollinger { window: Window::Sessions(3) }, &market, 2);
        assert!((s - 1.5f64.sqrt()).abs() < 1e-15);
    }
}
