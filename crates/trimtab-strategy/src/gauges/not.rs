//! The opposite of a condition.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::Result;

/// One when a gauge says no, else zero: $g = [x \le 0]$.
///
/// $x$: the reading of `of`; a reading above zero is a yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Not {
    /// The condition.
    pub of: Node<AnyGauge>,
}

impl Documented for Not {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.winter]
        kind   = "season"
        months = [11, 12, 1, 2, 3, 4]
        [gauge.summer]
        kind = "not"
        of   = "@winter"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@summer"
        above     = 0.0
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Boole (1854), An Investigation of the Laws of Thought, ch. II";
}

impl Gauge for Not {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        Ok(if self.of.read(cx)? > 0.0 { 0.0 } else { 1.0 })
    }

    fn explain(&self, words: &mut Words) {
        words.line("1 when this is not above zero, else 0");
        words.gauge("of", &self.of);
    }
}
