//! Return against variance at a price.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::least_quadratic;
use crate::estimates::times;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, Positive, Result};
use trimtab_math::trading::{Trading, with_costs};

/// The greatest utility of return and variance: $\max_w \mu^\top w - \frac{a}{2}\, w^\top \Sigma w$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $a$ = `aversion`. With `costs` of the allocator, what trading costs is taken
/// off: $\frac1h \sum_i (a_i |z_i| + b_i |z_i|^{3/2})$ for the trades $z = w - w^0$, $h$ = `horizon` in years, so that an asset whose advantage does
/// not pay for its trade stays as it is. Prices of limits are changes of the utility.
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
    const SOURCE: &str = "Markowitz (1959), Portfolio Selection, Wiley; Boyd et al. (2017), Multi-period trading via \
                          convex optimization, Foundations and Trends in Optimization 3(1), sec. 4.2 (with costs)";
}

impl Objective for MeanVariance {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let priced = times(&task.estimates.covariance, self.aversion.get());
        let shape = Shape::new(task, &priced, &task.estimates.mean);
        let Some(terms) = task.trading else {
            let (answer, value, _) = least_quadratic(task, &shape, -1.0)?;
            return Ok(answer.measured("utility", -value));
        };
        if let Some(positions) = &task.positions {
            let said = format!("`{}` cannot be kept while costs are weighed", positions.name);
            return Err(Error::spec(said).hint("leave it to the limits of the strategy"));
        }
        let padded = |x: &[f64]| if x.is_empty() { Vec::new() } else { shape.padded(x) };
        let (held, linear, power) = (padded(&task.held), padded(&terms.linear), padded(&terms.power));
        let trading = Trading { held: &held, linear: &linear, power: &power };
        let found = with_costs(&shape.problem(), &trading).map_err(quadratic_failed)?;
        let prices = shape.prices(&found.row_prices, &found.bound_prices, -1.0);
        let answer = Answer { prices: Some(prices), ..Answer::of(shape.weights(&found.x)) };
        Ok(answer.measured("utility after costs", -found.value).measured("costs", found.cost))
    }

    fn takes(&self) -> Takes {
        Takes::Positions
    }

    fn weighs_costs(&self) -> bool {
        true
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the greatest expected return less {} times half the variance", self.aversion.get()));
    }
}
