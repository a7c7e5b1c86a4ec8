//! Every one of several conditions.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// One when every gauge says yes, else zero: $g = \prod_k [x_k > 0]$.
///
/// $x_k$: the readings of `of`; a reading above zero is a yes. All are read each time, so that those which remember
/// something keep up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct All {
    /// The conditions.
    pub of: Vec<Node<AnyGauge>>,
}

impl Documented for All {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.trend]
        kind  = "score-of"
        asset = "SPY"
        by    = { kind = "sma-distance", window = 200 }
        [gauge.momentum]
        kind  = "score-of"
        asset = "SPY"
        by    = { kind = "total-return", window = 126 }
        [gauge.both]
        kind = "all"
        of   = ["@trend", "@momentum"]
        [allocator.portfolio]
        kind  = "when"
        gauge = "@both"
        above = 0.0
        then  = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Boole (1854), An Investigation of the Laws of Thought, ch. II";
    fn check(&self) -> Result<(), String> {
        if self.of.is_empty() { Err("`of` names no gauge".into()) } else { Ok(()) }
    }
}

impl Gauge for All {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let mut yes = true;
        for gauge in &self.of {
            yes &= gauge.read(cx)? > 0.0;
        }
        Ok(f64::from(u8::from(yes)))
    }

    fn explain(&self, words: &mut Words) {
        words.line("1 when all of these are above zero, else 0");
        for gauge in &self.of {
            words.gauge("", gauge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::gauges::{Any, Not};
    use crate::testing::{market, reading};

    #[test]
    fn truth_tables() {
        let market = market(&[("A", vec![1.0])]);
        let constant = |x: f64| -> Node<AnyGauge> {
            toml::from_str(&format!("kind = \"constant\"\nvalue = {x:?}")).unwrap()
        };
        let read = |gauge: &dyn Gauge| reading(gauge, &market, 0, &mut Memory::default());
        for (a, b) in [(-1.0, -1.0), (0.0, 2.0), (2.0, 0.0), (0.5, 1.0)] {
            let of = vec![constant(a), constant(b)];
            let yes = |yes: bool| if yes { 1.0 } else { 0.0 };
            assert_eq!(read(&All { of: of.clone() }), yes(a > 0.0 && b > 0.0));
            assert_eq!(read(&Any { of }), yes(a > 0.0 || b > 0.0));
            assert_eq!(read(&Not { of: constant(a) }), yes(a <= 0.0));
        }
    }
}
