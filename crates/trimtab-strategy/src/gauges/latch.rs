//! Set by one thing, cleared by another.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// A memory of one bit: $g = 1$ from when `set` says yes until `clear` says yes, which is 0.
///
/// A reading above zero is a yes; when both say yes, `clear` counts. Formula: $g_t = (g_{t-1} \lor s_t) \land \lnot c_t$ with
/// $s$, $c$ the answers of `set` and `clear`, and $g_0$ = `start`. The state is remembered from decision to decision:
/// decisions that do not read this gauge do not move it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latch {
    /// The condition that sets it.
    pub set: Node<AnyGauge>,
    /// The condition that clears it.
    pub clear: Node<AnyGauge>,
    /// Whether it starts set.
    #[serde(default)]
    pub start: bool,
}

impl Documented for Latch {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.crash]
        kind  = "compare"
        of    = { kind = "score-of", asset = "SPY", by = { kind = "drawdown", window = 252 } }
        is    = "below"
        value = -0.05
        [gauge.recovered]
        kind  = "compare"
        of    = { kind = "score-of", asset = "SPY", by = { kind = "sma-distance", window = 100 } }
        is    = "above"
        value = 0.0
        [gauge.sheltered]
        kind  = "latch"
        set   = "@crash"
        clear = "@recovered"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@sheltered"
        above     = 0.5
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Eccles, Jordan (1919), A trigger relay utilizing three-electrode thermionic vacuum tubes, \
                          The Electrician 83, p. 298";
}

impl Gauge for Latch {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let (set, clear) = (self.set.read(cx)? > 0.0, self.clear.read(cx)? > 0.0);
        let before = cx.recall().map_or(self.start, |(_, state)| state == [1.0]);
        let now = (before || set) && !clear;
        if now != before {
            cx.because(|| if now { "set" } else { "cleared" }.to_owned());
        }
        let state = f64::from(u8::from(now));
        cx.remember(vec![state]);
        Ok(state)
    }

    fn explain(&self, words: &mut Words) {
        words.line("1 from when it is set until it is cleared, else 0");
        words.gauge("set", &self.set);
        words.gauge("clear", &self.clear);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn it_holds_until_cleared() {
        let market = market(&[("A", vec![1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0, 4.0])]);
        let is = |is: &str, value: f64| -> Node<AnyGauge> {
            let text = format!(
                "kind = \"compare\"\nis = \"{is}\"\nvalue = {value:?}\n\
                 of = {{ kind = \"score-of\", asset = \"A\", by = {{ kind = \"total-return\", window = 1 }} }}"
            );
            toml::from_str(&text).unwrap()
        };
        let latch = Latch { set: is("above", 0.5), clear: is("below", -0.3), start: false };
        let mut memory = Memory::default();
        let states: Vec<f64> =
            (1..8).map(|day| reading(&latch, &market, day, &mut memory)).collect();
        assert_eq!(states, [0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    }
}
