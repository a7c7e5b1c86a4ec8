//! A switch that does not flutter.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// A switch with two thresholds: $g = 1$ once $x \ge u$, $g = 0$ once $x \le l$; in between it stays as it was.
///
/// $x$: the reading of `of` at each decision; $u$ = `on`, $l$ = `off`. When `on` is below `off` it works the other way:
/// 1 once $x \le u$, 0 once $x \ge l$. At the first decision, between the two, it is `start`. The state is remembered
/// from decision to decision: decisions that do not read this gauge do not move it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hysteresis {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The threshold $u$ that switches on.
    pub on: f64,
    /// The threshold $l$ that switches off.
    pub off: f64,
    /// Whether it starts switched on.
    #[serde(default)]
    pub start: bool,
}

impl Documented for Hysteresis {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.shaking]
        kind  = "score-of"
        asset = "SPY"
        by    = { kind = "volatility", window = 21 }
        [gauge.alarm]
        kind = "hysteresis"
        of   = "@shaking"
        on   = 0.20
        off  = 0.15
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@alarm"
        above     = 0.5
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str =
        "Schmitt (1938), A thermionic trigger, Journal of Scientific Instruments 15(1), p. 24";
    fn check(&self) -> Result<(), String> {
        match self.on.is_finite() && self.off.is_finite() && self.on != self.off {
            true => Ok(()),
            false => Err("`on` and `off` are two different finite numbers".into()),
        }
    }
}

impl Gauge for Hysteresis {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let reading = self.of.read(cx)?;
        let sign = if self.on > self.off { 1.0 } else { -1.0 };
        let (x, on, off) = (sign * reading, sign * self.on, sign * self.off);
        let before = cx.recall().map_or(self.start, |(_, state)| state == [1.0]);
        let now = x >= on || (before && x > off);
        cx.because(|| {
            let state = if now { "on" } else { "off" };
            match now == before {
                true => format!("{reading:.4}: stays {state}"),
                false => format!("{reading:.4}: switches {state}"),
            }
        });
        let state = f64::from(u8::from(now));
        cx.remember(vec![state]);
        Ok(state)
    }

    fn explain(&self, words: &mut Words) {
        let (on, off) = match self.on > self.off {
            true => ("at or above", "at or below"),
            false => ("at or below", "at or above"),
        };
        words.line(format!("1 once {on} {}, 0 once {off} {}", self.on, self.off));
        words.gauge("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    fn states(on: f64, off: f64) -> Vec<f64> {
        let market = market(&[("A", vec![5.0, 7.0, 8.0, 7.0, 5.0, 4.0, 5.0, 8.0])]);
        let text = "kind = \"score-of\"\nasset = \"A\"\nby = { kind = \"weighted-sum\", plus = 0.0, \
                    parts = [{ by = { kind = \"total-return\", window = 1 } }] }";
        let of: Node<AnyGauge> = toml::from_str(text).unwrap();
        let gauge = Hysteresis { of, on, off, start: false };
        let mut memory = Memory::default();
        (1..8).map(|day| reading(&gauge, &market, day, &mut memory)).collect()
    }

    #[test]
    fn between_the_thresholds_it_stays() {
        // Returns 40, 14, -12.5, -29, -20, 25, 60 per cent.
        assert_eq!(states(0.3, -0.25), [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(states(-0.25, 0.3), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn without_memory_it_is_what_it_starts_as() {
        let market = market(&[("A", vec![1.0])]);
        let of: Node<AnyGauge> = toml::from_str("kind = \"constant\"\nvalue = 0.5").unwrap();
        let mut gauge = Hysteresis { of, on: 1.0, off: 0.0, start: true };
        assert_eq!(reading(&gauge, &market, 0, &mut Memory::default()), 1.0);
        gauge.start = false;
        assert_eq!(reading(&gauge, &market, 0, &mut Memory::default()), 0.0);
    }
}
