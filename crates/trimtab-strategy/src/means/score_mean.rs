//! A signal taken at its word.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Means;
use crate::{AnySignal, Cx, Documented, Mean, Node, Observed, Words};
use trimtab_core::{Error, Result};
use trimtab_math::linalg::Sym;

/// A signal taken as expected returns: $\hat\mu_i = a\,s_i + b$.
///
/// $s_i$: the score of asset $i$ by `by`, such as a momentum; $a$ = `times`, $b$ = `plus`. Every asset must have a score.
/// Optimal weights between means and variances depend on the unit: a return over `"1 month"` becomes one a year with
/// `times = 12`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreMean {
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The factor $a$.
    #[serde(default = "one")]
    pub times: f64,
    /// What is added, $b$.
    #[serde(default)]
    pub plus: f64,
}

fn one() -> f64 {
    1.0
}

impl Documented for ScoreMean {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [signal.momentum]
        kind  = "momentum"
        parts = [{ window = "1 month" }, { window = "3 months" }, { window = "6 months" }, { window = "12 months" }]
        [allocator.efficient]
        kind      = "optimal"
        among     = ["SPY", "EFA", "TLT", "GLD"]
        objective = { kind = "target-volatility", yearly = 0.10 }
        estimates = { window = "12 months", mean = { kind = "score-mean", by = "@momentum" } }
    "#;
    const SOURCE: &str = "Keller, Butler, Kipnis (2015), Momentum and Markowitz: a golden combination, eq. for r_i";
    fn check(&self) -> Result<(), String> {
        match self.times.is_finite() && self.plus.is_finite() {
            true => Ok(()),
            false => Err("`times` and `plus` are finite numbers".into()),
        }
    }
}

impl Mean for ScoreMean {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, _: &Sym) -> Result<Means> {
        let scores = self.by.score(cx, &observed.assets)?;
        let mean = |asset: &trimtab_core::AssetId| {
            scores.of(*asset).map(|s| self.times * s + self.plus).ok_or_else(|| {
                let symbol = cx.past().symbol(*asset);
                Error::data(format!("{} has no score for {symbol}", self.by.name()))
            })
        };
        Ok(observed.assets.iter().map(mean).collect::<Result<Vec<f64>>>()?.into())
    }

    fn explain(&self, words: &mut Words) {
        let plus = if self.plus == 0.0 { String::new() } else { format!(" plus {}", self.plus) };
        let times = if self.times == 1.0 { String::new() } else { format!("{} times ", self.times) };
        words.line(format!("{times}a score{plus}"));
        words.signal("score", &self.by);
    }
}
