//! Each slice as far as its asset is fine.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, AnySignal, Cx, Documented, Node, Words};
use trimtab_core::{AssetId, Result, Weights};

/// Another allocator, each slice of which is held in proportion to its own score: $w'_i = w_i x_i$ with
/// $x_i = \min(1, \max(0, (s_i - a)/(b - a)))$; what is freed goes to `instead`.
///
/// $w$: the weights of `of`; $s$: the scores of `by`; $a$ = `none`, the score at which nothing is held; $b$ = `full`, that at
/// which everything is (it may be the lower of the two). Without `instead` what is freed is cash. An asset without
/// a score is not held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GradedFilter {
    /// What is filtered.
    pub of: Node<AnyAllocator>,
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The score $a$ at which nothing is held.
    pub none: f64,
    /// The score $b$ at which the whole slice is held.
    pub full: f64,
    /// What is held with the freed parts; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
}

impl Documented for GradedFilter {
    const EXAMPLE: &str = r#"
        root = "@by-strength"
        [signal.above-average]
        kind   = "sma-distance"
        window = 200
        [allocator.by-strength]
        kind    = "graded-filter"
        of      = { kind = "equal-weight", among = ["SPY", "EFA", "DBC", "IYR"] }
        by      = "@above-average"
        none    = -0.05
        full    = 0.05
        instead = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Baltas, Kosowski (2020), Demystifying time-series momentum strategies, \
                          Market Momentum, Wiley (graded signals trade less)";
    fn check(&self) -> Result<(), String> {
        match self.none.is_finite() && self.full.is_finite() && self.none != self.full {
            true => Ok(()),
            false => Err("`none` and `full` are two different finite numbers".into()),
        }
    }
}

/// $\min(1, \max(0, (s - a)/(b - a)))$: 0 at `none`, 1 at `full`.
pub(super) fn grade(s: f64, none: f64, full: f64) -> f64 {
    ((s - none) / (full - none)).clamp(0.0, 1.0)
}

impl Allocator for GradedFilter {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let whole = self.of.allocate(cx)?;
        let held: Vec<AssetId> = whole.iter().map(|(asset, _)| asset).collect();
        let scores = self.by.score(cx, &held)?;
        let grade = |asset| scores.of(asset).map_or(0.0, |s| grade(s, self.none, self.full));
        let kept = Weights::new(whole.iter().map(|(asset, w)| (asset, w * grade(asset))));
        let freed = whole.invested() - kept.invested();
        cx.because(|| format!("{} is held elsewhere", crate::explain::percent(freed)));
        match &self.instead {
            Some(instead) if freed != 0.0 => Ok(kept.plus(instead.allocate(cx)?.scaled(freed))),
            _ => Ok(kept),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.of), self.instead.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let (none, full) = (self.none, self.full);
        words.line(format!("each slice as far as its own score is from {none} towards {full}"));
        words.allocator("of", &self.of);
        words.signal("by", &self.by);
        match &self.instead {
            Some(instead) => words.allocator("instead", instead),
            None => words.line("  instead: cash"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights};

    #[test]
    fn grades_from_either_side() {
        assert_eq!(
            [-2.0, 0.0, 0.5, 1.0, 9.0].map(|s| grade(s, 0.0, 1.0)),
            [0.0, 0.0, 0.5, 1.0, 1.0]
        );
        assert_eq!([-2.0, 0.25, 2.0].map(|s| grade(s, 1.0, 0.0)), [1.0, 0.75, 0.0]);
    }

    #[test]
    fn half_a_slice() {
        let market = market(&[("A", vec![1.0, 1.05]), ("B", vec![1.0, 1.0])]);
        let text = "root = { kind = \"graded-filter\", none = 0.0, full = 0.1, \
                    by = { kind = \"total-return\", window = 1 }, \
                    of = { kind = \"fixed\", weights = { A = 1.0 } }, \
                    instead = { kind = \"fixed\", weights = { B = 1.0 } } }";
        let weights = weights(&strategy(text), &market, 1);
        assert!((weights.of(AssetId(0)) - 0.5).abs() < 1e-12);
        assert!((weights.of(AssetId(1)) - 0.5).abs() < 1e-12);
    }
}
