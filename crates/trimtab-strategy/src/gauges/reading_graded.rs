//! A reading as a strength between two bounds.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// A gauge mapped to a scale and cut there: $g = l + (h - l) \min(1, \max(0, (x - a)/(b - a)))$.
///
/// $x$: the reading of `of`; $a$ = `from` and $b$ = `to`: the readings that become $l$ = `low` and $h$ = `high`. `from`
/// may be above `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingGraded {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The reading $a$ that becomes `low`.
    pub from: f64,
    /// The reading $b$ that becomes `high`.
    pub to: f64,
    /// What is read at `from` and beyond it, $l$.
    #[serde(default)]
    pub low: f64,
    /// What is read at `to` and beyond it, $h$.
    #[serde(default = "one")]
    pub high: f64,
}

fn one() -> f64 {
    1.0
}

impl Documented for ReadingGraded {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.strength]
        kind = "reading-graded"
        of   = { kind = "series", series = "vix" }
        from = 30.0
        to   = 15.0
        low  = -1.0
        [allocator.portfolio]
        kind      = "graded"
        gauge     = "@strength"
        none      = -1.0
        full      = 1.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Own formulation: readings of any unit become strengths that can be added up";
    fn check(&self) -> Result<(), String> {
        let all = [self.from, self.to, self.low, self.high];
        match all.iter().all(|x| x.is_finite()) && self.from != self.to {
            true => Ok(()),
            false => Err("`from` and `to` are two different finite numbers, `low` and `high` are finite".into()),
        }
    }
}

impl Gauge for ReadingGraded {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let x = self.of.read(cx)?;
        let part = ((x - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        let strength = self.low + (self.high - self.low) * part;
        cx.because(|| format!("{x:.4} counts as {strength:.4}"));
        Ok(strength)
    }

    fn explain(&self, words: &mut Words) {
        let Self { from, to, low, high, .. } = self;
        words.line(format!("{low} at {from}, {high} at {to}, straight in between and level beyond"));
        words.gauge("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market_with, reading};

    #[test]
    fn a_falling_scale() {
        let market = market_with(&[("A", vec![1.0; 3])], vec![("x", vec![40.0, 26.25, 10.0])]);
        let of = toml::from_str("kind = \"series\"\nseries = \"x\"").unwrap();
        let gauge = ReadingGraded { of, from: 30.0, to: 15.0, low: -1.0, high: 1.0 };
        let read = |day| reading(&gauge, &market, day, &mut Memory::default());
        assert_eq!([0, 1, 2].map(read), [-1.0, -0.5, 1.0]);
    }
}
