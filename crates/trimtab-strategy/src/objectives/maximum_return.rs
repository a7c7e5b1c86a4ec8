//! As much as can be expected.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::programme::quadratic_failed;
use crate::{Answer, Documented, Objective, Shape, Takes, Task, Words};
use trimtab_core::Result;
use trimtab_math::linalg::Sym;
use trimtab_math::qp;

/// The greatest expected return: $\max_w \mu^\top w$.
///
/// $\mu$: the means of the estimates, a year. Without limits it is all in one asset. Prices of limits are changes of
/// the expected return.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaximumReturn {}

impl Documented for MaximumReturn {
    const EXAMPLE: &str = r#"
        root = "@best"
        [allocator.best]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "maximum-return" }
        estimates = { window = 126 }
        limits    = { each = { kind = "bounds", most = 0.3 } }
    "#;
    const SOURCE: &str = "Markowitz (1959), Portfolio Selection, Wiley, ch. VIII (the upper end of the frontier)";
}

impl Objective for MaximumReturn {
    fn solve(&self, task: &Task<'_>) -> Result<Answer> {
        let shape = Shape::new(task, &Sym::zeros(task.n()), &task.estimates.mean);
        let found = qp::solve(&shape.problem(), None).map_err(quadratic_failed)?;
        Ok(Answer::quadratic(&shape, &found, -1.0).measured("expected return", -found.value))
    }

    fn takes(&self) -> Takes {
        Takes::Turnover
    }

    fn explain(&self, words: &mut Words) {
        words.line("the greatest expected return");
    }
}
