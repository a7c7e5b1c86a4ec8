//! Shrinkage by Ledoit and Wolf.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::explain::percent;
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::Result;
use trimtab_math::covariance::{ledoit_wolf, ledoit_wolf_constant_correlation};
use trimtab_math::linalg::Sym;

/// The covariance of the window drawn towards an ideal one: $\Sigma = \delta F + (1-\delta)\,S$.
///
/// $S$: the sample covariance with divisor $T$, made yearly; $F$: the ideal of `towards`; $\delta$: the intensity of least
/// expected squared error by the paper of each ideal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedoitWolf {
    /// The ideal $F$.
    #[serde(default)]
    pub towards: Ideal,
}

/// What covariances are drawn towards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ideal {
    /// The mean variance of all on the diagonal, nothing else.
    #[default]
    Identity,
    /// Each asset's own variance, and the mean correlation between all.
    ConstantCorrelation,
}

impl Documented for LedoitWolf {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 63, covariance = { kind = "ledoit-wolf", towards = "constant-correlation" } }
    "#;
    const SOURCE: &str = "Ledoit, Wolf (2004), A well-conditioned estimator for large-dimensional covariance matrices, \
                          Journal of Multivariate Analysis 88(2), p. 365; Ledoit, Wolf (2004), Honey, I shrunk the sample \
                          covariance matrix, Journal of Portfolio Management 30(4), p. 110";
}

impl Covariance for LedoitWolf {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let shrunk = match self.towards {
            Ideal::Identity => ledoit_wolf(&observed.returns),
            Ideal::ConstantCorrelation => ledoit_wolf_constant_correlation(&observed.returns),
        };
        let shrunk = shrunk.map_err(|e| covariance_failed(cx, observed, e))?;
        cx.because(|| format!("the covariance is drawn {} of the way", percent(shrunk.intensity)));
        Ok(yearly(shrunk.covariance, observed))
    }

    fn explain(&self, words: &mut Words) {
        let ideal = match self.towards {
            Ideal::Identity => "equal variances without correlation",
            Ideal::ConstantCorrelation => "one correlation for all",
        };
        words.line(format!("the covariance, drawn towards {ideal} by Ledoit and Wolf"));
    }
}
