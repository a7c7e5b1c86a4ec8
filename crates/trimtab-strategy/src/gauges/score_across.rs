//! One number for the scores of many.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{AnySignal, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Error, Result};
use trimtab_math::moments::quantile;

/// The mean, median, highest or lowest score of several assets: $g = \frac1n \sum_i s_i$, or the quantile
/// $Q_{1/2}$, $Q_1$ or $Q_0$ of the $s_i$.
///
/// $s_i$: the score of asset $i$ of `among` by `by`; the form is chosen by `how`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreAcross {
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The assets; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// Which number of the scores.
    #[serde(default)]
    pub how: Across,
}

/// One number for many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Across {
    /// The arithmetic mean.
    #[default]
    Mean,
    /// The one in the middle, or the mean of the two in the middle.
    Median,
    /// The highest.
    Highest,
    /// The lowest.
    Lowest,
}

impl Documented for ScoreAcross {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.togetherness]
        kind  = "score-across"
        by    = { kind = "correlation", window = 63, of = "pairs" }
        among = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"]
        [allocator.portfolio]
        kind      = "graded"
        gauge     = "@togetherness"
        none      = 0.9
        full      = 0.3
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Pollet, Wilson (2010), Average correlation and stock market returns, \
                          Journal of Financial Economics 96(3), p. 364";
}

impl Gauge for ScoreAcross {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let among = cx.select(&self.among)?;
        let mut scores: Vec<f64> = self.by.score(cx, &among)?.iter().map(|(_, s)| s).collect();
        scores.sort_unstable_by(f64::total_cmp);
        let one = match self.how {
            Across::Mean => {
                (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
            }
            Across::Median => quantile(&scores, 0.5),
            Across::Highest => scores.last().copied(),
            Across::Lowest => scores.first().copied(),
        };
        one.ok_or_else(|| Error::data(format!("no asset has a score on {}", cx.past().date())))
    }

    fn explain(&self, words: &mut Words) {
        let how = match self.how {
            Across::Mean => "mean",
            Across::Median => "median",
            Across::Highest => "highest",
            Across::Lowest => "lowest",
        };
        words.line(format!("the {how} score of {} by", list(&self.among)));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn the_four_numbers() {
        let market = market(&[("A", vec![1.0, 1.5]), ("B", vec![1.0, 1.0]), ("C", vec![1.0, 3.0])]);
        let by: Node<AnySignal> = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let read = |how| {
            let gauge = ScoreAcross { by: by.clone(), among: vec![], how };
            reading(&gauge, &market, 1, &mut Memory::default())
        };
        let all = [Across::Mean, Across::Median, Across::Highest, Across::Lowest].map(read);
        assert_eq!(all, [2.5 / 3.0, 0.5, 2.0, 0.0]);
    }
}
