//! What it was, most of all lately.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Means, yearly};
use crate::{Cx, Documented, Mean, Observed, Words};
use trimtab_core::{Error, Kind, Positive, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::means::exponential;

/// A mean in which each step into the past counts less, made yearly:
/// $\hat\mu_i = m \sum_t w_t r_{ti}$ with $w_t \propto 2^{-(T-1-t)/h}$.
///
/// $h$ = `half_life`, in periods of the window; $m$: periods a year; the weights $w_t$ add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExponentialMean {
    /// After how many periods $h$ a return counts half.
    pub half_life: Positive,
}

impl Documented for ExponentialMean {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, mean = { kind = "exponential-mean", half_life = 60 } }
    "#;
    const SOURCE: &str = "J.P. Morgan, Reuters (1996), RiskMetrics Technical Document, 4th ed., sec. 5.2 (weights)";
}

impl Mean for ExponentialMean {
    fn estimate(&self, _: &mut Cx<'_>, observed: &Observed, _: &Sym) -> Result<Means> {
        let decay = 0.5f64.powf(1.0 / self.half_life.get());
        let mean = exponential(&observed.returns, decay)
            .map_err(|e| Error::new(Kind::Numeric, format!("expected returns: {e}")))?;
        Ok(yearly(mean, observed).into())
    }

    fn explain(&self, words: &mut Words) {
        let h = self.half_life.get();
        words.line(format!("the mean return, half the weight on each {h} periods further back"));
    }
}
