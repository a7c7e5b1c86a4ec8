//! A gauge of its own for each asset.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// The reading of the gauge that belongs to each asset: $s_i = g_i$.
///
/// $g_i$: the reading of the gauge that `of` names for asset $i$. Assets without one have no score. So countries are ranked by
/// the valuation of their markets, or sectors by what the economy does for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingByAsset {
    /// The gauge of each asset, by symbol.
    pub of: BTreeMap<String, Node<AnyGauge>>,
}

impl Documented for ReadingByAsset {
    const EXAMPLE: &str = r#"
        root = "@cheapest"
        [signal.valuation]
        kind = "reading-by-asset"
        [signal.valuation.of]
        SPY = { kind = "series", series = "cape" }
        EFA = { kind = "series", series = "cape-abroad" }
        [allocator.cheapest]
        kind   = "top"
        n      = 1
        by     = "@valuation"
        among  = ["SPY", "EFA"]
        lowest = true
    "#;
    const SOURCE: &str = "Asness, Moskowitz, Pedersen (2013), Value and momentum everywhere, \
                          Journal of Finance 68(3), p. 929 (country indices ranked by their valuation)";
    fn check(&self) -> Result<(), String> {
        if self.of.is_empty() { Err("`of` is empty".into()) } else { Ok(()) }
    }
}

impl Signal for ReadingByAsset {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(self.of.len());
        for (symbol, gauge) in &self.of {
            let asset = cx.past().find(symbol)?;
            if among.contains(&asset) {
                scores.push((asset, gauge.read(cx)?));
            }
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line("the reading that belongs to each asset");
        for (symbol, gauge) in &self.of {
            words.gauge(symbol, gauge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn each_asset_has_its_own_reading() {
        let market = market(&[("A", vec![1.0]), ("B", vec![1.0]), ("C", vec![1.0])]);
        let text = "of = { A = { kind = \"constant\", value = 3.0 }, C = { kind = \"constant\", value = 2.0 } }";
        let signal: ReadingByAsset = toml::from_str(text).unwrap();
        let scored: Vec<_> = scores(&signal, &market, 0).iter().collect();
        assert_eq!(scored, [(AssetId(0), 3.0), (AssetId(2), 2.0)]);
    }
}
