//! The ordinary covariance.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::Result;
use trimtab_math::covariance::sample;
use trimtab_math::linalg::Sym;

/// The sample covariance of the window, made yearly: $\Sigma = \frac{m}{T-1} \sum_t (r_t - \bar r)(r_t - \bar r)^\top$.
///
/// $r_t$: simple total returns; $T$: their number; $m$: periods a year. Singular when there are as many assets as returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleCovariance {}

impl Documented for SampleCovariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 252, covariance = { kind = "sample-covariance" } }
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77";
}

impl Covariance for SampleCovariance {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let moments = sample(&observed.returns).map_err(|e| covariance_failed(cx, observed, e))?;
        Ok(yearly(moments.covariance, observed))
    }

    fn explain(&self, words: &mut Words) {
        words.line("the sample covariance of the window");
    }
}
