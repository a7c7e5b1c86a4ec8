//! How unusual a score is among the others.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// Another signal in standard deviations from the mean of all assets: $s_i = (x_i - \bar x) / \sigma_x$.
///
/// $x$: the scores of `by` on the same day; $\bar x$, $\sigma_x$: their mean and standard deviation (divisor $n$). When all
/// are equal every score is zero. For a comparison with the asset's own history see `against-own-past`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZScore {
    /// The signal $x$.
    pub by: Node<AnySignal>,
}

impl Documented for ZScore {
    const EXAMPLE: &str = r#"
        root = "@two-views"
        [signal.momentum]
        kind = "z-score"
        by   = { kind = "total-return", window = 126 }
        [signal.calm]
        kind = "z-score"
        by   = { kind = "volatility", window = 63 }
        [signal.both]
        kind  = "weighted-sum"
        parts = [{ by = "@momentum" }, { by = "@calm", weight = -0.5 }]
        [allocator.two-views]
        kind = "top"
        n    = 4
        by   = "@both"
    "#;
    const SOURCE: &str = "Asness, Frazzini, Pedersen (2019), Quality minus junk, \
                          Review of Accounting Studies 24(1), p. 34";
}

impl Signal for ZScore {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let scores = self.by.score(cx, among)?;
        let n = scores.len() as f64;
        let mean = scores.iter().map(|(_, x)| x).sum::<f64>() / n;
        let sigma = (scores.iter().map(|(_, x)| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
        Ok(scores.map(|_, x| if sigma > 0.0 { (x - mean) / sigma } else { 0.0 }))
    }

    fn explain(&self, words: &mut Words) {
        words.line("standard deviations from the mean of all");
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn three_scores_in_closed_form() {
        let market = market(&[("A", vec![1.0, 1.0]), ("B", vec![1.0, 2.0]), ("C", vec![1.0, 3.0])]);
        let by = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let z: Vec<f64> = scores(&ZScore { by }, &market, 1).iter().map(|(_, s)| s).collect();
        assert_eq!(z, [-1.5f64.sqrt(), 0.0, 1.5f64.sqrt()]);
    }
}
