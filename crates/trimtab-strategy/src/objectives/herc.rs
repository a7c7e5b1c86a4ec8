//! A tree of assets, cut into clusters.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Clusters, Linkages, hierarchy_failed, tree_of};
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Fraction, Result};
use trimtab_math::hierarchy::{ClusterRisk, hierarchical_equal_risk_contribution};

/// Hierarchical equal risk contribution: down the tree of clusters each branch gets $1 - R_h / (R_l + R_r)$ of the weight above,
/// inside a cluster the weights are in inverse proportion to the risk of each asset.
///
/// $R_l$, $R_r$: risks of the left and the right branch by `risk`, each the sum over its clusters, $R_h$ that of the branch; the tree is that of
/// `linkage` on the distances $\sqrt{(1-\rho_{ij})/2}$, cut into `clusters`. Expected returns do not matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Herc {
    /// How the distance of two clusters follows from their members'.
    #[serde(default)]
    pub linkage: Linkages,
    /// How many clusters.
    #[serde(default)]
    pub clusters: Clusters,
    /// What counts as risk.
    #[serde(default)]
    pub risk: RiskOfCluster,
}

/// What counts as the risk of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RiskOfCluster {
    /// Variance.
    #[default]
    Variance,
    /// Standard deviation.
    Deviation,
    /// Conditional value at risk of the returns at this confidence: 0.95 looks at the worst twentieth.
    Cvar(Fraction),
}

impl Documented for Herc {
    const EXAMPLE: &str = r#"
        root = "@tree"
        [allocator.tree]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "IYR", "TLT", "AGG", "GLD"]
        objective = { kind = "herc", linkage = "ward", clusters = { gap = 5 } }
        estimates = { window = 252 }
    "#;
    const SOURCE: &str = "Raffinot (2018), The hierarchical equal risk contribution portfolio, SSRN 3237540";
    fn check(&self) -> Result<(), String> {
        self.clusters.check()
    }
}

impl Objective for Herc {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (tree, clusters) = tree_of(task, self.linkage, self.clusters)?;
        let panel;
        let risk = match self.risk {
            RiskOfCluster::Variance => ClusterRisk::Variance,
            RiskOfCluster::Deviation => ClusterRisk::Deviation,
            RiskOfCluster::Cvar(confidence) => {
                panel = task.estimates.panel()?;
                ClusterRisk::ConditionalValueAtRisk { panel: &panel, confidence: confidence.get() }
            }
        };
        let s = task.estimates.covariance.as_slice();
        let weights = hierarchical_equal_risk_contribution(s, &tree, clusters, risk)
            .map_err(|e| hierarchy_failed(task, e))?;
        Ok(Answer::of(task.of_one(weights)).noted(format!("{clusters} clusters")))
    }

    fn takes(&self) -> Takes {
        Takes::Nothing
    }

    fn explain(&self, words: &mut Words) {
        words.line("hierarchical equal risk contribution");
    }
}
