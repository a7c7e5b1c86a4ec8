//! What the market expects, corrected by views.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyMean, Means, mean_failed};
use crate::{Cx, Documented, Mean, Node, Observed, Words};
use trimtab_core::{Fraction, NonNegative, Positive, Result, Window};
use trimtab_math::linalg::Sym;
use trimtab_math::means::{Certainty, View, black_litterman};

/// Expected returns between a prior and views, each as certain as it is:
/// $\hat\mu = \Pi + \tau\Sigma P^\top (P\,\tau\Sigma P^\top + \Omega)^{-1} (q - P\,\Pi)$.
///
/// $\Pi$: the means of `prior`; $\Sigma$: the covariance, a year; $\tau$ = `tau`; row $k$ of $P$ and $q_k$: what view $k$ is `of` and
/// what `is` expected of it; $\Omega$: a diagonal from the confidences. With `spread` the covariance of the error of
/// $\hat\mu$ is added to $\Sigma$, as He and Litterman do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlackLitterman {
    /// The means $\Pi$ without views; as a rule of kind `equilibrium`.
    pub prior: Node<AnyMean>,
    /// How uncertain the prior is, as a part $\tau$ of the covariance.
    pub tau: Positive,
    /// The views, by name.
    pub views: BTreeMap<String, BlackView>,
    /// Whether the error of the means is added to the covariance.
    #[serde(default)]
    pub spread: bool,
}

/// What someone believes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlackView {
    /// A row of $P$, by symbol: `{ SPY = 1 }` is a view on one asset, `{ SPY = 1, EFA = -1 }` on a difference.
    pub of: BTreeMap<String, f64>,
    /// The expected return $q$ of that combination, a year; in excess of the riskless return if the prior's means are.
    pub is: f64,
    /// How certain it is.
    #[serde(default)]
    pub confidence: Confidence,
}

/// How certain a view is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// As uncertain as the prior is about the same combination: $\omega = \tau\, p^\top \Sigma p$.
    #[default]
    Prior,
    /// Idzorek's: the part $c$ of the way, above 0 and up to 1, from the weights of the prior to those of certainty,
    /// $\omega = \tau\, p^\top \Sigma p\,(1-c)/c$.
    Part(Fraction),
    /// The variance $\omega$ of its error, a year; 0 is certain.
    Variance(NonNegative),
}

impl Documented for BlackLitterman {
    const EXAMPLE: &str = r#"
        root = "@views"
        [allocator.views]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "AGG"]
        objective = { kind = "mean-variance", aversion = 2.5 }
        [allocator.views.estimates]
        window = 252
        [allocator.views.estimates.mean]
        kind  = "black-litterman"
        prior = { kind = "equilibrium", aversion = 2.5, weights = { SPY = 40, EFA = 20, EEM = 5, AGG = 35 } }
        tau   = 0.025
        [allocator.views.estimates.mean.views]
        emerging  = { of = { EEM = 1, EFA = -1 }, is = 0.02, confidence = { part = 0.5 } }
        bonds-pay = { of = { AGG = 1 }, is = 0.01 }
    "#;
    const SOURCE: &str = "Black, Litterman (1992), Global portfolio optimization, Financial Analysts Journal 48(5), p. 28; \
                          He, Litterman (1999); Idzorek (2005), A step-by-step guide to the Black-Litterman model";
    fn check(&self) -> Result<(), String> {
        for (name, view) in &self.views {
            if view.of.values().all(|p| *p == 0.0) || view.of.values().any(|p| !p.is_finite()) {
                return Err(format!("the view `{name}` is of no asset"));
            }
            if !view.is.is_finite() {
                return Err(format!("the view `{name}` expects {}", view.is));
            }
            if matches!(view.confidence, Confidence::Part(c) if c.get() == 0.0) {
                return Err(format!("the view `{name}` has no confidence at all: take it out"));
            }
        }
        if self.views.is_empty() { Err("`views` is empty".into()) } else { Ok(()) }
    }
}

impl BlackLitterman {
    /// The views on the assets at hand; one that names an asset that is not there says nothing.
    fn views(&self, cx: &mut Cx<'_>, observed: &Observed) -> Vec<View> {
        let mut views = Vec::with_capacity(self.views.len());
        let symbols: Vec<&str> = observed.assets.iter().map(|a| cx.past().symbol(*a)).collect();
        for (name, view) in &self.views {
            if let Some(absent) = view.of.keys().find(|s| !symbols.contains(&s.as_str())) {
                cx.because(|| format!("the view `{name}` is left out: {absent} is not at hand"));
                continue;
            }
            let picks = symbols.iter().map(|s| view.of.get(*s).copied().unwrap_or(0.0)).collect();
            let certainty = match view.confidence {
                Confidence::Prior => Certainty::Prior,
                Confidence::Part(c) => Certainty::Confidence(c.get()),
                Confidence::Variance(v) => Certainty::Variance(v.get()),
            };
            views.push(View { picks, value: view.is, certainty });
        }
        views
    }
}

impl Mean for BlackLitterman {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means> {
        let prior = self.prior.estimate(cx, observed, covariance)?.mean;
        let views = self.views(cx, observed);
        let posterior =
            black_litterman(&prior, covariance, self.tau.get(), &views).map_err(mean_failed)?;
        let error = self.spread.then_some(posterior.mean_covariance);
        Ok(Means { mean: posterior.mean, error })
    }

    fn windows(&self) -> Vec<Window> {
        self.prior.inner().as_dyn().windows()
    }

    fn explain(&self, words: &mut Words) {
        let views: Vec<&str> = self.views.keys().map(String::as_str).collect();
        words.line(format!("between the prior and the views {} (Black and Litterman)", views.join(", ")));
        words.mean("prior", &self.prior);
    }
}
