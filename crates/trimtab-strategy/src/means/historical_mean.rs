//! What it was.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Means, yearly};
use crate::{Cx, Documented, Mean, Observed, Words};
use trimtab_core::Result;
use trimtab_math::linalg::Sym;
use trimtab_math::means::historical;

/// The mean of the window, made yearly: $\hat\mu_i = \frac{m}{T} \sum_t r_{ti}$.
///
/// $r_{ti}$: simple total returns; $T$: their number; $m$: periods a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoricalMean {}

impl Documented for HistoricalMean {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, mean = { kind = "historical-mean" } }
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77";
}

impl Mean for HistoricalMean {
    fn estimate(&self, _: &mut Cx<'_>, observed: &Observed, _: &Sym) -> Result<Means> {
        Ok(yearly(historical(&observed.returns), observed).into())
    }

    fn explain(&self, words: &mut Words) {
        words.line("the mean return of the window");
    }
}
