//! How many take part.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{AnySignal, Columns, Cx, Documented, Gauge, Node, Readings, Words};
use trimtab_core::{Error, Result};

/// The share of assets whose signal is at or above a threshold: $b = \frac1n \#\{i : s_i \ge \theta\}$.
///
/// $s_i$: the score of asset $i$ of `among` by `by`; $\theta$ = `least`; $n$: the number of assets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breadth {
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The assets; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// The threshold $\theta$.
    pub least: f64,
}

impl Documented for Breadth {
    const EXAMPLE: &str = r#"
        root = "@switch"
        [signal.trend]
        kind = "sma-ratio"
        fast = 20
        slow = 100
        [gauge.participation]
        kind  = "breadth"
        by    = "@trend"
        least = 1.0
        [allocator.switch]
        kind  = "when"
        gauge = "@participation"
        above = 0.5
        then  = { kind = "equal-weight" }
    "#;
    const SOURCE: &str = "Zakamulin (2017), Market Timing with Moving Averages, ch. 1; \
                          breadth as Keller, Keuning (2017), Breadth momentum and vigilant asset allocation, p. 4";
}

impl Gauge for Breadth {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset whose breadth could be counted"));
        }
        let scores = self.by.score(cx, &among)?;
        let strong = scores.iter().filter(|(_, s)| *s >= self.least).count();
        cx.because(|| format!("{strong} of {} at or above {}", among.len(), self.least));
        Ok(strong as f64 / among.len() as f64)
    }

    fn column(&self, cx: &Columns<'_>) -> Option<Readings> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return None;
        }
        let (n, scores) = (among.len() as f64, cx.scores(&self.by, &among)?);
        // Every asset has a score: those that are not under the threshold are at it or above.
        Some(scores.under(self.least).map(|weak| (n - weak) / n))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the share of {} at or above {} by", list(&self.among), self.least));
        words.signal("by", &self.by);
    }
}
