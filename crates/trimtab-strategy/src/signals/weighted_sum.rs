//! Several opinions added up.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// Other signals added up: $s = c + \sum_k w_k x_k$.
///
/// $x_k$, $w_k$: score and `weight` of part $k$; $c$ = `plus`. An asset that one of the parts has no opinion on gets none.
/// Signals of different units are made comparable with `rank` or `z-score` first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightedSum {
    /// The signals and their weights.
    pub parts: Vec<SumPart>,
    /// The constant $c$.
    #[serde(default)]
    pub plus: f64,
}

/// One term of a sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SumPart {
    /// The signal $x_k$.
    pub by: Node<AnySignal>,
    /// Its weight $w_k$; negative where less is better.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

impl Documented for WeightedSum {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.flexible]
        kind  = "weighted-sum"
        parts = [
            { by = { kind = "rank", by = { kind = "total-return", window = 84 } }, weight = 1.01 },
            { by = { kind = "rank", by = { kind = "volatility", window = 84 }, lowest = true }, weight = 0.51 },
        ]
        [allocator.best]
        kind = "top"
        n    = 3
        by   = "@flexible"
    "#;
    const SOURCE: &str =
        "Keller, van Putten (2012), Generalized momentum and flexible asset allocation";
    fn check(&self) -> Result<(), String> {
        if self.parts.is_empty() {
            return Err("`parts` is empty".into());
        }
        match self.plus.is_finite() && self.parts.iter().all(|part| part.weight.is_finite()) {
            true => Ok(()),
            false => Err("`plus` and every `weight` are finite numbers".into()),
        }
    }
}

impl Signal for WeightedSum {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut sums: Vec<Option<f64>> = vec![Some(self.plus); among.len()];
        for part in &self.parts {
            let scores = part.by.score(cx, among)?;
            for (sum, asset) in sums.iter_mut().zip(among) {
                *sum = sum.zip(scores.of(*asset)).map(|(sum, x)| sum + part.weight * x);
            }
        }
        Ok(Scores::new(among.iter().zip(sums).filter_map(|(asset, sum)| Some((*asset, sum?)))))
    }

    fn explain(&self, words: &mut Words) {
        words.line(match self.plus == 0.0 {
            true => "the sum of".to_owned(),
            false => format!("{} plus the sum of", self.plus),
        });
        for part in &self.parts {
            words.signal(&format!("{} times", part.weight), &part.by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn an_asset_without_one_opinion_has_none() {
        let market = market(&[("A", vec![1.0, 2.0]), ("B", vec![1.0, 0.5])]);
        let text = r#"
            plus  = 10.0
            parts = [
                { by = { kind = "total-return", window = 1 }, weight = 3.0 },
                { by = { kind = "only-if", by = { kind = "total-return", window = 1 }, test = { kind = "total-return", window = 1 }, above = 0.0 } },
            ]
        "#;
        let sum: WeightedSum = toml::from_str(text).unwrap();
        let scores = scores(&sum, &market, 1);
        assert_eq!(scores.iter().collect::<Vec<_>>(), [(AssetId(0), 14.0)]);
    }
}
