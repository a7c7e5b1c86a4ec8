//! Noise taken out.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyCovariance, covariance_failed};
use crate::{Covariance, Cx, Documented, Node, Observed, Words};
use trimtab_core::{Positive, Result, Window};
use trimtab_math::covariance::{NoiseLevel, denoise};
use trimtab_math::linalg::Sym;

/// A covariance whose eigenvalues that noise alone explains are replaced by their mean: those of the correlation matrix up to
/// $\lambda_+ = v\,(1 + \sqrt{N/T})^2$.
///
/// $v$: the variance of the noise by `noise`; $N$: assets; $T$: returns in the window. Variances stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Denoised {
    /// The covariance with noise, of the window of the estimates.
    pub of: Node<AnyCovariance>,
    /// How the variance $v$ of the noise is found.
    #[serde(default)]
    pub noise: Noise,
}

/// How the variance of noise is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// The mean of the eigenvalues below the edge that it implies.
    #[default]
    Bulk,
    /// Least squares between the Marchenko-Pastur density and a Gaussian kernel density of the eigenvalues with this
    /// bandwidth.
    Kernel(Positive),
    /// This variance; 1 if there is nothing but noise.
    Given(Positive),
}

impl Documented for Denoised {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 63, covariance = { kind = "denoised", of = { kind = "sample-covariance" } } }
    "#;
    const SOURCE: &str = "Lopez de Prado (2020), Machine Learning for Asset Managers, Cambridge University Press, sec. 2.4, 2.5.1";
}

impl Covariance for Denoised {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let level = match self.noise {
            Noise::Bulk => NoiseLevel::Bulk,
            Noise::Kernel(bandwidth) => NoiseLevel::Kernel { bandwidth: bandwidth.get() },
            Noise::Given(v) => NoiseLevel::Given(v.get()),
        };
        let noisy = self.of.estimate(cx, observed)?;
        let clean = denoise(&noisy, observed.returns.t(), level)
            .map_err(|e| covariance_failed(cx, observed, e))?;
        cx.because(|| format!("{} of {} eigenvalues are more than noise", clean.factors, noisy.n()));
        Ok(clean.covariance)
    }

    fn windows(&self) -> Vec<Window> {
        self.of.inner().as_dyn().windows()
    }

    fn explain(&self, words: &mut Words) {
        words.line("with eigenvalues that noise explains replaced by their mean");
        words.covariance("of", &self.of);
    }
}
