//! The least variance when all volatilities are taken as equal.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{kernel_failed, least_quadratic};
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::covariance::correlation;

/// The least correlation: $\min_w w^\top C w$.
///
/// $C_{ij} = \Sigma_{ij} / \sqrt{\Sigma_{ii}\Sigma_{jj}}$. The weights are not divided by volatilities. Prices of limits are changes of
/// $w^\top C w$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaximumDecorrelation {}

impl Documented for MaximumDecorrelation {
    const EXAMPLE: &str = r#"
        root = "@unlike"
        [allocator.unlike]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "maximum-decorrelation" }
        estimates = { window = 252 }
    "#;
    const SOURCE: &str = "Christoffersen, Errunza, Jacobs, Jin (2010), Is the potential for international diversification \
                          disappearing?; Goltz, Sivasubramanian (2018), Scientific Beta maximum decorrelation";
}

impl Objective for MaximumDecorrelation {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let c = correlation(&task.estimates.covariance).map_err(|e| kernel_failed(task, &e))?;
        let shape = Shape::new(task, &c, &[]);
        let (answer, _, quadratic) = least_quadratic(task, &shape, 2.0)?;
        Ok(answer.measured("correlation", quadratic))
    }

    fn takes(&self) -> Takes {
        Takes::Positions
    }

    fn explain(&self, words: &mut Words) {
        words.line("the least correlation");
    }
}
