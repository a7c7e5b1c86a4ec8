//! Means drawn together.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Means, mean_failed, per_period, yearly};
use crate::explain::percent;
use crate::{Cx, Documented, Mean, Observed, Words};
use trimtab_core::Result;
use trimtab_math::linalg::Sym;
use trimtab_math::means::{Target, historical, james_stein};

/// Means of the window drawn towards one value by James and Stein:
/// $\hat\mu = (1-\delta)\,m + \delta\,b\,\mathbf 1$ with $\delta = (\operatorname{tr}\Sigma - 2\lambda_{\max}) / (T\,|m - b\mathbf 1|^2)$ within $[0, 1]$.
///
/// $m$: means of the window; $b$: the value of `towards`; $\Sigma$: covariance of one period, $\lambda_{\max}$ its greatest
/// eigenvalue; $T$: returns in the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JamesStein {
    /// The value $b$.
    #[serde(default)]
    pub towards: Towards,
}

/// What means are drawn towards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Towards {
    /// The average of all means.
    #[default]
    GrandMean,
    /// Zero.
    Zero,
    /// The mean of the portfolio of least variance; the covariance must have an inverse.
    LeastVariance,
}

impl Towards {
    pub(crate) fn target(self) -> Target {
        match self {
            Self::GrandMean => Target::GrandMean,
            Self::Zero => Target::Value(0.0),
            Self::LeastVariance => Target::LeastVariance,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::GrandMean => "their average",
            Self::Zero => "zero",
            Self::LeastVariance => "the mean of the portfolio of least variance",
        }
    }
}

impl Documented for JamesStein {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, mean = { kind = "james-stein", towards = "grand-mean" } }
    "#;
    const SOURCE: &str = "Meucci (2005), Risk and Asset Allocation, Springer, sec. 4.4.1; James, Stein (1961)";
}

impl Mean for JamesStein {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means> {
        let (m, q) = (historical(&observed.returns), per_period(covariance, observed));
        let shrunk =
            james_stein(&m, &q, observed.returns.t(), self.towards.target()).map_err(mean_failed)?;
        cx.because(|| format!("means are drawn {} of the way", percent(shrunk.intensity)));
        Ok(yearly(shrunk.mean, observed).into())
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("means of the window, drawn towards {} by James and Stein", self.towards.words()));
    }
}
