//! The least of what falls short.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::tail::minimum_semivariance;

/// The least semivariance: $\min_w \frac1T \sum_t \max(0, b - r_t^\top w)^2$.
///
/// $r_t$: the returns of the window, of one period each; $T$: their number; $b$ = `target`, a return of one period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumSemivariance {
    /// The return $b$ of one period below which there is a shortfall.
    #[serde(default)]
    pub target: f64,
}

impl Documented for MinimumSemivariance {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-semivariance" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Markowitz (1959), Portfolio Selection, Wiley, ch. IX";
    fn check(&self) -> Result<(), String> {
        if self.target.is_finite() { Ok(()) } else { Err("`target` is a finite number".into()) }
    }
}

impl Objective for MinimumSemivariance {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let target = self.target / task.invested;
        // The weights of the kernel add up to one: risk is that of what is invested.
        least(task, "semivariance of what is invested", |x, n, set| minimum_semivariance(x, n, target, set))
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the least semivariance below {}", self.target));
    }
}
