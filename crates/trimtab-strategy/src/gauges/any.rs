//! At least some of several conditions.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// One when any gauge says yes, else zero: $g = 1 - \prod_k [x_k \le 0]$.
///
/// $x_k$: the readings of `of`; a reading above zero is a yes. All are read each time, so that those which remember
/// something keep up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Any {
    /// The conditions.
    pub of: Vec<Node<AnyGauge>>,
}

impl Documented for Any {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.stocks-fall]
        kind = "count"
        by   = { kind = "total-return", window = "3 months" }
        among = ["SPY", "EFA", "EEM"]
        is   = "below"
        than = 0.0
        [gauge.stocks-shake]
        kind  = "compare"
        of    = { kind = "score-of", asset = "SPY", by = { kind = "volatility", window = 21 } }
        is    = "above"
        value = 0.25
        [gauge.alarm]
        kind = "any"
        of   = ["@stocks-fall", "@stocks-shake"]
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@alarm"
        above     = 0.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Boole (1854), An Investigation of the Laws of Thought, ch. II";
    fn check(&self) -> Result<(), String> {
        if self.of.is_empty() { Err("`of` names no gauge".into()) } else { Ok(()) }
    }
}

impl Gauge for Any {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let mut yes = false;
        for gauge in &self.of {
            yes |= gauge.read(cx)? > 0.0;
        }
        Ok(f64::from(u8::from(yes)))
    }

    fn explain(&self, words: &mut Words) {
        words.line("1 when any of these is above zero, else 0");
        for gauge in &self.of {
            words.gauge("", gauge);
        }
    }
}
