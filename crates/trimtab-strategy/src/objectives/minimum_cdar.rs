//! The least of the deep drawdowns.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Fraction, Result};
use trimtab_math::tail::minimum_conditional_drawdown_at_risk;

/// The least conditional drawdown at risk: $\min_w$ of the mean of the worst $(1-\beta)T$ drawdowns $d_t = \max_{s \le t} y_s - y_t$.
///
/// $y_t = \sum_{s \le t} r_s^\top w$: uncompounded wealth over the window of $T$ returns $r_t$, with $y_0 = 0$; $\beta$ = `confidence`: 0 is the average drawdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumCdar {
    /// The confidence $\beta$: 0.95 looks at the deepest twentieth.
    pub confidence: Fraction,
}

impl Documented for MinimumCdar {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-cdar", confidence = 0.9 }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Chekhlov, Uryasev, Zabarankin (2005), Drawdown measure in portfolio optimization, International Journal of Theoretical and Applied Finance 8(1), p. 13";
    fn check(&self) -> Result<(), String> {
        if self.confidence.get() < 1.0 { Ok(()) } else { Err("`confidence` is below 1".into()) }
    }
}

impl Objective for MinimumCdar {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let beta = self.confidence.get();
        least(task, "conditional drawdown at risk", |x, n, set| {
            minimum_conditional_drawdown_at_risk(x, n, beta, set)
        })
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the least conditional drawdown at risk at {}", self.confidence.get()));
    }
}
