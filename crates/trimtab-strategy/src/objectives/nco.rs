//! The best of each cluster, then the best of clusters.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Clusters, Linkages, hierarchy_failed, tree_of};
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::hierarchy::{NestedObjective, nested_clustered_optimisation};

/// Nested clustered optimisation: $w = W v$ with the best weights inside each cluster in a column of $W$ and the best weights $v$ of
/// the clusters on $W^\top \Sigma W$.
///
/// $\Sigma$: the covariance; what is best is said by `inside`, with weights of zero or more. The clusters are those of the tree
/// of `linkage` on the distances $\sqrt{(1-\rho_{ij})/2}$; the paper takes k-means, which depends on random starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nco {
    /// What is best, inside clusters and between them.
    #[serde(default)]
    pub inside: Inside,
    /// How the distance of two clusters follows from their members'.
    #[serde(default)]
    pub linkage: Linkages,
    /// How many clusters.
    #[serde(default)]
    pub clusters: Clusters,
}

/// What is best inside clusters and between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Inside {
    /// The least variance.
    #[default]
    MinimumVariance,
    /// The greatest Sharpe ratio; a cluster without an asset that is expected to beat the riskless return is an error.
    MaximumSharpe,
    /// Equal contributions to risk.
    RiskParity,
}

impl Documented for Nco {
    const EXAMPLE: &str = r#"
        root = "@nested"
        [allocator.nested]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "IYR", "TLT", "AGG", "GLD"]
        objective = { kind = "nco", linkage = "average", clusters = { silhouette = 5 } }
        estimates = { window = 252, covariance = { kind = "denoised", of = { kind = "sample-covariance" } } }
    "#;
    const SOURCE: &str = "Lopez de Prado (2019), A robust estimator of the efficient frontier, SSRN 3469961, sec. 4";
    fn check(&self) -> Result<(), String> {
        self.clusters.check()
    }
}

impl Objective for Nco {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (tree, clusters) = tree_of(task, self.linkage, self.clusters)?;
        let excess: Vec<f64>;
        let objective = match self.inside {
            Inside::MinimumVariance => NestedObjective::MinimumVariance { long_only: true },
            Inside::RiskParity => NestedObjective::EqualRiskContribution,
            Inside::MaximumSharpe => {
                let riskless = task.estimates.riskless()?;
                excess = task.estimates.mean.iter().map(|m| m - riskless).collect();
                NestedObjective::MaximumRatio { mean: &excess, long_only: true }
            }
        };
        let s = task.estimates.covariance.as_slice();
        let weights = nested_clustered_optimisation(s, &tree, clusters, objective)
            .map_err(|e| hierarchy_failed(task, e))?;
        Ok(Answer::of(task.of_one(weights)).noted(format!("{clusters} clusters")))
    }

    fn takes(&self) -> Takes {
        Takes::Nothing
    }

    fn explain(&self, words: &mut Words) {
        let inside = match self.inside {
            Inside::MinimumVariance => "the least variance",
            Inside::MaximumSharpe => "the greatest Sharpe ratio",
            Inside::RiskParity => "equal contributions to risk",
        };
        words.line(format!("{inside} inside clusters and between them"));
    }
}
