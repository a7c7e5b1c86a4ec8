//! Shrinkage under normality.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{covariance_failed, yearly};
use crate::explain::percent;
use crate::{Covariance, Cx, Documented, Observed, Words};
use trimtab_core::Result;
use trimtab_math::covariance::{OasForm, oas};
use trimtab_math::linalg::Sym;

/// Oracle approximating shrinkage of the covariance of the window: $\Sigma = \delta\,\frac{\operatorname{tr} S}{N} I + (1-\delta)\,S$ with
/// $\delta = \min(1, ((1-k)\operatorname{tr} S^2 + (\operatorname{tr} S)^2) / ((T+1-k)(\operatorname{tr} S^2 - (\operatorname{tr} S)^2/N)))$.
///
/// $S$: the sample covariance with divisor $T$, made yearly; $N$: assets; $k = 2/N$ as published, 0 in the simplified `form`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Oas {
    /// Which of the two formulas that go by the name.
    #[serde(default)]
    pub form: Form,
}

/// The formula of the intensity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As published.
    #[default]
    Published,
    /// Without the terms in $2/N$, as a well-known library computes.
    Simplified,
}

impl Documented for Oas {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 63, covariance = { kind = "oas" } }
    "#;
    const SOURCE: &str = "Chen, Wiesel, Eldar, Hero (2010), Shrinkage algorithms for MMSE covariance estimation, IEEE \
                          Transactions on Signal Processing 58(10), p. 5016, eq. 23";
}

impl Covariance for Oas {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let form = match self.form {
            Form::Published => OasForm::Published,
            Form::Simplified => OasForm::Simplified,
        };
        let shrunk = oas(&observed.returns, form).map_err(|e| covariance_failed(cx, observed, e))?;
        cx.because(|| format!("the covariance is drawn {} of the way", percent(shrunk.intensity)));
        Ok(yearly(shrunk.covariance, observed))
    }

    fn explain(&self, words: &mut Words) {
        words.line("the covariance, drawn towards equal variances without correlation (OAS)");
    }
}
