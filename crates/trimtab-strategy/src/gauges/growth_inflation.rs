//! The four corners of growth and inflation.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// The quadrant of growth and inflation: $g = 2\,[G \le \gamma] + [I > \iota]$, which is 0 where growth rises without
/// inflation, 1 where both rise, 2 where both fall, 3 where growth falls and inflation rises.
///
/// $G$, $I$: the readings of `growth` and `inflation`; $\gamma$ = `growth-above`, $\iota$ = `inflation-above`. What counts as
/// rising is said by the two gauges: a change of a named series, or what prices say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrowthInflation {
    /// The gauge of growth $G$.
    pub growth: Node<AnyGauge>,
    /// Above this reading $\gamma$ growth rises.
    #[serde(default)]
    pub growth_above: f64,
    /// The gauge of inflation $I$.
    pub inflation: Node<AnyGauge>,
    /// Above this reading $\iota$ inflation rises.
    #[serde(default)]
    pub inflation_above: f64,
}

impl Documented for GrowthInflation {
    const EXAMPLE: &str = r#"
        root = "@by-quadrant"
        [signal.half-year]
        kind   = "total-return"
        window = "6 months"
        [gauge.quadrant]
        kind      = "growth-inflation"
        growth    = { kind = "score-of", asset = "XLI", by = "@half-year" }
        inflation = { kind = "score-of", asset = "DBC", by = "@half-year" }
        [allocator.by-quadrant]
        kind      = "by-regime"
        gauge     = "@quadrant"
        bands     = [
            { below = 1.0, hold = { kind = "fixed", weights = { SPY = 1.0 } } },
            { below = 2.0, hold = { kind = "fixed", weights = { SPY = 0.5, DBC = 0.5 } } },
            { below = 3.0, hold = { kind = "fixed", weights = { TLT = 1.0 } } },
        ]
        otherwise = { kind = "fixed", weights = { GLD = 0.5, SHY = 0.5 } }
    "#;
    const SOURCE: &str = "Bridgewater Associates (2012), The All Weather story (four boxes of growth and inflation)";
    fn check(&self) -> Result<(), String> {
        match self.growth_above.is_finite() && self.inflation_above.is_finite() {
            true => Ok(()),
            false => Err("`growth-above` and `inflation-above` are finite numbers".into()),
        }
    }
}

impl Gauge for GrowthInflation {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (growth, inflation) = (self.growth.read(cx)?, self.inflation.read(cx)?);
        let (falls, rises) = (growth <= self.growth_above, inflation > self.inflation_above);
        cx.because(|| {
            let direction = |up: bool| if up { "rises" } else { "falls" };
            format!(
                "growth {} ({growth:.4}), inflation {} ({inflation:.4})",
                direction(!falls),
                direction(rises)
            )
        });
        Ok(f64::from(2 * u8::from(falls) + u8::from(rises)))
    }

    fn explain(&self, words: &mut Words) {
        words.line("0 growth without inflation, 1 both, 2 neither, 3 inflation without growth");
        words.gauge(&format!("growth, rising above {}", self.growth_above), &self.growth);
        words.gauge(
            &format!("inflation, rising above {}", self.inflation_above),
            &self.inflation,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn the_four_corners() {
        let (growth, inflation) = (vec![1.0, 1.0, 0.0, -1.0], vec![1.5, 3.0, 2.0, 2.5]);
        let market = market_with(
            &[("A", vec![1.0; 4])],
            vec![("growth", growth), ("inflation", inflation)],
        );
        let series = |name: &str| -> Node<AnyGauge> {
            toml::from_str(&format!("kind = \"series\"\nseries = \"{name}\"")).unwrap()
        };
        let gauge = GrowthInflation {
            growth: series("growth"),
            growth_above: 0.0,
            inflation: series("inflation"),
            inflation_above: 2.0,
        };
        let read = |day| reading(&gauge, &market, day, &mut Memory::default());
        assert_eq!([0, 1, 2, 3].map(read), [0.0, 1.0, 2.0, 3.0]);
    }
}
