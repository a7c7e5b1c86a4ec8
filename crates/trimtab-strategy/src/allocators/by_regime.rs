//! One portfolio for each state of the market.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, AnyGauge, Cx, Documented, Node, Words};
use trimtab_core::{Result, Weights};

/// A portfolio for each band of a gauge: $w = w_k$ for the first band $k$ with $g < \theta_k$, else `otherwise`.
///
/// $g$: the reading of `gauge`; $\theta_k$, $w_k$: `below` and `hold` of band $k$, edges ascending. Above the last edge, without
/// `otherwise`, everything is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByRegime {
    /// The gauge $g$.
    pub gauge: Node<AnyGauge>,
    /// The bands, lowest first.
    pub bands: Vec<RegimeBand>,
    /// What is held at or above the last edge; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Node<AnyAllocator>>,
}

/// One band of readings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeBand {
    /// The upper edge $\theta_k$, itself not in the band.
    pub below: f64,
    /// What is held in it.
    pub hold: Node<AnyAllocator>,
}

impl Documented for ByRegime {
    const EXAMPLE: &str = r#"
        root = "@by-fear"
        [gauge.fear]
        kind   = "series"
        series = "vix"
        [allocator.by-fear]
        kind      = "by-regime"
        gauge     = "@fear"
        bands     = [
            { below = 12.0, hold = { kind = "fixed", weights = { SPY = 0.9, AGG = 0.1 } } },
            { below = 24.0, hold = { kind = "fixed", weights = { SPY = 0.6, AGG = 0.4 } } },
        ]
        otherwise = { kind = "fixed", weights = { SPY = 0.2, AGG = 0.8 } }
    "#;
    const SOURCE: &str = "Ang, Bekaert (2004), How regimes affect asset allocation, \
                          Financial Analysts Journal 60(2), p. 86";
    fn check(&self) -> Result<(), String> {
        if self.bands.is_empty() {
            return Err("`bands` is empty".into());
        }
        if self.bands.iter().any(|band| !band.below.is_finite()) {
            return Err("`bands`: every `below` is a finite number".into());
        }
        match self.bands.windows(2).find(|pair| pair[0].below >= pair[1].below) {
            Some(pair) => Err(format!("`bands`: {} is not above {}", pair[1].below, pair[0].below)),
            None => Ok(()),
        }
    }
}

impl Allocator for ByRegime {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let reading = self.gauge.read(cx)?;
        let band = self.bands.iter().find(|band| reading < band.below);
        let name = self.gauge.name();
        match (band, &self.otherwise) {
            (Some(band), _) => {
                cx.because(|| format!("{name} is {reading:.4}, below {}", band.below));
                band.hold.allocate(cx)
            }
            (None, otherwise) => {
                cx.because(|| format!("{name} is {reading:.4}, above every band"));
                otherwise.as_ref().map_or_else(|| Ok(Weights::cash()), |node| node.allocate(cx))
            }
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.bands.iter().map(|band| &band.hold).chain(&self.otherwise).collect()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("one portfolio for each band of {}", self.gauge.name()));
        words.gauge("gauge", &self.gauge);
        for band in &self.bands {
            words.allocator(&format!("below {}", band.below), &band.hold);
        }
        match &self.otherwise {
            Some(otherwise) => words.allocator("otherwise", otherwise),
            None => words.line("  otherwise: cash"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market_with, strategy, weights};
    use trimtab_core::AssetId;

    #[test]
    fn an_edge_belongs_to_the_band_above_it() {
        let market = market_with(&[("A", vec![1.0; 4])], vec![("x", vec![1.0, 2.0, 3.0, 9.0])]);
        let hold = |w: f64| format!("{{ kind = \"fixed\", weights = {{ A = {w:?} }} }}");
        let text = format!(
            "root = {{ kind = \"by-regime\", gauge = {{ kind = \"series\", series = \"x\" }}, \
             bands = [{{ below = 2.0, hold = {} }}, {{ below = 4.0, hold = {} }}] }}",
            hold(0.1),
            hold(0.2)
        );
        let strategy = strategy(&text);
        let of = |day| weights(&strategy, &market, day).of(AssetId(0));
        assert_eq!([0, 1, 2, 3].map(of), [0.1, 0.2, 0.2, 0.0]);
    }
}
