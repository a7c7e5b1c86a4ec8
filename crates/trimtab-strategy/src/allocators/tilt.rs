//! A mix that leans with the economy.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, AnyGauge, Cx, Documented, Node, Words};
use trimtab_core::{AssetId, Result, Weights};

/// A base portfolio with tilts: $w \propto \max(0, b + \sum_k \min(1, \max(-1, g_k))\, d_k)$, as much invested as $b$.
///
/// $b$: the weights of `base`; $g_k$: the reading of tilt $k$, cut to the span from $-1$ to 1 (`reading-graded` brings a reading
/// there); $d_k$: its `by`, what is added to each asset's share at a reading of one. What falls below zero is nothing, and the
/// rest is scaled until as much is invested as before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tilt {
    /// What is held without a tilt, $b$.
    pub base: Node<AnyAllocator>,
    /// The tilts, by name.
    pub tilts: BTreeMap<String, OneTilt>,
}

/// One tilt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneTilt {
    /// How strong it is, $g_k$, from $-1$ to 1.
    pub gauge: Node<AnyGauge>,
    /// What a reading of one adds to each asset's share, $d_k$, by symbol.
    pub by: BTreeMap<String, f64>,
}

impl Documented for Tilt {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.inflation]
        kind = "reading-graded"
        of   = { kind = "series-growth", series = "consumer-prices", readings = 12 }
        from = 0.01
        to   = 0.04
        low  = -1.0
        [allocator.portfolio]
        kind = "tilt"
        base = { kind = "fixed", weights = { SPY = 0.5, TLT = 0.3, TIP = 0.1, DBC = 0.1 } }
        [allocator.portfolio.tilts.inflation]
        gauge = "@inflation"
        by    = { TLT = -0.2, TIP = 0.1, DBC = 0.1 }
    "#;
    const SOURCE: &str = "Ilmanen, Maloney, Ross (2014), Exploring macroeconomic sensitivities: how investments respond to \
                          different economic environments, Journal of Portfolio Management 40(3), p. 87";
    fn check(&self) -> Result<(), String> {
        if self.tilts.is_empty() {
            return Err("`tilts` is empty".into());
        }
        for (name, tilt) in &self.tilts {
            if tilt.by.is_empty() || tilt.by.values().any(|d| !d.is_finite()) {
                return Err(format!("the tilt `{name}` is by finite shares of at least one asset"));
            }
        }
        Ok(())
    }
}

impl Allocator for Tilt {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let base = self.base.allocate(cx)?;
        let mut tilted: BTreeMap<AssetId, f64> = base.iter().collect();
        for (name, tilt) in &self.tilts {
            let strength = tilt.gauge.read(cx)?.clamp(-1.0, 1.0);
            cx.because(|| format!("`{name}` tilts with strength {strength:+.3}"));
            for (symbol, d) in &tilt.by {
                *tilted.entry(cx.past().find(symbol)?).or_insert(0.0) += strength * d;
            }
        }
        let kept: Vec<(AssetId, f64)> =
            tilted.into_iter().filter(|(_, w)| *w > 0.0).collect();
        let (whole, invested) = (kept.iter().map(|(_, w)| w).sum::<f64>(), base.invested());
        if whole <= 0.0 {
            cx.because(|| "nothing is left above zero: cash".to_owned());
            return Ok(Weights::cash());
        }
        cx.because(|| format!("{} is invested, as without tilts", percent(invested)));
        Ok(Weights::new(kept.into_iter().map(|(asset, w)| (asset, w * invested / whole))))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.base]
    }

    fn explain(&self, words: &mut Words) {
        words.line("a base portfolio, tilted by");
        for (name, tilt) in &self.tilts {
            let by: Vec<String> =
                tilt.by.iter().map(|(symbol, d)| format!("{symbol} {:+} %", d * 100.0)).collect();
            words.gauge(&format!("{name} ({} at one)", by.join(", ")), &tilt.gauge);
        }
        words.allocator("base", &self.base);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};
    use trimtab_core::AssetId;

    fn held(strength: f64, by: &str) -> [f64; 3] {
        let one = vec![1.0];
        let market = market(&[("A", one.clone()), ("B", one.clone()), ("C", one)]);
        let text = format!(
            "[root]\nkind = \"tilt\"\nbase = {{ kind = \"fixed\", weights = {{ A = 0.6, B = 0.3 }} }}\n\
             [root.tilts.x]\ngauge = {{ kind = \"constant\", value = {strength:?} }}\nby = {{ {by} }}"
        );
        let w = weights(&strategy(&text), &market, 0);
        [0, 1, 2].map(|ix| w.of(AssetId(ix)))
    }

    #[test]
    fn tilts_move_shares_and_keep_what_is_invested() {
        let near = |a: [f64; 3], b: [f64; 3]| {
            assert!(a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-12), "{a:?}, not {b:?}");
        };
        near(held(1.0, "A = -0.2, C = 0.2"), [0.4, 0.3, 0.2]);
        near(held(-0.5, "A = -0.2, B = 0.2"), [0.7, 0.2, 0.0]);
        // A reading beyond one is one; B would be -0.1, so the others share the 0.9: 0.6 and 0.4 of 1.0.
        near(held(7.0, "B = -0.4, C = 0.4"), [0.54, 0.0, 0.36]);
    }
}
