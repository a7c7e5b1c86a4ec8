//! Return against variance at a price.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimates::times;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Positive, Result};
use trimtab_math::qp;

/// The greatest utility of return and variance: $\max_w \mu^\top w - \frac{a}{2}\, w^\top \Sigma w$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $a$ = `aversion`. Prices of limits are changes of the
/// utility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeanVariance {
    /// The price of variance $a$; 2 to 4 is common.
    pub aversion: Positive,
}

impl Documented for MeanVariance {
    const EXAMPLE: &str = r#"
        root = "@useful"
        [allocator.useful]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, covariance = { kind = "ledoit-wolf" } }
        limits    = { slowly = { kind = "turnover", most = 0.3 } }
    "#;
    const SOURCE: &str = "Markowitz (1959), Portfolio Selection, Wiley; Grinold, Kahn (2000), Active Portfolio Management, \
                          2nd ed., ch. 4";
}

impl Objective for MeanVariance {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let priced = times(&task.estimates.covariance, self.aversion.get());
        let shape = Shape::new(task, &priced, &task.estimates.mean);
        let found = qp::solve(&shape.problem(), None).map_err(quadratic_failed)?;
        Ok(Answer::quadratic(&shape, &found, -1.0).measured("utility", -found.value))
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the greatest expected return less {} times half the variance", self.aversion.get()));
    }
}
