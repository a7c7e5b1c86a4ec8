//! Each slice stays only while its asset is fine.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, AnySignal, Cx, Documented, Node, Words};
use trimtab_core::{AssetId, Result, Weights};

/// Another allocator, each slice of which is held only while its own score is above a threshold:
/// $w'_i = w_i$ where $s_i > \theta$, else 0; what is freed, $\sum_i (w_i - w'_i)$, goes to `instead`.
///
/// $w$: the weights of `of`; $s$: the scores of `by`; $\theta$ = `above` (strictly). Without `instead` what is freed is cash. An
/// asset without a score does not pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// What is filtered.
    pub of: Node<AnyAllocator>,
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The threshold $\theta$.
    pub above: f64,
    /// What is held with the freed slices; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
}

impl Documented for Filter {
    const EXAMPLE: &str = r#"
        root = "@timed"
        [signal.above-average]
        kind   = "sma-distance"
        window = "10 months"
        [allocator.timed]
        kind    = "filter"
        of      = { kind = "equal-weight", among = ["SPY", "EFA", "AGG", "DBC", "IYR"] }
        by      = "@above-average"
        above   = 0.0
        instead = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Faber (2007), A quantitative approach to tactical asset allocation, \
                          Journal of Wealth Management 9(4), p. 69";
    fn check(&self) -> Result<(), String> {
        if self.above.is_finite() { Ok(()) } else { Err("`above` is a finite number".into()) }
    }
}

impl Allocator for Filter {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let whole = self.of.allocate(cx)?;
        let held: Vec<AssetId> = whole.iter().map(|(asset, _)| asset).collect();
        let scores = self.by.score(cx, &held)?;
        let passes = |asset| scores.of(asset).is_some_and(|s| s > self.above);
        let kept = Weights::new(whole.iter().filter(|(asset, _)| passes(*asset)));
        cx.because(|| format!("{} of {} above {}", kept.len(), whole.len(), self.above));
        let freed = whole.invested() - kept.invested();
        match &self.instead {
            Some(instead) if kept.len() < whole.len() => {
                Ok(kept.plus(instead.allocate(cx)?.scaled(freed)))
            }
            _ => Ok(kept),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.of), self.instead.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("each slice only while its own score is above {}", self.above));
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
    use crate::testing::{market, strategy, weights};

    #[test]
    fn freed_slices_go_elsewhere() {
        let market = market(&[("A", vec![1.0, 1.1]), ("B", vec![1.0, 0.9]), ("C", vec![1.0, 1.0])]);
        let held = |instead: &str| {
            let text = format!(
                "root = {{ kind = \"filter\", above = 0.0, by = {{ kind = \"total-return\", window = 1 }}, \
                 of = {{ kind = \"fixed\", weights = {{ A = 0.5, B = 0.3, C = 0.1 }} }} {instead} }}"
            );
            let weights = weights(&strategy(&text), &market, 1);
            weights.iter().map(|(a, w)| (a.0, (w * 1e9).round() / 1e9)).collect::<Vec<_>>()
        };
        assert_eq!(held(""), [(0, 0.5)]);
        let instead = ", instead = { kind = \"fixed\", weights = { B = 0.5, C = 0.5 } }";
        assert_eq!(held(instead), [(0, 0.5), (1, 0.2), (2, 0.2)]);
    }
}
