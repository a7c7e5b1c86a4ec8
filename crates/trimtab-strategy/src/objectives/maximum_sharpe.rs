//! The most return for its risk.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MaximumReturn, MinimumVariance};
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::frontier::{BestRatio, max_ratio};

/// The greatest Sharpe ratio: $\max_w (\mu - r_f \mathbf 1)^\top w / \sqrt{w^\top \Sigma w}$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $r_f$: their riskless return. Prices of limits are changes of
/// the ratio. When no weights have an expected return above the riskless one, a ratio would reward risk: then
/// `otherwise` is taken, and it is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaximumSharpe {
    /// What is held when nothing is expected to beat money without risk.
    #[serde(default)]
    pub otherwise: Otherwise,
}

/// What is held when nothing is expected to beat money without risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// The weights of least variance.
    #[default]
    MinimumVariance,
    /// The weights of greatest expected return.
    MaximumReturn,
    /// Nothing: all is cash, whatever the limits say.
    Cash,
}

impl Documented for MaximumSharpe {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "maximum-sharpe", otherwise = "cash" }
        estimates = { window = 252, riskless = { series = "bills" } }
        limits    = { stocks = { kind = "group", among = ["SPY", "EFA", "EEM"], most = 0.6 } }
    "#;
    const SOURCE: &str = "Sharpe (1966), Mutual fund performance, Journal of Business 39(1), p. 119; Tutuncu, Cornuejols \
                          (2007), Optimization Methods in Finance, Cambridge University Press, sec. 8.2";
}

impl Objective for MaximumSharpe {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let riskless = task.estimates.riskless()?;
        let excess: Vec<f64> = task.estimates.mean.iter().map(|m| m - riskless).collect();
        let shape = Shape::new(task, &task.estimates.covariance, &excess);
        match max_ratio(&shape.problem(), None).map_err(quadratic_failed)? {
            BestRatio::Tangency(point) => {
                let sigma = point.variance.sqrt();
                // d ratio = (d mean - d (variance / 2) / gamma) / sigma
                let answer = Answer::point(&shape, &point, -1.0 / (point.gamma * sigma));
                Ok(answer.measured("Sharpe ratio", point.mean / sigma))
            }
            BestRatio::Riskless(point) => {
                let note = "a mix without variance is expected to beat the riskless return";
                Ok(Answer::of(shape.weights(&point.x)).noted(note))
            }
            BestRatio::NonePositive(_) => self.otherwise(task),
            BestRatio::Unattained { limit } => {
                let said = format!("the Sharpe ratio grows towards {limit} without end");
                Err(Error::new(Kind::Numeric, said).hint("bound the weights"))
            }
        }
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        let otherwise = match self.otherwise {
            Otherwise::MinimumVariance => "the least variance",
            Otherwise::MaximumReturn => "the greatest expected return",
            Otherwise::Cash => "cash",
        };
        words.line(format!("the greatest Sharpe ratio; {otherwise} when none is positive"));
    }
}

impl MaximumSharpe {
    fn otherwise(&self, task: &Task<'_>) -> Result<Answer> {
        let (answer, held) = match self.otherwise {
            Otherwise::MinimumVariance => (MinimumVariance {}.solve(task)?, "the least variance"),
            Otherwise::MaximumReturn => (MaximumReturn {}.solve(task)?, "the greatest expected return"),
            Otherwise::Cash => (Answer::of(vec![0.0; task.n()]), "cash"),
        };
        Ok(answer.noted(format!("no weights are expected to beat the riskless return: {held} instead")))
    }
}
