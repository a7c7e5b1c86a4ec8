//! What the market must expect, so that it holds what it holds.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Means, mean_failed};
use crate::{Cx, Documented, Mean, Observed, Words};
use trimtab_core::{AssetId, Error, NonNegative, Positive, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::means::equilibrium;

/// Excess returns for which the weights of the market are optimal: $\Pi = \delta\,\Sigma\,w_M$.
///
/// $w_M$: `weights`, scaled to add up to 1 over the assets at hand (an asset that is not named has none); $\delta$ = `aversion`,
/// the price of variance; $\Sigma$: the covariance, a year. They are in excess of the riskless return; `plus` is added to all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Equilibrium {
    /// What the market holds, by symbol: capitalisations or shares; none means the same of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weights: BTreeMap<String, NonNegative>,
    /// The price of variance $\delta$; 2.5 is common.
    pub aversion: Positive,
    /// What is added to every expected return, such as the riskless return.
    #[serde(default)]
    pub plus: f64,
}

impl Documented for Equilibrium {
    const EXAMPLE: &str = r#"
        root = "@market"
        [allocator.market]
        kind      = "optimal"
        among     = ["SPY", "EFA", "EEM", "AGG"]
        objective = { kind = "mean-variance", aversion = 2.5 }
        estimates = { window = 252, mean = { kind = "equilibrium", aversion = 2.5, weights = { SPY = 40, EFA = 20, EEM = 5, AGG = 35 } } }
    "#;
    const SOURCE: &str = "Sharpe (1974), Imputing expected security returns from portfolio composition, Journal of \
                          Financial and Quantitative Analysis 9(3), p. 463";
    fn check(&self) -> Result<(), String> {
        if !self.plus.is_finite() {
            return Err("`plus` is a finite number".into());
        }
        match self.weights.is_empty() || self.weights.values().any(|w| w.get() > 0.0) {
            true => Ok(()),
            false => Err("`weights` are all zero".into()),
        }
    }
}

impl Equilibrium {
    /// $w_M$.
    pub(super) fn market(&self, cx: &Cx<'_>, assets: &[AssetId]) -> Result<Vec<f64>> {
        let share = |asset: &AssetId| match self.weights.is_empty() {
            true => 1.0,
            false => self.weights.get(cx.past().symbol(*asset)).map_or(0.0, |w| w.get()),
        };
        let shares: Vec<f64> = assets.iter().map(share).collect();
        let sum: f64 = shares.iter().sum();
        if sum <= 0.0 {
            let said = "none of the assets has a weight in the market";
            return Err(Error::spec(said).hint("name them in `weights`"));
        }
        Ok(shares.into_iter().map(|w| w / sum).collect())
    }
}

impl Mean for Equilibrium {
    fn estimate(&self, cx: &mut Cx<'_>, observed: &Observed, covariance: &Sym) -> Result<Means> {
        let market = self.market(cx, &observed.assets)?;
        let pi = equilibrium(covariance, &market, self.aversion.get()).map_err(mean_failed)?;
        Ok(pi.into_iter().map(|m| m + self.plus).collect::<Vec<f64>>().into())
    }

    fn explain(&self, words: &mut Words) {
        let market = if self.weights.is_empty() { "equal weights" } else { "the market's weights" };
        words.line(format!("the returns for which {market} are optimal, at {} for variance", self.aversion.get()));
    }
}
