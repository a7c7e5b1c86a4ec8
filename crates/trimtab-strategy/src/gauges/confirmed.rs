//! Only when it lasts.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// A condition that counts once it has held at several decisions in a row: $g = [\sum_{j<k} [x_{t-j} > 0] = k]$.
///
/// $x$: the readings of `of`, a reading above zero being a yes; $k$ = `times`, this decision included. How often it has
/// held is remembered from decision to decision; a second look on the same day does not count twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// The condition.
    pub of: Node<AnyGauge>,
    /// How many decisions in a row $k$.
    pub times: u32,
}

impl Documented for Confirmed {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.down]
        kind  = "compare"
        of    = { kind = "score-of", asset = "SPY", by = { kind = "sma-distance", window = 100 } }
        is    = "below"
        value = 0.0
        [gauge.down-twice]
        kind  = "confirmed"
        of    = "@down"
        times = 2
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@down-twice"
        above     = 0.5
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Sullivan, Timmermann, White (1999), Data-snooping, technical trading rule performance, and the \
                          bootstrap, Journal of Finance 54(5), p. 1647 (time delay filters)";
    fn check(&self) -> Result<(), String> {
        if self.times == 0 { Err("`times` is at least 1".into()) } else { Ok(()) }
    }
}

impl Gauge for Confirmed {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let yes = self.of.read(cx)? > 0.0;
        let today = cx.past().today();
        // What is remembered: how often it held in a row before this day, and with it.
        let before = match cx.recall() {
            Some((day, &[before, _])) if day == today => before,
            Some((_, &[_, with])) => with,
            _ => 0.0,
        };
        let with = if yes { before + 1.0 } else { 0.0 };
        cx.remember(vec![before, with]);
        cx.because(|| format!("held {with} times in a row"));
        Ok(f64::from(u8::from(with >= f64::from(self.times))))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("1 when this held at {} decisions in a row, else 0", self.times));
        words.gauge("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn twice_in_a_row_and_not_twice_a_day() {
        let market = market(&[("A", vec![1.0, 2.0, 3.0, 2.0, 3.0, 4.0])]);
        let text =
            "kind = \"score-of\"\nasset = \"A\"\nby = { kind = \"total-return\", window = 1 }";
        let gauge = Confirmed { of: toml::from_str(text).unwrap(), times: 2 };
        let mut memory = Memory::default();
        let mut read = |day| reading(&gauge, &market, day, &mut memory);
        assert_eq!([1, 1, 2, 2, 3, 4, 5].map(&mut read), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    }
}
