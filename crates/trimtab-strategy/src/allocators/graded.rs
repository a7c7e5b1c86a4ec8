//! Between two portfolios, as far as a gauge says.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::graded_filter::grade;
use crate::explain::percent;
use crate::{Allocator, AnyAllocator, AnyGauge, Cx, Documented, Node, Words};
use trimtab_core::{Result, Weights};

/// A mix of two portfolios that follows a gauge: $w = x\,w_{\mathrm{then}} + (1-x)\,w_{\mathrm{otherwise}}$ with
/// $x = \min(1, \max(0, (g - a)/(b - a)))$.
///
/// $g$: the reading of `gauge`; $a$ = `none`, the reading at which nothing of `then` is held; $b$ = `full`, that at which it is
/// all of it (it may be the lower of the two). Without `otherwise` the other side is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graded {
    /// The gauge $g$.
    pub gauge: Node<AnyGauge>,
    /// The reading $a$ at which nothing of `then` is held.
    pub none: f64,
    /// The reading $b$ at which only `then` is held.
    pub full: f64,
    /// What is held at `full`.
    pub then: Node<AnyAllocator>,
    /// What is held at `none`; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Node<AnyAllocator>>,
}

impl Documented for Graded {
    const EXAMPLE: &str = r#"
        root = "@by-strength"
        [gauge.strength]
        kind  = "score-of"
        asset = "SPY"
        by    = { kind = "sma-ratio", fast = 20, slow = 200 }
        [allocator.by-strength]
        kind      = "graded"
        gauge     = "@strength"
        none      = 0.97
        full      = 1.03
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { AGG = 1.0 } }
    "#;
    const SOURCE: &str = "Baltas, Kosowski (2020), Demystifying time-series momentum strategies, \
                          Market Momentum, Wiley (graded signals trade less)";
    fn check(&self) -> Result<(), String> {
        match self.none.is_finite() && self.full.is_finite() && self.none != self.full {
            true => Ok(()),
            false => Err("`none` and `full` are two different finite numbers".into()),
        }
    }
}

impl Allocator for Graded {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let reading = self.gauge.read(cx)?;
        let x = grade(reading, self.none, self.full);
        cx.because(|| format!("{} is {reading:.4}: {}", self.gauge.name(), percent(x)));
        let then = match x > 0.0 {
            true => self.then.allocate(cx)?.scaled(x),
            false => Weights::cash(),
        };
        match &self.otherwise {
            Some(otherwise) if x < 1.0 => Ok(then.plus(otherwise.allocate(cx)?.scaled(1.0 - x))),
            _ => Ok(then),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.then), self.otherwise.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let (none, full) = (self.none, self.full);
        words.line(format!("as far as {} is from {none} towards {full}", self.gauge.name()));
        words.gauge("gauge", &self.gauge);
        words.allocator("then", &self.then);
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
    fn a_quarter_of_the_way() {
        let market = market_with(
            &[("A", vec![1.0; 3]), ("B", vec![1.0; 3])],
            vec![("x", vec![12.5, 5.0, 25.0])],
        );
        let text = "root = { kind = \"graded\", gauge = { kind = \"series\", series = \"x\" }, \
                    none = 10.0, full = 20.0, then = { kind = \"fixed\", weights = { A = 1.0 } }, \
                    otherwise = { kind = \"fixed\", weights = { B = 1.0 } } }";
        let strategy = strategy(text);
        let of = |day| {
            let weights = weights(&strategy, &market, day);
            (weights.of(AssetId(0)), weights.of(AssetId(1)))
        };
        assert_eq!([0, 1, 2].map(of), [(0.25, 0.75), (0.0, 1.0), (1.0, 0.0)]);
    }
}
