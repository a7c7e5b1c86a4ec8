//! Growth, without approximation.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tail::least;
use crate::{Answer, Documented, Objective, Takes, Task, Words};
use trimtab_core::{Positive, Result};
use trimtab_math::growth::maximum_growth;
use trimtab_math::tail::TailMinimum;

/// The greatest mean utility of wealth over the returns of the window: $\max_w \frac1T \sum_t u(1 + r_t^\top w)$ with $u(W) = \ln W$, or $u(W) =
/// (W^{1-g} - 1)/(1-g)$ for $g \ne 1$.
///
/// $r_t$: the returns of the window, of one period each; $T$: their number; $g$ = `aversion`: 1 is Kelly's rule, the greatest growth; $1/f$ stands for a
/// fraction $f$ of it. Unlike `kelly` it looks at the returns themselves, and is fully invested. Ruin in any period is excluded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaximumGrowth {
    /// The aversion $g$ to risk.
    #[serde(default = "one")]
    pub aversion: Positive,
}

fn one() -> Positive {
    Positive::try_from(1.0).expect("one is positive")
}

impl Documented for MaximumGrowth {
    const EXAMPLE: &str = r#"
        root = "@growth"
        [allocator.growth]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "maximum-growth", aversion = 3 }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.5 } }
    "#;
    const SOURCE: &str = "Kelly (1956), A new interpretation of information rate, Bell System Technical Journal 35(4), p. 917; MacLean, \
                          Thorp, Ziemba (2010), Quantitative Finance 10(7), p. 681";
}

impl Objective for MaximumGrowth {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let aversion = self.aversion.get();
        let answer = least(task, "mean utility", |x, n, set| {
            let found = maximum_growth(x, n, aversion, set)?;
            let (risk, bound) = (found.utility, found.bound);
            Ok(TailMinimum { weights: found.weights, risk, bound, steps: found.steps })
        })?;
        Ok(answer)
    }

    fn takes(&self) -> Takes {
        Takes::Linear
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the greatest mean utility of wealth with an aversion of {}", self.aversion.get()));
    }
}
