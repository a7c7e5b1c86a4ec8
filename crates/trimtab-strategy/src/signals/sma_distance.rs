//! How far the price is from its average.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The price over its simple moving average, less one: $s = P_t / \bar P_n - 1$ with
/// $\bar P_n = \frac1n \sum_{i=0}^{n-1} P_{t-i}$.
///
/// $P$: total-return closes; $n$ = `window`, today's close included. Above zero is an up-trend. Keller's and
/// Keuning's "SMA(12)" averages the month-ends $P_t, \ldots, P_{t-12}$: thirteen of them, `window = "13 months"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmaDistance {
    /// The number of closes $n$ in the average.
    pub window: Window,
}

impl Documented for SmaDistance {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.above-average]
        kind   = "sma-distance"
        window = "13 months"
        [allocator.best]
        kind = "top"
        n    = 3
        by   = "@above-average"
    "#;
    const SOURCE: &str = "Keller, Keuning (2016), Protective asset allocation; Keller (2022), Relative and \
                          absolute momentum in times of rising/low yields: bold asset allocation, note 5";
}

impl Signal for SmaDistance {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        Scores::of_each(among, |asset| {
            let mean = past.mean(asset, self.window)?;
            Ok(past.closes(asset, Window::Sessions(1))?[0] / mean - 1.0)
        })
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("how far the close is above its average of {}", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn thirteen_closes_from_one_to_thirteen() {
        let market = market(&[("A", (1..=13).map(f64::from).collect())]);
        let signal = SmaDistance { window: Window::Sessions(13) };
        assert!((score(&signal, &market, 12) - (13.0 / 7.0 - 1.0)).abs() < 1e-15);
    }
}
