//! One reading in units of another.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Error, Result};

/// One gauge over another: $g = x / y$.
///
/// $x$: the reading of `of`; $y$: that of `over`, which must not be zero. Market capitalisation over GDP, a volatility
/// index over the one of three months (above one: backwardation, the near future dearer than the far one), a valuation over
/// that of another country.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingRatio {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The gauge $y$.
    pub over: Node<AnyGauge>,
}

impl Documented for ReadingRatio {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.flatness]
        kind = "reading-ratio"
        of   = { kind = "series", series = "DGS3MO" }
        over = { kind = "series", series = "DGS10" }
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@flatness"
        above     = 1.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Johnson (2017), Risk premia and the VIX term structure, \
                          Journal of Financial and Quantitative Analysis 52(6), p. 2461";
}

impl Gauge for ReadingRatio {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (x, y) = (self.of.read(cx)?, self.over.read(cx)?);
        if y == 0.0 {
            let said = format!("{} reads zero, and nothing can be divided by it", self.over.name());
            return Err(Error::data(said).hint("use `reading-sum` for a difference"));
        }
        cx.because(|| format!("{x:.4} over {y:.4} is {:.4}", x / y));
        Ok(x / y)
    }

    fn explain(&self, words: &mut Words) {
        words.line("one reading over another");
        words.gauge("of", &self.of);
        words.gauge("over", &self.over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market_with, reading};
    use crate::{Book, Memory};
    use trimtab_core::{Day, Kind};

    #[test]
    fn a_ratio_and_no_division_by_zero() {
        let series = vec![("x", vec![20.0, 18.0]), ("y", vec![25.0, 0.0])];
        let market = market_with(&[("A", vec![1.0; 2])], series);
        let text = "of = { kind = \"series\", series = \"x\" }\nover = { kind = \"series\", series = \"y\" }";
        let gauge: ReadingRatio = toml::from_str(text).unwrap();
        assert_eq!(reading(&gauge, &market, 0, &mut Memory::default()), 0.8);
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(1)), &book, &mut memory, &[]);
        assert_eq!(gauge.read(&mut cx).unwrap_err().kind(), Kind::Data);
    }
}
