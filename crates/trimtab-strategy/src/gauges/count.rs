//! How many assets are good, or bad.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{AnySignal, Cx, Documented, Gauge, Node, Relation, Words};
use trimtab_core::{Error, Result};

/// The number of assets whose score stands so to a threshold: $g = \#\{i : s_i \mathbin{R} \theta\}$.
///
/// $s_i$: the score of asset $i$ of `among` by `by`; $R$ = `is`; $\theta$ = `than`. As a share of all see `breadth`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The signal $s$.
    pub by: Node<AnySignal>,
    /// The assets; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// The relation $R$.
    pub is: Relation,
    /// The threshold $\theta$.
    pub than: f64,
}

impl Documented for Count {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.bad-canaries]
        kind  = "count"
        by    = { kind = "total-return", window = "3 months" }
        among = ["EEM", "AGG"]
        is    = "below"
        than  = 0.0
        [allocator.portfolio]
        kind      = "by-regime"
        gauge     = "@bad-canaries"
        bands     = [
            { below = 0.5, hold = { kind = "fixed", weights = { SPY = 1.0 } } },
            { below = 1.5, hold = { kind = "fixed", weights = { SPY = 0.5, AGG = 0.5 } } },
        ]
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Keller, Keuning (2018), Breadth momentum and the canary universe: defensive asset \
                          allocation (DAA)";
    fn check(&self) -> Result<(), String> {
        if self.than.is_finite() { Ok(()) } else { Err("`than` is a finite number".into()) }
    }
}

impl Gauge for Count {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to count"));
        }
        let scores = self.by.score(cx, &among)?;
        let count = scores.iter().filter(|(_, s)| self.is.holds(*s, self.than)).count();
        cx.because(|| format!("{count} of {} {} {}", among.len(), self.is.words(), self.than));
        Ok(count as f64)
    }

    fn explain(&self, words: &mut Words) {
        let (among, is) = (list(&self.among), self.is.words());
        words.line(format!("how many of {among} are {is} {} by", self.than));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn strict_or_not() {
        let market = market(&[("A", vec![1.0, 2.0]), ("B", vec![1.0, 1.0]), ("C", vec![1.0, 0.5])]);
        let by: Node<AnySignal> = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let read = |is| {
            let count = Count { by: by.clone(), among: vec![], is, than: 0.0 };
            reading(&count, &market, 1, &mut Memory::default())
        };
        assert_eq!((read(Relation::Below), read(Relation::AtMost)), (1.0, 2.0));
        assert_eq!((read(Relation::Above), read(Relation::AtLeast)), (1.0, 2.0));
    }
}
