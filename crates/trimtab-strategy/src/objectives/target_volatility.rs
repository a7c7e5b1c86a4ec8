//! As much as a volatility allows.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyObjective, MinimumVariance};
use crate::explain::percent;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, Kind, Positive, Result};
use trimtab_math::frontier::{TargetError, at_variance};

/// The greatest expected return with a volatility of at most the target: $\max_w \mu^\top w$ with $\sqrt{w^\top \Sigma w} \le v$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $v$ = `yearly`. When even the least variance is above the
/// target, that is infeasible; when `relax` names `target-volatility`, the least variance is taken instead. Prices of
/// limits are changes of the expected return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetVolatility {
    /// The volatility $v$ at most, a year: 0.10 is 10 %.
    pub yearly: Positive,
}

impl Documented for TargetVolatility {
    const EXAMPLE: &str = r#"
        root = "@steady"
        [allocator.steady]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "target-volatility", yearly = 0.08 }
        estimates = { window = 252 }
        relax     = ["target-volatility"]
    "#;
    const SOURCE: &str = "Markowitz (1959), Portfolio Selection, Wiley, ch. VIII; Keller, Butler, Kipnis (2015), Momentum and \
                          Markowitz: a golden combination";
}

impl Objective for TargetVolatility {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let v = self.yearly.get();
        let shape = Shape::new(task, &task.estimates.covariance, &task.estimates.mean);
        match at_variance(&shape.problem(), v * v) {
            Ok(point) if point.gamma > 0.0 => Ok(Answer::point(&shape, &point, -1.0 / point.gamma)
                .measured("expected return", point.mean)),
            Ok(point) => {
                Ok(Answer::of(shape.weights(&point.x)).measured("expected return", point.mean))
            }
            Err(TargetError::Problem(error)) => Err(quadratic_failed(error)),
            Err(TargetError::Off(off)) => {
                let least = percent(off.least.max(0.0).sqrt());
                let said = format!("no weights are as calm as {}; the calmest have {least}", percent(v));
                Err(Error::new(Kind::Infeasible, said)
                    .hint("raise the target, or name `target-volatility` in `relax`"))
            }
        }
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn nearest(&self) -> Option<AnyObjective> {
        Some(AnyObjective::MinimumVariance(MinimumVariance {}))
    }

    fn explain(&self, words: &mut Words) {
        let v = percent(self.yearly.get());
        words.line(format!("the greatest expected return with a volatility of at most {v}"));
    }
}
