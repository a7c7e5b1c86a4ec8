//! One reading against another.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Relation, Words};
use trimtab_core::Result;

/// Whether a reading stands so to another one or to a number: $g = [x \mathbin{R} y]$, one or zero.
///
/// $x$: the reading of `of`; $R$ = `is`; $y$: the number `value` or the reading of `than`, one of the two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The relation $R$.
    pub is: Relation,
    /// The number $y$.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The gauge $y$.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub than: Option<Node<AnyGauge>>,
}

impl Documented for Compare {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [signal.momentum]
        kind   = "total-return"
        window = "6 months"
        [gauge.stocks]
        kind  = "score-of"
        asset = "SPY"
        by    = "@momentum"
        [gauge.gold]
        kind  = "score-of"
        asset = "GLD"
        by    = "@momentum"
        [gauge.stocks-lead]
        kind = "compare"
        of   = "@stocks"
        is   = "above"
        than = "@gold"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@stocks-lead"
        above     = 0.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { GLD = 1.0 } }
    "#;
    const SOURCE: &str =
        "Own formulation: published rules differ in whether equality counts, so it is said";
    fn check(&self) -> Result<(), String> {
        match (self.value, &self.than) {
            (Some(y), None) if y.is_finite() => Ok(()),
            (None, Some(_)) => Ok(()),
            (Some(_), None) => Err("`value` is a finite number".into()),
            _ => Err("write either `value` or `than`".into()),
        }
    }
}

impl Gauge for Compare {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let x = self.of.read(cx)?;
        let y = match &self.than {
            Some(than) => than.read(cx)?,
            None => self.value.unwrap_or_default(),
        };
        let yes = self.is.holds(x, y);
        cx.because(|| {
            let verb = if yes { "is" } else { "is not" };
            format!("{x:.4} {verb} {} {y:.4}", self.is.words())
        });
        Ok(f64::from(u8::from(yes)))
    }

    fn explain(&self, words: &mut Words) {
        let than = match (&self.than, self.value) {
            (Some(_), _) => "the other".to_owned(),
            (None, y) => y.unwrap_or_default().to_string(),
        };
        words.line(format!("1 when this is {} {than}, else 0", self.is.words()));
        words.gauge("of", &self.of);
        if let Some(than) = &self.than {
            words.gauge("than", than);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use crate::testing::{market, reading};

    #[test]
    fn one_of_two_and_not_both() {
        let parse = |text: &str| toml::from_str::<Node<AnyGauge>>(text);
        let with = |extra: &str| {
            format!(
                "kind = \"compare\"\nis = \"at-most\"\nof = {{ kind = \"constant\", value = 1.0 }}\n{extra}"
            )
        };
        let than = "than = { kind = \"constant\", value = 0.5 }";
        assert!(parse(&with("")).is_err());
        assert!(parse(&with(&format!("value = 1.0\n{than}"))).is_err());
        let market = market(&[("A", vec![1.0])]);
        let read = |text: &str| {
            let node = parse(text).unwrap();
            reading(node.inner().as_dyn(), &market, 0, &mut Memory::default())
        };
        assert_eq!((read(&with("value = 1.0")), read(&with(than))), (1.0, 0.0));
    }
}
