//! Calm assets get much more.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernel_failed;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::riskparity::inverse_variance;

/// Weights by the inverse of variance: $w_i = \Sigma_{ii}^{-1} / \sum_j \Sigma_{jj}^{-1}$.
///
/// $\Sigma_{ii}$: the variance of asset $i$. Without correlations this is the least variance. For the inverse of volatility
/// there is the allocator `inverse-volatility`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InverseVariance {}

impl Documented for InverseVariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "inverse-variance" }
        estimates = { window = 63 }
    "#;
    const SOURCE: &str = "Lopez de Prado (2016), Building diversified portfolios that outperform out of sample, Journal of \
                          Portfolio Management 42(4), p. 59 (the inverse-variance portfolio)";
}

impl Objective for InverseVariance {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let weights = inverse_variance(task.estimates.covariance.as_slice(), task.n())
            .map_err(|e| kernel_failed(task, &e))?;
        Ok(Answer::of(task.of_one(weights)))
    }

    fn takes(&self) -> Takes {
        Takes::Nothing
    }

    fn explain(&self, words: &mut Words) {
        words.line("weights by the inverse of variance");
    }
}
