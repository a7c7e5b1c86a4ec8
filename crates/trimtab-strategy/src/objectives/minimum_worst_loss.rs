//! The least of the worst period.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::tail::minimum_worst_loss;

/// The least worst loss: $\min_w \max_t -r_t^\top w$.
///
/// $r_t$: the returns of the window, of one period each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumWorstLoss {}

impl Documented for MinimumWorstLoss {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-worst-loss" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Young (1998), A minimax portfolio selection rule with linear programming solution, Management Science 44(5), p. 673";
}

impl Objective for MinimumWorstLoss {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        least(task, "worst loss", minimum_worst_loss)
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line("the least loss in the worst period");
    }
}
