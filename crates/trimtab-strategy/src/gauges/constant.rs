//! A number.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Columns, Cx, Documented, Gauge, Readings, Words};
use trimtab_core::Result;

/// Always the same reading: $g = c$.
///
/// $c$ = `value`. For a switch that is set by hand, or a part of a sum of gauges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// The number $c$.
    pub value: f64,
}

impl Documented for Constant {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.optimism]
        kind  = "constant"
        value = 0.7
        [allocator.portfolio]
        kind      = "graded"
        gauge     = "@optimism"
        none      = 0.0
        full      = 1.0
        then      = { kind = "fixed", weights = { SPY = 1.0 } }
        otherwise = { kind = "fixed", weights = { AGG = 1.0 } }
    "#;
    const SOURCE: &str =
        "Own formulation: what a person decides stands in the file like everything else";
    fn check(&self) -> Result<(), String> {
        if self.value.is_finite() { Ok(()) } else { Err("`value` is a finite number".into()) }
    }
}

impl Gauge for Constant {
    fn read(&self, _: &mut Cx<'_>) -> Result<f64> {
        Ok(self.value)
    }

    fn column(&self, cx: &Columns<'_>) -> Option<Readings> {
        Some(Readings { from: 0, values: vec![self.value; cx.days()] })
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("always {}", self.value));
    }
}
