//! Covariance, most of all lately.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::{Positive, Result};
use trimtab_math::covariance::{Centre, exponential};
use trimtab_math::linalg::Sym;

/// A covariance in which each step into the past counts less, made yearly:
/// $\Sigma = c\,m \sum_t w_t (r_t - b)(r_t - b)^\top$ with $w_t \propto 2^{-(T-1-t)/h}$.
///
/// $h$ = `half_life`, in periods of the window; the weights $w_t$ add up to 1; $m$: periods a year. $b$: the weighted
/// mean, and then $c = 1/(1 - \sum w_t^2)$, or zero with $c = 1$, by `from`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExponentialCovariance {
    /// After how many periods $h$ a return counts half.
    pub half_life: Positive,
    /// What returns are measured from.
    #[serde(default)]
    pub from: MeasuredFrom,
}

/// What returns are measured from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeasuredFrom {
    /// Their weighted mean.
    #[default]
    Mean,
    /// Zero, as RiskMetrics does for daily returns.
    Zero,
}

impl Documented for ExponentialCovariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 252, covariance = { kind = "exponential-covariance", half_life = 42 } }
    "#;
    const SOURCE: &str = "J.P. Morgan, Reuters (1996), RiskMetrics Technical Document, 4th ed., sec. 5.2";
}

impl Covariance for ExponentialCovariance {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let decay = 0.5f64.powf(1.0 / self.half_life.get());
        let centre = match self.from {
            MeasuredFrom::Mean => Centre::Mean,
            MeasuredFrom::Zero => Centre::Zero,
        };
        let moments = exponential(&observed.returns, decay, centre)
            .map_err(|e| covariance_failed(cx, observed, e))?;
        Ok(yearly(moments.covariance, observed))
    }

    fn explain(&self, words: &mut Words) {
        let h = self.half_life.get();
        words.line(format!("the covariance, half the weight on each {h} periods further back"));
    }
}
