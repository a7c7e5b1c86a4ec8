//! A mix that never changes.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, Columns, Cx, Documented, Portfolios, Words};
use trimtab_core::{Result, Weights};

/// Stated weights: $w_i = c_i$. What they leave out is cash.
///
/// $c_i$: `weights`; they may sum to more than one only under a limit of kind `leverage`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The weight $c_i$ of each symbol.
    pub weights: BTreeMap<String, f64>,
}

impl Documented for Fixed {
    const EXAMPLE: &str = r#"
        root = "@mix"
        [allocator.mix]
        kind    = "fixed"
        weights = { SPY = 0.6, AGG = 0.4 }
    "#;
    const SOURCE: &str = "Perold, Sharpe (1988), Dynamic strategies for asset allocation, \
                          Financial Analysts Journal 44(1), p. 16 (constant mix)";
    fn check(&self) -> Result<(), String> {
        match self.weights.iter().find(|(_, w)| !w.is_finite()) {
            Some((symbol, w)) => Err(format!("the weight of {symbol} is {w}")),
            None if self.weights.is_empty() => Err("`weights` names no asset".into()),
            None => Ok(()),
        }
    }
}

impl Allocator for Fixed {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut weights = Vec::with_capacity(self.weights.len());
        for (symbol, w) in &self.weights {
            let asset = cx.past().find(symbol)?;
            if cx.past().is_delisted(asset) {
                cx.because(|| format!("{symbol} is no longer listed; its share stays in cash"));
                continue;
            }
            // A price today is all that a fixed weight needs; without one the strategy is "not yet".
            cx.past().level(asset)?;
            weights.push((asset, *w));
        }
        Ok(Weights::new(weights))
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let symbols: Vec<String> = self.weights.keys().cloned().collect();
        let assets = cx.select(&symbols)?;
        let from = cx.each(&assets, |past, asset| past.level(asset))?.from();
        let weights = Weights::new(assets.into_iter().zip(self.weights.values().copied()));
        Some(Portfolios::always(cx.days(), from, &weights))
    }

    fn explain(&self, words: &mut Words) {
        let parts: Vec<String> =
            self.weights.iter().map(|(symbol, w)| format!("{symbol} {}", percent(*w))).collect();
        words.line(format!("hold {}", parts.join(", ")));
    }
}
