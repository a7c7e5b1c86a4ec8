//! What is read when a reading is missing or too old.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Kind, Result};

/// Another gauge where the data have it: $g = x$, or $g = y$ when $x$ cannot be read.
///
/// $x$: the reading of `of`; $y$: that of `otherwise`, read when the data lack what $x$ needs: it is not published yet, or
/// older than its `days`. Every other error stays one. Why it was needed is given as a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingFallback {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The gauge $y$.
    pub otherwise: Node<AnyGauge>,
}

impl Documented for ReadingFallback {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.unemployment-rises]
        kind      = "reading-fallback"
        of        = { kind = "series-to-average", series = "unemployment", readings = 12, days = 75 }
        otherwise = { kind = "constant", value = 1.0 }
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@unemployment-rises"
        above     = 0.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Own formulation: what to do without a figure is the strategy's decision";
}

impl Gauge for ReadingFallback {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        match self.of.read(cx) {
            Err(error) if error.kind() == Kind::Data => {
                cx.because(|| format!("{}: {} instead", error.message(), self.otherwise.name()));
                self.otherwise.read(cx)
            }
            done => done,
        }
    }

    fn explain(&self, words: &mut Words) {
        words.line("the first of these that the data can answer");
        words.gauge("of", &self.of);
        words.gauge("otherwise", &self.otherwise);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market_with;
    use crate::{Book, Memory};
    use trimtab_core::Day;

    #[test]
    fn only_missing_data_are_replaced() {
        let market = market_with(&[("A", vec![1.0; 30])], vec![("x", vec![4.0])]);
        let read = |series: &str, days: u32, day| {
            let text = format!(
                "of = {{ kind = \"series\", series = \"{series}\", days = {days} }}\n\
                 otherwise = {{ kind = \"constant\", value = 9.0 }}"
            );
            let gauge: ReadingFallback = toml::from_str(&text).unwrap();
            let (book, mut memory) = (Book::default(), Memory::default());
            let mut cx = Cx::new(market.as_of(Day(day)), &book, &mut memory, &[]);
            gauge.read(&mut cx).map_err(|error| error.kind())
        };
        assert_eq!(read("x", 10, 0), Ok(4.0));
        assert_eq!(read("x", 10, 29), Ok(9.0));
        assert_eq!(read("misspelt", 10, 0), Err(Kind::Spec));
    }
}
