//! Calm assets get more.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::signals::deviation;
use crate::{Allocator, Columns, Cx, Documented, Portfolios, Words};
use trimtab_core::{AssetId, Error, Kind, Past, Result, Weights, Window};

/// Weights by the inverse of volatility: $w_i = \sigma_i^{-1} / \sum_j \sigma_j^{-1}$.
///
/// $\sigma_i$: sample standard deviation of the returns of asset $i$ over `window`. With equal correlations this is
/// the equal-risk portfolio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InverseVolatility {
    /// Symbols to hold; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// The number of returns.
    pub window: Window,
}

impl Documented for InverseVolatility {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind   = "inverse-volatility"
        window = 63
    "#;
    const SOURCE: &str = "Maillard, Roncalli, Teiletche (2010), The properties of equally weighted \
                          risk contribution portfolios, Journal of Portfolio Management 36(4), p. 63";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl InverseVolatility {
    fn of(&self, past: Past<'_>, assets: &[AssetId]) -> Result<Weights> {
        let mut inverse = Vec::with_capacity(assets.len());
        for &asset in assets {
            let sigma = deviation(&past.closes(asset, self.window.and_one())?);
            if sigma == 0.0 {
                let said = format!("{} did not move in {}", past.symbol(asset), self.window);
                return Err(Error::new(Kind::Numeric, format!("{said}: its volatility is zero"))
                    .hint("leave it out, or check the data for stale prices"));
            }
            inverse.push((asset, 1.0 / sigma));
        }
        Ok(Weights::proportional(inverse))
    }
}

impl Allocator for InverseVolatility {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let assets = cx.select(&self.among)?;
        self.of(cx.past(), &assets)
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let assets = cx.select(&self.among)?;
        cx.portfolio_of_each(&assets, |past| self.of(past, &assets))
    }

    fn explain(&self, words: &mut Words) {
        let (among, window) = (list(&self.among), self.window);
        words.line(format!("hold {among}, each weighted by one over its volatility of {window}"));
    }
}
