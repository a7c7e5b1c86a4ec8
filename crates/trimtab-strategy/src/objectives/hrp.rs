//! A tree of assets, halved again and again.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Distances, Linkages, hierarchy_failed};
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::hierarchy::{
    Clustering, hierarchical_risk_parity, hierarchical_risk_parity_bounded,
};

/// Hierarchical risk parity: assets in the order of their tree are halved down to single ones, and a half gets
/// $1 - V_h / (V_l + V_r)$ of the weight of the whole.
///
/// $V_l$, $V_r$: variances of the inverse-variance portfolios of the left and of the right half, $V_h$ that of the half. The tree is that
/// of `linkage` on `distance`; distances of correlations are $\sqrt{(1-\rho_{ij})/2}$. Expected returns do not matter. With bounds each
/// split moves into what the bounds of both halves leave (Pfitzinger, Katzke).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hrp {
    /// What the linkage sees as the distance of two assets.
    #[serde(default)]
    pub distance: Distances,
    /// How the distance of two clusters follows from their members'.
    #[serde(default)]
    pub linkage: Linkages,
}

impl Documented for Hrp {
    const EXAMPLE: &str = r#"
        root = "@tree"
        [allocator.tree]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "IYR", "TLT", "AGG", "GLD"]
        objective = { kind = "hrp", distance = "profile" }
        estimates = { window = 252 }
        limits    = { each = { kind = "bounds", most = 0.4 } }
    "#;
    const SOURCE: &str = "Lopez de Prado (2016), Building diversified portfolios that outperform out of sample, Journal of \
                          Portfolio Management 42(4), p. 59; Pfitzinger, Katzke (2019), A constrained hierarchical risk \
                          parity algorithm, sec. 3";
}

impl Objective for Hrp {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let (s, n) = (task.estimates.covariance.as_slice(), task.n());
        let clustering = Clustering { distance: self.distance.into(), linkage: self.linkage.into() };
        let found = match task.is_plain() {
            true => hierarchical_risk_parity(s, n, clustering),
            false => {
                let (lower, upper) = task.bounds_of_one();
                hierarchical_risk_parity_bounded(s, n, clustering, &lower, &upper)
            }
        };
        let found = found.map_err(|e| hierarchy_failed(task, e))?;
        Ok(Answer::of(task.of_one(found.weights)))
    }

    fn takes(&self) -> Takes {
        Takes::Bounds
    }

    fn explain(&self, words: &mut Words) {
        words.line("hierarchical risk parity");
    }
}
