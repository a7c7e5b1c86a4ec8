//! Falling together.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::explain::percent;
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::Result;
use trimtab_math::covariance::semi;
use trimtab_math::linalg::Sym;

/// The covariance of shortfalls, made yearly: $\Sigma = \frac{m}{T} \sum_t \min(r_t - b, 0)\min(r_t - b, 0)^\top$.
///
/// $r_t$: simple total returns; $b$ = `target`, a return of one period; $T$: returns in the window; $m$: periods a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SemiCovariance {
    /// The return $b$ of one period below which there is a shortfall.
    #[serde(default)]
    pub target: f64,
}

impl Documented for SemiCovariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 252, covariance = { kind = "semi-covariance" } }
    "#;
    const SOURCE: &str = "Estrada (2008), Mean-semivariance optimization: a heuristic approach, Journal of Applied Finance \
                          18(1), p. 57, eq. 8";
    fn check(&self) -> Result<(), String> {
        if self.target.is_finite() { Ok(()) } else { Err("`target` is a finite number".into()) }
    }
}

impl Covariance for SemiCovariance {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let semi =
            semi(&observed.returns, self.target).map_err(|e| covariance_failed(cx, observed, e))?;
        Ok(yearly(semi, observed))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the covariance of returns below {}", percent(self.target)));
    }
}
