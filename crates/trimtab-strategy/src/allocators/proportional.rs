//! Shares in proportion to a score.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{Allocator, AnySignal, Cx, Documented, Node, Words};
use trimtab_core::{Error, Result, Scores, Weights};

/// Shares in proportion to a score: $w_i = f(s_i) / \sum_j f(s_j)$.
///
/// $s_i$: the score of asset $i$; $f$ = `scale`. When no $f(s_i)$ is above zero, everything is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proportional {
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The candidates; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// How scores become shares.
    #[serde(default)]
    pub scale: Scale,
}

/// How scores become shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// $f(s) = \max(s, 0)$.
    #[default]
    Positive,
    /// $f(s) = (s - s_{\min}) / (s_{\max} - s_{\min})$; all equal when the scores are.
    MinMax,
    /// $f(s)$ = the rank from the bottom: 1 for the lowest; equal scores share their mean rank.
    Rank,
    /// $f(s) = e^{(s - \bar s)/\sigma_s}$ with the mean and the standard deviation (divisor $n$) of the scores.
    Softmax,
}

impl Documented for Proportional {
    const EXAMPLE: &str = r#"
        root = "@momentum-weighted"
        [allocator.momentum-weighted]
        kind = "proportional"
        by   = { kind = "total-return", window = 126 }
    "#;
    const SOURCE: &str = "Normalised momentum scores; cf. Asness, Moskowitz, Pedersen (2013), \
                          Value and momentum everywhere, Journal of Finance 68(3), p. 940 (rank weights)";
}

impl Allocator for Proportional {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let scores = self.by.score(cx, &among)?;
        let weights = Weights::proportional(self.scale.apply(&scores).iter());
        cx.because(|| match weights.is_empty() {
            true => format!("none of {} scores is above zero: cash", scores.len()),
            false => format!("{} of {} have a share", weights.len(), scores.len()),
        });
        Ok(weights)
    }

    fn explain(&self, words: &mut Words) {
        let how = match self.scale {
            Scale::Positive => "their scores above zero",
            Scale::MinMax => "their scores between the lowest and the highest",
            Scale::Rank => "their ranks",
            Scale::Softmax => "the exponentials of their scores",
        };
        words.line(format!("hold {} in proportion to {how}", list(&self.among)));
        words.signal("by", &self.by);
    }
}

impl Scale {
    /// $f$ of every score.
    fn apply(self, scores: &Scores) -> Scores {
        let n = scores.len() as f64;
        let all = || scores.iter().map(|(_, s)| s);
        match self {
            Scale::Positive => scores.map(|_, s| s.max(0.0)),
            Scale::MinMax => {
                let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
                scores.map(|_, s| if high > low { (s - low) / (high - low) } else { 1.0 })
            }
            Scale::Rank => scores.map(|_, s| {
                let (below, equal) = (all().filter(|x| *x < s).count(), all().filter(|x| *x == s).count());
                below as f64 + (equal as f64 + 1.0) / 2.0
            }),
            Scale::Softmax => {
                let mean = all().sum::<f64>() / n;
                let sigma = (all().map(|s| (s - mean).powi(2)).sum::<f64>() / n).sqrt();
                scores.map(|_, s| if sigma > 0.0 { ((s - mean) / sigma).exp() } else { 1.0 })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_core::AssetId;

    #[test]
    fn scales_in_closed_form() {
        let scores = Scores::new([(AssetId(0), -1.0), (AssetId(1), 1.0), (AssetId(2), 3.0)]);
        let shares = |scale: Scale| -> Vec<f64> { scale.apply(&scores).iter().map(|(_, f)| f).collect() };
        assert_eq!(shares(Scale::Positive), [0.0, 1.0, 3.0]);
        assert_eq!(shares(Scale::MinMax), [0.0, 0.5, 1.0]);
        assert_eq!(shares(Scale::Rank), [1.0, 2.0, 3.0]);
        let sigma = (8.0f64 / 3.0).sqrt();
        assert!((shares(Scale::Softmax)[2] - (2.0 / sigma).exp()).abs() < 1e-12);
    }
}
