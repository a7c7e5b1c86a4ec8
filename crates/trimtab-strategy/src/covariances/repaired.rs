//! A matrix made possible.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyCovariance, covariance_failed};
use crate::{Covariance, Cx, Documented, Node, Observed, Words};
use trimtab_core::{NonNegative, Result, Window};
use trimtab_math::covariance::{clip, nearest_covariance};
use trimtab_math::linalg::Sym;

/// The nearest covariance without negative eigenvalues: $\min \lVert X - \Sigma \rVert_F$ over $X \succeq 0$, by the rule `by`.
///
/// $\Sigma$: the covariance `of`. A matrix that needs no repair is left alone; a repair is noted with the least eigenvalue
/// before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repaired {
    /// What is repaired.
    pub of: Node<AnyCovariance>,
    /// The rule.
    pub by: Repair,
}

/// How a matrix is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Repair {
    /// The nearest correlation matrix by Higham, scaled back: variances stay as they are.
    Nearest,
    /// Eigenvalues of the covariance below this one, a year, are raised to it: variances change.
    Clip(NonNegative),
}

impl Documented for Repaired {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "minimum-variance" }
        estimates = { window = 63, covariance = { kind = "repaired", by = { clip = 0.0001 }, of = { kind = "sample-covariance" } } }
    "#;
    const SOURCE: &str = "Higham (2002), Computing the nearest correlation matrix - a problem from finance, IMA Journal of \
                          Numerical Analysis 22(3), p. 329";
}

impl Covariance for Repaired {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let broken = self.of.estimate(cx, observed)?;
        let repaired = match self.by {
            Repair::Nearest => nearest_covariance(&broken),
            Repair::Clip(floor) => clip(&broken, floor.get()),
        };
        let repaired = repaired.map_err(|e| covariance_failed(cx, observed, e))?;
        if repaired.rounds > 0 {
            let least = repaired.least_before;
            cx.because(|| format!("the covariance had an eigenvalue of {least:e} and was repaired"));
        }
        Ok(repaired.matrix)
    }

    fn windows(&self) -> Vec<Window> {
        self.of.inner().as_dyn().windows()
    }

    fn explain(&self, words: &mut Words) {
        words.line(match self.by {
            Repair::Nearest => "the nearest covariance with these variances".to_owned(),
            Repair::Clip(floor) => format!("with eigenvalues of at least {}", floor.get()),
        });
        words.covariance("of", &self.of);
    }
}
