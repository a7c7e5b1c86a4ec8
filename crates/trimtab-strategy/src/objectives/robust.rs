//! The best when expected returns are not what they seem.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimates::times;
use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::{Error, NonNegative, Positive, Result};
use trimtab_math::covariance::deviations;
use trimtab_math::robust::{Ellipsoid, in_box, in_ellipsoid};

/// The greatest utility for the worst expected returns that are still believed: $\max_w \min_{m \in U} m^\top w - \frac{a}{2}\, w^\top \Sigma w$.
///
/// $\Sigma$: the covariance, a year; $a$ = `aversion`; $U$ by `within`: a box $|m_i - \mu_i| \le k\, s_i$, which takes $k \sum_i s_i |w_i|$ off, or an ellipsoid
/// $(m - \mu)^\top \Omega^{-1} (m - \mu) \le k^2$, which takes $k \sqrt{w^\top \Omega w}$ off. $\mu$: the means of the estimates, a year; $\Omega = \Sigma\, p / T$ their covariance and $s_i =
/// \sqrt{\Omega_{ii}}$ their standard errors, with $T$ returns in the window and $p$ of them a year. Prices of limits are changes of the objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Robust {
    /// The price of variance $a$.
    pub aversion: Positive,
    /// How far expected returns may be from the estimates.
    pub within: Within,
}

/// How far expected returns may be from the estimates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// Each by itself by so many standard errors $k$.
    Box(NonNegative),
    /// All together by so many standard errors $k$ of their mix.
    Ellipsoid(NonNegative),
}

impl Documented for Robust {
    const EXAMPLE: &str = r#"
        root = "@careful"
        [allocator.careful]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "robust", aversion = 4, within = { ellipsoid = 1.0 } }
        estimates = { window = 252 }
    "#;
    const SOURCE: &str = "Tutuncu, Koenig (2004), Robust asset allocation, Annals of Operations Research 132, p. 157 (box); Goldfarb, Iyengar \
                          (2003), Robust portfolio selection problems, Mathematics of Operations Research 28(1), p. 1 (ellipsoid)";
}

impl Objective for Robust {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let e = task.estimates;
        let Some(returns) = &e.returns else {
            return Err(Error::data("errors of means need the returns behind them").hint("give prices"));
        };
        let spread = e.per_year / returns.t() as f64;
        let shape = Shape::new(task, &times(&e.covariance, self.aversion.get()), &e.mean);
        let utility = |answer: Answer, value: f64| answer.measured("utility at worst", -value);
        match self.within {
            Within::Box(k) => {
                let errors = deviations(&times(&e.covariance, spread));
                let widths = shape.padded(&errors.iter().map(|s| k.get() * s).collect::<Vec<f64>>());
                let found = in_box(&shape.problem(), &widths).map_err(quadratic_failed)?;
                let prices = shape.prices(&found.row_prices, &found.bound_prices, -1.0);
                let answer = Answer { prices: Some(prices), ..Answer::of(shape.weights(&found.x)) };
                Ok(utility(answer, found.value))
            }
            Within::Ellipsoid(k) => {
                let omega = shape.padded_matrix(&times(&e.covariance, spread));
                let ellipsoid = Ellipsoid { shape: &omega, radius: k.get() };
                let found = in_ellipsoid(&shape.problem(), &ellipsoid).map_err(quadratic_failed)?;
                let prices = shape.prices(&found.row_prices, &found.bound_prices, -1.0);
                let answer = Answer { prices: Some(prices), ..Answer::of(shape.weights(&found.x)) };
                Ok(utility(answer, found.value))
            }
        }
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        let within = match self.within {
            Within::Box(k) => format!("{} standard errors each", k.get()),
            Within::Ellipsoid(k) => format!("{} standard errors together", k.get()),
        };
        let a = self.aversion.get();
        words.line(format!("the greatest utility at {a} for variance, whatever returns are expected within {within}"));
    }
}
