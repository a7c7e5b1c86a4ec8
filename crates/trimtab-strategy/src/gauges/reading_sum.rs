//! Several readings added up.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// Several gauges added up: $g = c + \sum_k w_k x_k$.
///
/// $x_k$, $w_k$: reading and `weight` of part $k$; $c$ = `plus`. With weights 1 and $-1$ it is the difference of two
/// readings; with conditions as parts it counts how many hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingSum {
    /// The gauges and their weights.
    pub parts: Vec<ReadingPart>,
    /// The constant $c$.
    #[serde(default)]
    pub plus: f64,
}

/// One term of a sum of readings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingPart {
    /// The gauge $x_k$.
    pub of: Node<AnyGauge>,
    /// Its weight $w_k$.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

impl Documented for ReadingSum {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [signal.volatility]
        kind   = "volatility"
        window = 21
        [gauge.spread]
        kind  = "reading-sum"
        parts = [
            { of = { kind = "score-of", asset = "SPY", by = "@volatility" } },
            { of = { kind = "score-of", asset = "TLT", by = "@volatility" }, weight = -1.0 },
        ]
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@spread"
        above     = 0.0
        then      = { kind = "fixed", weights = { TLT = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Own formulation: a gauge may be the sum or the difference of others";
    fn check(&self) -> Result<(), String> {
        let finite = self.plus.is_finite() && self.parts.iter().all(|p| p.weight.is_finite());
        match finite {
            _ if self.parts.is_empty() => Err("`parts` is empty".into()),
            true => Ok(()),
            false => Err("`plus` and every `weight` are finite numbers".into()),
        }
    }
}

impl Gauge for ReadingSum {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let mut sum = self.plus;
        for part in &self.parts {
            sum += part.weight * part.of.read(cx)?;
        }
        Ok(sum)
    }

    fn explain(&self, words: &mut Words) {
        words.line(match self.plus == 0.0 {
            true => "the sum of".to_owned(),
            false => format!("{} plus the sum of", self.plus),
        });
        for part in &self.parts {
            words.gauge(&format!("{} times", part.weight), &part.of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn a_weighted_sum() {
        let market = market(&[("A", vec![1.0])]);
        let text = "plus = 1.0\nparts = [{ of = { kind = \"constant\", value = 2.0 }, weight = 3.0 }, \
                    { of = { kind = \"constant\", value = 0.5 } }]";
        let sum: ReadingSum = toml::from_str(text).unwrap();
        assert_eq!(reading(&sum, &market, 0, &mut Memory::default()), 7.5);
    }
}
