//! The market taken out.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnyCovariance, covariance_failed};
use crate::{Covariance, Cx, Documented, Node, Observed, Words};
use trimtab_core::{Result, Window};
use trimtab_math::covariance::detone;
use trimtab_math::linalg::Sym;

/// A covariance without its greatest eigenvalues: $C - \sum_{k \le K} \lambda_k v_k v_k^\top$, made a correlation matrix again and
/// scaled back.
///
/// $C$: the correlation matrix; $\lambda_k$, $v_k$: its $K$ = `markets` greatest eigenvalues and their vectors. It is singular
/// and meant for clustering, as in `hrp`, `herc` and `nco`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detoned {
    /// The covariance with the market.
    pub of: Node<AnyCovariance>,
    /// How many eigenvalues $K$ are taken out.
    #[serde(default = "one")]
    pub markets: u32,
}

fn one() -> u32 {
    1
}

impl Documented for Detoned {
    const EXAMPLE: &str = r#"
        root = "@groups"
        [allocator.groups]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "TLT", "AGG", "GLD"]
        objective = { kind = "hrp" }
        estimates = { window = 252, covariance = { kind = "detoned", of = { kind = "sample-covariance" } } }
    "#;
    const SOURCE: &str = "Lopez de Prado (2020), Machine Learning for Asset Managers, Cambridge University Press, sec. 2.6";
    fn check(&self) -> Result<(), String> {
        if self.markets == 0 { Err("`markets` is at least 1".into()) } else { Ok(()) }
    }
}

impl Covariance for Detoned {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed) -> Result<Sym> {
        let whole = self.of.estimate(cx, observed)?;
        detone(&whole, self.markets as usize).map_err(|e| covariance_failed(cx, observed, e))
    }

    fn windows(&self) -> Vec<Window> {
        self.of.inner().as_dyn().windows()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("without its {} greatest eigenvalues", self.markets));
        words.covariance("of", &self.of);
    }
}
