//! By how much an asset beats another one.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Error, Result, Scores};

/// Another signal less that of a reference: $s_i = x_i - x_r$.
///
/// $x$: the scores of `by`; $r$ = `over`, often a bill fund: above zero then is absolute momentum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excess {
    /// The signal $x$.
    pub by: Node<AnySignal>,
    /// The asset $r$ to beat.
    pub over: String,
}

impl Documented for Excess {
    const EXAMPLE: &str = r#"
        root = "@dual-momentum"
        [signal.excess]
        kind = "excess"
        by   = { kind = "total-return", window = "12 months" }
        over = "SHY"
        [allocator.dual-momentum]
        kind    = "top"
        n       = 1
        by      = "@excess"
        among   = ["SPY", "EFA"]
        above   = 0.0
        instead = { kind = "fixed", weights = { AGG = 1.0 } }
    "#;
    const SOURCE: &str =
        "Antonacci (2014), Dual Momentum Investing: absolute momentum is return in excess of bills";
}

impl Signal for Excess {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let over = cx.past().find(&self.over)?;
        let mut all = among.to_vec();
        if !all.contains(&over) {
            all.push(over);
        }
        let scores = self.by.score(cx, &all)?;
        let bar = scores.of(over).ok_or_else(|| {
            Error::data(format!("{} has no score on {}", self.over, cx.past().date()))
        })?;
        let own = scores.iter().filter(|(asset, _)| among.contains(asset));
        Ok(Scores::new(own.map(|(asset, x)| (asset, x - bar))))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("in excess of {}", self.over));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market;
    use crate::{Book, Memory};
    use trimtab_core::Day;

    #[test]
    fn the_reference_is_not_scored_unasked() {
        let market = market(&[("A", vec![1.0, 2.0]), ("B", vec![1.0, 1.5])]);
        let by = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let (book, mut memory) = (Book::default(), Memory::default());
        let mut cx = Cx::new(market.as_of(Day(1)), &book, &mut memory, &[]);
        let excess = Excess { by, over: "B".into() };
        let scores = excess.score(&mut cx, &[AssetId(0)]).unwrap();
        assert_eq!(scores.iter().collect::<Vec<_>>(), [(AssetId(0), 0.5)]);
    }
}
