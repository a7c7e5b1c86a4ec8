//! The best few, in equal shares.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernel_failed;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Error, Result};
use trimtab_math::subset::best_subset;

/// Of all subsets of $k$ assets the one whose equal weights have the greatest Sharpe ratio:
/// $\max_{|A| = k} \frac1k \sum_{i \in A} (\mu_i - r_f) \big/ \sqrt{\frac1{k^2} \sum_{i,j \in A} \Sigma_{ij}}$.
///
/// $k$ = `n`; $\mu$, $\Sigma$, $r_f$: means, covariance and riskless return of the estimates. It is found by branch and bound, with a
/// certificate: either no subset is better by more than a part of $10^{-9}$, or after `nodes` bounds the best one so far is taken and the
/// reasons say how much better another one could be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EfficientSubset {
    /// How many assets $k$.
    pub n: u32,
    /// How many parts of the search tree are bounded at most.
    #[serde(default = "many")]
    pub nodes: u64,
}

/// Some seconds at about a microsecond for each; 8 of 40 funds take some thousands.
fn many() -> u64 {
    2_000_000
}

impl Documented for EfficientSubset {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "IYR", "TLT", "AGG", "TIP", "GLD", "DBC"]
        objective = { kind = "efficient-subset", n = 4 }
        estimates = { window = 63 }
    "#;
    const SOURCE: &str = "Own rule: the most efficient combination of so many assets in equal shares; the ratio: Sharpe (1966), \
                          Journal of Business 39(1), p. 119";
    fn check(&self) -> Result<(), String> {
        match (self.n, self.nodes) {
            (0, _) => Err("`n` is at least 1".into()),
            (_, 0) => Err("`nodes` is at least 1".into()),
            _ => Ok(()),
        }
    }
}

impl Objective for EfficientSubset {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (n, k) = (task.n(), self.n as usize);
        if n < k {
            return Err(Error::data(format!("{k} assets cannot be chosen of {n}")));
        }
        let riskless = task.estimates.riskless()?;
        let excess: Vec<f64> = task.estimates.mean.iter().map(|m| m - riskless).collect();
        let best = best_subset(&excess, task.estimates.covariance.as_slice(), k, self.nodes)
            .map_err(|e| kernel_failed(task, &e))?;
        let mut weights = vec![0.0; n];
        for &i in &best.members {
            weights[i] = task.invested / k as f64;
        }
        let proof = best.certificate;
        let note = match proof.optimal {
            true => format!("no other {k} of {n} have a higher Sharpe ratio ({} bounds)", proof.nodes),
            false => format!(
                "after {} bounds another {k} of {n} may have a Sharpe ratio up to {:.4} higher",
                proof.nodes, proof.gap
            ),
        };
        Ok(Answer::of(weights).measured("Sharpe ratio", best.ratio).noted(note))
    }

    fn takes(&self) -> Takes {
        Takes::Nothing
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the {} assets with the greatest Sharpe ratio together, in equal shares", self.n));
    }
}
