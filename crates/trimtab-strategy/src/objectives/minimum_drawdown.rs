//! The least of the deepest drawdown.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::tail::minimum_maximum_drawdown;

/// The least maximum drawdown: $\min_w \max_t (\max_{s \le t} y_s - y_t)$.
///
/// $y_t = \sum_{s \le t} r_s^\top w$: uncompounded wealth over the window of returns $r_t$, with $y_0 = 0$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumDrawdown {}

impl Documented for MinimumDrawdown {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-drawdown" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Chekhlov, Uryasev, Zabarankin (2005), Drawdown measure in portfolio optimization, International Journal of Theoretical and Applied Finance 8(1), p. 13";
}

impl Objective for MinimumDrawdown {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        least(task, "maximum drawdown", minimum_maximum_drawdown)
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line("the least maximum drawdown");
    }
}
