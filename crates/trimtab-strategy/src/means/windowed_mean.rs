//! Another window for one estimator.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyMean, Means};
use crate::{Cx, Documented, Mean, Node, Observed, Words};
use trimtab_core::{Result, Window};
use trimtab_math::linalg::Sym;

/// Expected returns of another window than the one of the estimates: $\hat\mu = \hat\mu_{\mathrm{of}}(r_{t-n+1}, \dots, r_t)$.
///
/// $n$ = `window`; $\hat\mu_{\mathrm{of}}$: the estimator `of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowedMean {
    /// The number $n$ of returns.
    pub window: Window,
    /// The estimator.
    pub of: Node<AnyMean>,
}

impl Documented for WindowedMean {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 63, mean = { kind = "windowed-mean", window = "12 months", of = { kind = "historical-mean" } } }
    "#;
    const SOURCE: &str = "Butler, Philbrick, Gordillo, Varadi (2012), Adaptive asset allocation: a primer (windows of \
                          different lengths for different estimates)";
    fn check(&self) -> Result<(), String> {
        if self.window.count() < 2 { Err("`window` needs at least two returns".into()) } else { Ok(()) }
    }
}

impl Mean for WindowedMean {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means> {
        let observed = Observed::over(cx.past(), &observed.assets, self.window)?;
        self.of.estimate(cx, &observed, covariance)
    }

    fn windows(&self) -> Vec<Window> {
        [vec![self.window], self.of.inner().as_dyn().windows()].concat()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("over {}", self.window));
        words.mean("of", &self.of);
    }
}
