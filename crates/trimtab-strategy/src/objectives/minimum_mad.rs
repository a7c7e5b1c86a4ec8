//! The least deviation without squares.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::tail::minimum_mean_absolute_deviation;

/// The least mean absolute deviation: $\min_w \frac1T \sum_t |(r_t - \bar r)^\top w|$.
///
/// $r_t$: the returns of the window, of one period each; $\bar r$: their mean; $T$: their number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumMad {}

impl Documented for MinimumMad {
    const EXAMPLE: &str = r#"
        root = "@safe"
        [allocator.safe]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-mad" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Konno, Yamazaki (1991), Mean-absolute deviation portfolio optimization model and its applications to Tokyo stock market, Management Science 37(5), p. 519";
}

impl Objective for MinimumMad {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        least(task, "mean absolute deviation", minimum_mean_absolute_deviation)
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line("the least mean absolute deviation");
    }
}
