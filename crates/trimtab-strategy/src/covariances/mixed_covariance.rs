//! Correlations of some windows, volatilities of others.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyCovariance, covariance_failed};
use crate::{Covariance, Cx, Documented, Node, Observed, Words};
use trimtab_core::{Positive, Result, Window};
use trimtab_math::covariance::{correlation, deviations, from_correlation, weighted_average};
use trimtab_math::linalg::Sym;

/// Correlations and volatilities put together from different estimators:
/// $\Sigma_{ij} = \sigma_i \sigma_j \sum_k a_k C^{(k)}_{ij} / \sum_k a_k$.
///
/// $C^{(k)}$: the correlation matrix of part $k$ of `correlation`, $a_k$ its `weight`; $\sigma_i$: the volatility by
/// `volatility`. An asset that did not move in a window has no correlation and is an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixedCovariance {
    /// Where correlations come from.
    pub correlation: Vec<CorrelationPart>,
    /// Where volatilities come from.
    pub volatility: Node<AnyCovariance>,
}

/// A part of the correlations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrelationPart {
    /// The estimator whose correlations are meant.
    pub of: Node<AnyCovariance>,
    /// Its weight $a_k$.
    #[serde(default = "one")]
    pub weight: Positive,
}

fn one() -> Positive {
    Positive::try_from(1.0).expect("one is positive")
}

impl Documented for MixedCovariance {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        [allocator.calm.estimates]
        window = 126
        [allocator.calm.estimates.covariance]
        kind        = "mixed-covariance"
        correlation = [{ of = { kind = "sample-covariance" } }]
        volatility  = { kind = "windowed-covariance", window = 20, of = { kind = "sample-covariance" } }
    "#;
    const SOURCE: &str = "Butler, Philbrick, Gordillo, Varadi (2012), Adaptive asset allocation: a primer (20-day \
                          volatilities with 126-day correlations)";
    fn check(&self) -> Result<(), String> {
        if self.correlation.is_empty() { Err("`correlation` is empty".into()) } else { Ok(()) }
    }
}

impl Covariance for MixedCovariance {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let mut parts = Vec::with_capacity(self.correlation.len());
        for part in &self.correlation {
            let covariance = part.of.estimate(cx, observed)?;
            let own = correlation(&covariance).map_err(|e| covariance_failed(cx, observed, e))?;
            parts.push((own, part.weight.get()));
        }
        let parts: Vec<(&Sym, f64)> = parts.iter().map(|(c, a)| (c, *a)).collect();
        let volatility = deviations(&self.volatility.estimate(cx, observed)?);
        weighted_average(&parts)
            .and_then(|mean| from_correlation(&mean, &volatility))
            .map_err(|e| covariance_failed(cx, observed, e))
    }

    fn is_semidefinite(&self) -> bool {
        self.correlation.iter().all(|part| part.of.inner().as_dyn().is_semidefinite())
    }

    fn windows(&self) -> Vec<Window> {
        let mut windows = self.volatility.inner().as_dyn().windows();
        for part in &self.correlation {
            windows.extend(part.of.inner().as_dyn().windows());
        }
        windows
    }

    fn explain(&self, words: &mut Words) {
        words.line("correlations and volatilities of different estimators");
        for part in &self.correlation {
            let role = format!("correlation, weight {}", part.weight.get());
            words.covariance(&role, &part.of);
        }
        words.covariance("volatility", &self.volatility);
    }
}
