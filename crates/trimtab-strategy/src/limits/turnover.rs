//! How much may move at once.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ROUNDING, Row};
use crate::explain::percent;
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{Fraction, Result, Weights};

/// At most the fraction `most` of the portfolio moves in one decision: $\tfrac12 \sum_i |w_i - w_i^0| \le \tau$, cash counted.
///
/// $w^0$: today's holdings; $\tau$ = `most`, one way. Remedy: the decision goes only part of the way,
/// $w^0 + \theta\,(w - w^0)$ with the largest $\theta$ that keeps the limit. The first purchase out of cash is free of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Turnover {
    /// The fraction $\tau$, one way.
    pub most: Fraction,
}

impl Documented for Turnover {
    const EXAMPLE: &str = r#"
        root = "@best"
        [allocator.best]
        kind = "top"
        n    = 3
        by   = { kind = "total-return", window = 63 }
        [limit.slowly]
        kind = "turnover"
        most = 0.2
    "#;
    const SOURCE: &str = "Grinold, Kahn (2000), Active Portfolio Management, 2nd ed., ch. 16 \
                          (value added as a function of turnover)";
}

impl Limit for Turnover {
    fn rows(&self, _: &Cx<'_>) -> Result<Vec<Row>> {
        Ok(Vec::new())
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let held = &cx.book().weights;
        let (moves, most) = (held.turnover_to(&wanted), self.most.get());
        if held.is_empty() || moves <= most {
            return Ok(wanted);
        }
        let theta = most / moves;
        cx.because(|| format!("{} would move; went {} of the way", percent(moves), percent(theta)));
        Ok(held.clone().scaled(1.0 - theta).plus(wanted.scaled(theta)))
    }

    fn holds(&self, cx: &Cx<'_>, weights: &Weights) -> Result<bool> {
        let held = &cx.book().weights;
        Ok(held.is_empty() || held.turnover_to(weights) <= self.most.get() + ROUNDING)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("move at most {} of the portfolio at once", percent(self.most.get())));
    }
}
