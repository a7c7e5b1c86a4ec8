//! Risks that cancel.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::covariance::deviations;
use trimtab_math::frontier::{BestRatio, max_ratio};

/// The greatest diversification ratio: $\max_w \sigma^\top w / \sqrt{w^\top \Sigma w}$.
///
/// $\sigma_i = \sqrt{\Sigma_{ii}}$; $\Sigma$: the covariance. Expected returns do not matter. Prices of limits are changes of the ratio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaximumDiversification {}

impl Documented for MaximumDiversification {
    const EXAMPLE: &str = r#"
        root = "@spread"
        [allocator.spread]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "maximum-diversification" }
        estimates = { window = 252 }
        limits    = { each = { kind = "bounds", most = 0.4 } }
    "#;
    const SOURCE: &str = "Choueifaty, Coignard (2008), Toward maximum diversification, Journal of Portfolio Management \
                          35(1), p. 40";
}

impl Objective for MaximumDiversification {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let sigma = deviations(&task.estimates.covariance);
        let shape = Shape::new(task, &task.estimates.covariance, &sigma);
        match max_ratio(&shape.problem(), None).map_err(quadratic_failed)? {
            BestRatio::Tangency(point) => {
                let risk = point.variance.sqrt();
                let answer = Answer::point(&shape, &point, -1.0 / (point.gamma * risk));
                Ok(answer.measured("diversification ratio", point.mean / risk))
            }
            BestRatio::Riskless(point) | BestRatio::NonePositive(point) => {
                let note = "the risks of these weights cancel without a rest";
                Ok(Answer::of(shape.weights(&point.x)).noted(note))
            }
            BestRatio::Unattained { limit } => {
                let said = format!("the ratio grows towards {limit} without end");
                Err(Error::new(Kind::Numeric, said).hint("bound the weights"))
            }
        }
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        words.line("the greatest diversification ratio");
    }
}
