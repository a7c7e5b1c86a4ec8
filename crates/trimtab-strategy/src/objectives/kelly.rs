//! Growth.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimates::times;
use crate::explain::percent;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Positive, Result};
use trimtab_math::qp;

/// The greatest growth in the long run, or a fraction of the stakes for it: $\max_w (\mu - r_f \mathbf 1)^\top w - \frac{1}{2f}\, w^\top \Sigma w$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $r_f$: their riskless return; $f$ = `fraction`: without limits $f$ times
/// $\Sigma^{-1}(\mu - r_f \mathbf 1)$. The weights add up to `invested` at most and the rest is cash; more than 1 is borrowed. Growth is that of
/// continuous rebalancing, to second order. Prices of limits are changes of the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kelly {
    /// The fraction $f$ of the full stakes; half is common, because means are uncertain.
    #[serde(default = "full")]
    pub fraction: Positive,
}

fn full() -> Positive {
    Positive::try_from(1.0).expect("one is positive")
}

impl Documented for Kelly {
    const EXAMPLE: &str = r#"
        root = "@growth"
        [allocator.growth]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "kelly", fraction = 0.5 }
        estimates = { window = 252, mean = { kind = "james-stein" } }
    "#;
    const SOURCE: &str = "Thorp (2006), The Kelly criterion in blackjack, sports betting, and the stock market, Handbook of \
                          Asset and Liability Management, sec. 7; MacLean, Thorp, Ziemba (2011)";
}

impl Objective for Kelly {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let riskless = task.estimates.riskless()?;
        let excess: Vec<f64> = task.estimates.mean.iter().map(|m| m - riskless).collect();
        let priced = times(&task.estimates.covariance, 1.0 / self.fraction.get());
        let shape = Shape::new(task, &priced, &excess).with_cash();
        let found = qp::solve(&shape.problem(), None).map_err(quadratic_failed)?;
        let answer = Answer::quadratic(&shape, &found, -1.0);
        let premium: f64 = answer.weights.iter().zip(&excess).map(|(w, e)| w * e).sum();
        let variance = task.estimates.covariance.quadratic_form(&answer.weights);
        Ok(answer.measured("growth above the riskless return", premium - variance / 2.0))
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("{} of the stakes of greatest growth (Kelly)", percent(self.fraction.get())));
    }
}
