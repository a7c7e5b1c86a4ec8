//! The place among others.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// The place of an asset by another signal, counted from the bottom:
/// $s_i = \#\{j : x_j < x_i\} + \frac12 (\#\{j : x_j = x_i\} + 1)$.
///
/// $x$: the scores of `by`. The lowest has 1, the highest $n$, equals share their mean place. With `lowest` the order
/// is turned round: the lowest has $n$. Sums of ranks let signals of different units be combined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// The signal $x$ that orders.
    pub by: Node<AnySignal>,
    /// The lowest is the best.
    #[serde(default)]
    pub lowest: bool,
}

impl Documented for Rank {
    const EXAMPLE: &str = r#"
        root = "@by-place"
        [signal.place]
        kind = "rank"
        by   = { kind = "total-return", window = 84 }
        [allocator.by-place]
        kind = "proportional"
        by   = "@place"
    "#;
    const SOURCE: &str = "Keller, van Putten (2012), Generalized momentum and flexible asset allocation (sums of \
                          ranks); Kendall (1945), Biometrika 33(3), p. 239 (ties)";
}

impl Signal for Rank {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let sign = if self.lowest { -1.0 } else { 1.0 };
        let scores = self.by.score(cx, among)?.map(|_, x| sign * x);
        let place = |x: f64| {
            let (mut below, mut equal) = (0, 0);
            for (_, other) in scores.iter() {
                below += usize::from(other < x);
                equal += usize::from(other == x);
            }
            below as f64 + (equal as f64 + 1.0) / 2.0
        };
        Ok(scores.map(|_, x| place(x)))
    }

    fn explain(&self, words: &mut Words) {
        let which = if self.lowest { "highest" } else { "lowest" };
        words.line(format!("the place among all, 1 for the {which}"));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn equals_share_their_place() {
        let grow = |f: f64| vec![1.0, f];
        let market =
            market(&[("A", grow(1.1)), ("B", grow(1.2)), ("C", grow(1.1)), ("D", grow(0.9))]);
        let rank = |lowest| {
            let by = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
            let scores = scores(&Rank { by, lowest }, &market, 1);
            scores.iter().map(|(_, s)| s).collect::<Vec<f64>>()
        };
        assert_eq!(rank(false), [2.5, 4.0, 2.5, 1.0]);
        assert_eq!(rank(true), [2.5, 1.0, 2.5, 4.0]);
    }
}
