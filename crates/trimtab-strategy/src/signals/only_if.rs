//! An opinion only on what passes a test.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// Another signal for the assets that pass a test, no opinion on the others: $s_i = x_i$ where $y_i > \theta$.
///
/// $x$: the scores of `by`; $y$: those of `test`; $\theta$ = `above` (strictly). Ranked by it, only what passes is
/// chosen from. To choose first and test what was chosen, use `test` of the allocator `top`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    /// The signal $x$.
    pub by: Node<AnySignal>,
    /// The signal $y$ that tests.
    pub test: Node<AnySignal>,
    /// The threshold $\theta$.
    pub above: f64,
}

impl Documented for OnlyIf {
    const EXAMPLE: &str = r#"
        root = "@rotation"
        [signal.rising]
        kind  = "only-if"
        by    = { kind = "total-return", window = "3 months" }
        test  = { kind = "sma-distance", window = "10 months" }
        above = 0.0
        [allocator.rotation]
        kind = "top"
        n    = 3
        by   = "@rising"
    "#;
    const SOURCE: &str =
        "Faber, Richardson (2009), The Ivy Portfolio (rotation among assets above their average)";
    fn check(&self) -> Result<(), String> {
        if self.above.is_finite() { Ok(()) } else { Err("`above` is a finite number".into()) }
    }
}

impl Signal for OnlyIf {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let tested = self.test.score(cx, among)?;
        let scores = self.by.score(cx, among)?;
        let passes = |asset: AssetId| tested.of(asset).is_some_and(|y| y > self.above);
        Ok(Scores::new(scores.iter().filter(|(asset, _)| passes(*asset))))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("only of assets whose test is above {}", self.above));
        words.signal("by", &self.by);
        words.signal("test", &self.test);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn equality_does_not_pass() {
        let market = market(&[("A", vec![1.0, 2.0]), ("B", vec![1.0, 1.0]), ("C", vec![1.0, 3.0])]);
        let by: Node<AnySignal> = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let scores = scores(&OnlyIf { test: by.clone(), by, above: 0.0 }, &market, 1);
        assert_eq!(scores.iter().map(|(a, _)| a).collect::<Vec<_>>(), [AssetId(0), AssetId(2)]);
    }
}
