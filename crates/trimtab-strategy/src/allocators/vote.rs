//! Only what enough others want.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Result, Weights};

/// What enough of several allocators hold, at the mean of their weights: $w_i = \frac1K \sum_k u_{ki}$ where
/// $\#\{k : u_{ki} > 0\} \ge q$, else 0.
///
/// $u_k$: the weights of member $k$ of `of`; $K$: their number; $q$ = `quorum`. What the vote leaves out goes to `instead`, without
/// it to cash. With $q = 1$ it is an equally weighted `blend`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The members.
    pub of: Vec<Node<AnyAllocator>>,
    /// How many must hold an asset.
    pub quorum: u32,
    /// What is held with what the vote leaves out; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
}

impl Documented for Vote {
    const EXAMPLE: &str = r#"
        root = "@agreed"
        [allocator.agreed]
        kind   = "vote"
        quorum = 2
        of     = [
            { kind = "top", n = 4, by = { kind = "total-return", window = 63 } },
            { kind = "top", n = 4, by = { kind = "total-return", window = 126 } },
            { kind = "top", n = 4, by = { kind = "sharpe", window = 126 } },
        ]
        instead = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Kuncheva (2004), Combining Pattern Classifiers, ch. 4 (majority vote)";
    fn check(&self) -> Result<(), String> {
        match self.quorum as usize {
            _ if self.of.is_empty() => Err("`of` names no allocator".into()),
            q if (1..=self.of.len()).contains(&q) => Ok(()),
            q => Err(format!("`quorum` {q} is not between 1 and {}", self.of.len())),
        }
    }
}

impl Allocator for Vote {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let share = 1.0 / self.of.len() as f64;
        let (mut mean, mut wanted) = (Weights::cash(), Vec::with_capacity(self.of.len()));
        for member in &self.of {
            let weights = member.allocate(cx)?;
            mean = mean.plus(weights.clone().scaled(share));
            wanted.push(weights);
        }
        let votes = |asset| wanted.iter().filter(|w| w.of(asset) > 0.0).count();
        let enough = self.quorum as usize;
        let agreed = Weights::new(mean.iter().filter(|(asset, _)| votes(*asset) >= enough));
        cx.because(|| format!("{} of {} assets have {enough} votes", agreed.len(), mean.len()));
        let freed = mean.invested() - agreed.invested();
        match &self.instead {
            Some(instead) if agreed.len() < mean.len() => {
                Ok(agreed.plus(instead.allocate(cx)?.scaled(freed)))
            }
            _ => Ok(agreed),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.of.iter().chain(&self.instead).collect()
    }

    fn explain(&self, words: &mut Words) {
        let (quorum, of) = (self.quorum, self.of.len());
        words.line(format!(
            "what at least {quorum} of these {of} hold, at the mean of their weights"
        ));
        for member in &self.of {
            words.allocator("", member);
        }
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
    fn two_of_three() {
        let market = market(&[("A", vec![1.0]), ("B", vec![1.0]), ("C", vec![1.0])]);
        let fixed = |w: &str| format!("{{ kind = \"fixed\", weights = {{ {w} }} }}");
        let text = format!(
            "root = {{ kind = \"vote\", quorum = 2, of = [{}, {}, {}] }}",
            fixed("A = 0.5, B = 0.5"),
            fixed("A = 1.0"),
            fixed("C = 1.0")
        );
        let weights = weights(&strategy(&text), &market, 0);
        assert_eq!(weights.iter().map(|(a, w)| (a.0, w)).collect::<Vec<_>>(), [(0, 0.5)]);
    }
}
