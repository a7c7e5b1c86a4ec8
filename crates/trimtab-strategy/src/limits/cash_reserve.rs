//! Money that stays money.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ROUNDING, Row};
use crate::explain::percent;
use crate::{Cx, Documented, Limit, Portfolios, Words};
use trimtab_core::{Fraction, Result, Weights};

/// At least `least` of the portfolio stays in cash: $\sum_i w_i \le 1 - c$.
///
/// $c$ = `least`. Remedy: all weights are scaled by $\min(1, (1-c)/\sum_i w_i)$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CashReserve {
    /// The cash share $c$ that is always kept.
    pub least: Fraction,
}

impl Documented for CashReserve {
    const EXAMPLE: &str = r#"
        root = "@all"
        [allocator.all]
        kind = "equal-weight"
        [limit.reserve]
        kind  = "cash-reserve"
        least = 0.02
    "#;
    const SOURCE: &str = "Own rule: fees and withdrawals are paid in cash";
}

impl Limit for CashReserve {
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<Row>> {
        let coefficients = cx.members(&[])?.into_iter().map(|a| (a, 1.0)).collect();
        let most = 1.0 - self.least.get();
        Ok(vec![Row { name: "cash reserve".into(), coefficients, least: f64::NEG_INFINITY, most }])
    }

    fn apply(&self, _: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let (invested, most) = (wanted.invested(), 1.0 - self.least.get());
        Ok(if invested > most { wanted.scaled(most / invested) } else { wanted })
    }

    fn holds(&self, _: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(weights.invested() <= 1.0 - self.least.get() + ROUNDING)
    }

    fn columns(&self, wanted: Portfolios) -> Option<Portfolios> {
        let most = 1.0 - self.least.get();
        let factor = |invested: f64| if invested > most { most / invested } else { 1.0 };
        let by: Vec<f64> = wanted.invested().into_iter().map(factor).collect();
        Some(wanted.scaled(&by))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("keep at least {} in cash", percent(self.least.get())));
    }
}
