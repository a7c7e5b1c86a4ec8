//! The greatest positions of another portfolio.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{AssetId, Result, Weights};

/// The $n$ greatest weights of another allocator, in equal shares: $w_i = W/k$ for $i \in A$, the $k = \min(n, \#\{v_i > 0\})$ assets of greatest $v_i$.
///
/// $v$: the weights of `of`; $W = \sum_i v_i$ over its positive ones, so that what is in cash stays in cash; $n$ = `n`. Equal weights
/// go to the asset that comes first in the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Largest {
    /// How many $n$ at most.
    pub n: u32,
    /// Whose weights are ranked.
    pub of: Node<AnyAllocator>,
}

impl Documented for Largest {
    const EXAMPLE: &str = r#"
        root = "@few"
        [allocator.efficient]
        kind      = "optimal"
        objective = { kind = "minimum-variance" }
        estimates = { window = 63 }
        [allocator.few]
        kind = "largest"
        n    = 4
        of   = "@efficient"
    "#;
    const SOURCE: &str = "Own rule: optimal weights as a ranking, since equal shares suffer less from errors of estimates; cf. DeMiguel, \
                          Garlappi, Uppal (2009), Review of Financial Studies 22(5), p. 1915";
    fn check(&self) -> Result<(), String> {
        if self.n == 0 { Err("`n` is at least 1".into()) } else { Ok(()) }
    }
}

impl Allocator for Largest {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut held: Vec<(AssetId, f64)> =
            self.of.allocate(cx)?.iter().filter(|(_, w)| *w > 0.0).collect();
        let whole: f64 = held.iter().map(|(_, w)| w).sum();
        held.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let found = held.len();
        held.truncate(self.n as usize);
        cx.because(|| format!("the {} greatest of {found} weights, in equal shares", held.len()));
        let chosen: Vec<AssetId> = held.into_iter().map(|(asset, _)| asset).collect();
        Ok(Weights::equal(&chosen).scaled(whole))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.of]
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the {} greatest positions in equal shares", self.n));
        words.allocator("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};
    use trimtab_core::AssetId;

    #[test]
    fn cash_stays_cash_and_ties_go_to_the_first() {
        let market = market(&[("A", vec![1.0; 3]), ("B", vec![1.0; 3]), ("C", vec![1.0; 3])]);
        let text = "root = { kind = \"largest\", n = 2, of = { kind = \"fixed\", weights = { A = 0.2, B = 0.2, C = 0.4 } } }";
        let held = weights(&strategy(text), &market, 2);
        let expected = [(AssetId(0), 0.4), (AssetId(2), 0.4)];
        assert!(held.iter().zip(expected).all(|(h, e)| h.0 == e.0 && (h.1 - e.1).abs() < 1e-15));
        assert_eq!(held.len(), 2);
    }
}
