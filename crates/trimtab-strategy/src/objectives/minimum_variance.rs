//! As calm as can be.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::least_quadratic;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::Result;

/// The least variance: $\min_w w^\top \Sigma w$.
///
/// $\Sigma$: the covariance of the estimates, a year. Expected returns do not matter. Prices of limits are changes of the
/// variance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumVariance {}

impl Documented for MinimumVariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77; Haugen, Baker (1991), \
                          Journal of Portfolio Management 17(3), p. 35";
}

impl Objective for MinimumVariance {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let shape = Shape::new(task, &task.estimates.covariance, &[]);
        // The kernel minimises half the variance.
        let (answer, _, variance) = least_quadratic(task, &shape, 2.0)?;
        Ok(answer.measured("variance", variance))
    }

    fn takes(&self) -> Takes {
        Takes::Positions
    }

    fn explain(&self, words: &mut Words) {
        words.line("the least variance");
    }
}
