//! Another window for one estimator.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AnyCovariance;
use crate::{Covariance, Cx, Documented, Node, Observed, Words};
use trimtab_core::{Result, Window};
use trimtab_math::linalg::Sym;

/// A covariance of another window than the one of the estimates: $\Sigma = \Sigma_{\mathrm{of}}(r_{t-n+1}, \dots, r_t)$.
///
/// $n$ = `window`; $\Sigma_{\mathrm{of}}$: the estimator `of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowedCovariance {
    /// The number $n$ of returns.
    pub window: Window,
    /// The estimator.
    pub of: Node<AnyCovariance>,
}

impl Documented for WindowedCovariance {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "mean-variance", aversion = 4 }
        estimates = { window = 252, covariance = { kind = "windowed-covariance", window = 63, of = { kind = "ledoit-wolf" } } }
    "#;
    const SOURCE: &str = "Butler, Philbrick, Gordillo, Varadi (2012), Adaptive asset allocation: a primer (windows of \
                          different lengths for different estimates)";
    fn check(&self) -> Result<(), String> {
        if self.window.count() < 2 { Err("`window` needs at least two returns".into()) } else { Ok(()) }
    }
}

impl Covariance for WindowedCovariance {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let observed = Observed::over(cx.past(), &observed.assets, self.window)?;
        self.of.estimate(cx, &observed)
    }

    fn is_semidefinite(&self) -> bool {
        self.of.inner().as_dyn().is_semidefinite()
    }

    fn windows(&self) -> Vec<Window> {
        [vec![self.window], self.of.inner().as_dyn().windows()].concat()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("over {}", self.window));
        words.covariance("of", &self.of);
    }
}
