//! The least loss in the tail.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Fraction, Result};
use trimtab_math::tail::minimum_conditional_value_at_risk;

/// The least conditional value at risk: $\min_w \min_a a + \frac{1}{(1-\beta)T} \sum_t \max(0, -r_t^\top w - a)$.
///
/// $r_t$: the returns of the window, of one period each; $T$: their number; $\beta$ = `confidence`. It is the mean of the worst $(1-\beta)T$ losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumCvar {
    /// The confidence $\beta$: 0.95 looks at the worst twentieth.
    pub confidence: Fraction,
}

impl Documented for MinimumCvar {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-cvar", confidence = 0.9 }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Rockafellar, Uryasev (2000), Optimization of conditional value-at-risk, Journal of Risk 2(3), p. 21";
    fn check(&self) -> Result<(), String> {
        if self.confidence.get() < 1.0 { Ok(()) } else { Err("`confidence` is below 1".into()) }
    }
}

impl Objective for MinimumCvar {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let beta = self.confidence.get();
        least(task, "conditional value at risk", |x, n, set| {
            minimum_conditional_value_at_risk(x, n, beta, set)
        })
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the least conditional value at risk at {}", self.confidence.get()));
    }
}
