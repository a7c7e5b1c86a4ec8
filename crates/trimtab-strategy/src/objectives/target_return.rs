//! As calm as an expected return allows.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyObjective, MaximumReturn, MinimumVariance};
use crate::explain::percent;
use crate::{Answer, Condition, Constraint, Documented, Estimates, Objective, Takes, Task, Words};
use trimtab_core::Result;

/// The least variance with an expected return of at least the target: $\min_w w^\top \Sigma w$ with $\mu^\top w \ge R$.
///
/// $\mu$, $\Sigma$: means and covariance of the estimates, a year; $R$ = `yearly`. A target below the expected return of the
/// least variance gives the least variance. The target is a constraint called `target-return`; when `relax` names it and it
/// cannot be reached, the greatest expected return is taken instead. Prices of limits are changes of the variance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetReturn {
    /// The expected return $R$ at least, a year: 0.06 is 6 %.
    pub yearly: f64,
}

impl Documented for TargetReturn {
    const EXAMPLE: &str = r#"
        root = "@enough"
        [allocator.enough]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "target-return", yearly = 0.05 }
        estimates = { window = 252 }
        relax     = ["target-return"]
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77";
    fn check(&self) -> Result<(), String> {
        if self.yearly.is_finite() { Ok(()) } else { Err("`yearly` is a finite number".into()) }
    }
}

impl Objective for TargetReturn {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        MinimumVariance {}.solve(task)
    }

    fn takes(&self) -> Takes {
        Takes::Positions
    }

    fn constraints(&self, estimates: &Estimates) -> Vec<Constraint> {
        let coefficients = estimates.mean.clone();
        let of = Condition::Linear { coefficients, least: self.yearly, most: f64::INFINITY };
        vec![Constraint { name: "target-return".into(), of }]
    }

    fn nearest(&self) -> Option<AnyObjective> {
        Some(AnyObjective::MaximumReturn(MaximumReturn {}))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the least variance with an expected return of {}", percent(self.yearly)));
    }
}
