//! How much more than the money.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ROUNDING, Row};
use crate::explain::percent;
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{Positive, Result, Weights};

/// The sum of absolute weights is at most `most`: $\sum_i |w_i| \le L$.
///
/// $L$ = `most`. A strategy without this limit may not place more than it has; with it, borrowing up to $L - 1$ is
/// allowed and costs the bill rate plus `costs.borrow_spread`. Remedy: all weights are scaled down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leverage {
    /// The multiple $L$ of the portfolio's value.
    pub most: Positive,
}

impl Documented for Leverage {
    const EXAMPLE: &str = r#"
        root = "@levered"
        [allocator.levered]
        kind   = "volatility-target"
        of     = { kind = "fixed", weights = { SPY = 0.4, AGG = 0.6 } }
        yearly = 0.10
        window = 63
        most   = 1.5
        [limit.leverage]
        kind = "leverage"
        most = 1.5
    "#;
    const SOURCE: &str = "Asness, Frazzini, Pedersen (2012), Leverage aversion and risk parity, \
                          Financial Analysts Journal 68(1), p. 47";
}

impl Limit for Leverage {
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<Row>> {
        let coefficients = cx.members(&[])?.into_iter().map(|a| (a, 1.0)).collect();
        let most = self.most.get();
        Ok(vec![Row { name: "leverage".into(), coefficients, least: -most, most }])
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let gross = wanted.gross();
        if gross <= self.most.get() {
            return Ok(wanted);
        }
        cx.because(|| format!("{} wanted, scaled to {}", percent(gross), percent(self.most.get())));
        Ok(wanted.scaled(self.most.get() / gross))
    }

    fn holds(&self, _: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(weights.gross() <= self.most.get() + ROUNDING)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("place at most {} of the money", percent(self.most.get())));
    }
}
