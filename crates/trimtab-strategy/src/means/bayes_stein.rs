//! Means drawn together, as Jorion does.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Means, Towards, mean_failed, per_period, yearly};
use crate::estimates::times;
use crate::explain::percent;
use crate::{Cx, Documented, Mean, Observed, Words};
use trimtab_core::{Error, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::means::{bayes_stein, historical};

/// Means of the window drawn towards one value by Bayes and Stein:
/// $\hat\mu = (1-\delta)\,m + \delta\,b\,\mathbf 1$ with $\delta = (N+2) / (N + 2 + T\,d^\top \Omega^{-1} d)$, $d = m - b\mathbf 1$.
///
/// $m$: means of the window; $b$: the value of `towards`; $T$: returns in the window, $N$: assets;
/// $\Omega = \Sigma\,(T-1)/(T-N-2)$ with the covariance $\Sigma$ of one period. The window must be longer than $N+2$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BayesStein {
    /// The value $b$; Jorion's is `least-variance`.
    #[serde(default = "least")]
    pub towards: Towards,
}

fn least() -> Towards {
    Towards::LeastVariance
}

impl Documented for BayesStein {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, mean = { kind = "bayes-stein" } }
    "#;
    const SOURCE: &str = "Jorion (1986), Bayes-Stein estimation for portfolio analysis, Journal of Financial and \
                          Quantitative Analysis 21(3), p. 279, eq. 17";
}

impl Mean for BayesStein {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means> {
        let (t, n) = (observed.returns.t(), observed.returns.n());
        if t <= n + 2 {
            let said = format!("bayes-stein needs more than {} returns for {n} assets", n + 2);
            return Err(Error::data(said).hint("lengthen the window, or use james-stein"));
        }
        let factor = (t as f64 - 1.0) / (t - n - 2) as f64;
        let q = times(&per_period(covariance, observed), factor);
        let m = historical(&observed.returns);
        let shrunk = bayes_stein(&m, &q, t, self.towards.target()).map_err(mean_failed)?;
        cx.because(|| format!("means are drawn {} of the way", percent(shrunk.intensity)));
        Ok(yearly(shrunk.mean, observed).into())
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("means of the window, drawn towards {} by Bayes and Stein", self.towards.words()));
    }
}
