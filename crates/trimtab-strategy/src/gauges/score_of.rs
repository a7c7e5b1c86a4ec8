//! One asset's signal as a reading for the whole market.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Columns, Cx, Documented, Gauge, Node, Readings, Words};
use trimtab_core::{Error, Result};

/// The score of one asset: $g = s_a$.
///
/// $a$ = `asset`, $s$ = the signal `by`. It lets one asset's trend decide on another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreOf {
    /// The asset $a$.
    pub asset: String,
    /// The signal $s$.
    pub by: Node<AnySignal>,
}

impl Documented for ScoreOf {
    const EXAMPLE: &str = r#"
        root = "@trend-or-cash"
        [signal.trend]
        kind = "sma-ratio"
        fast = 50
        slow = 200
        [gauge.market]
        kind  = "score-of"
        asset = "SPY"
        by    = "@trend"
        [allocator.trend-or-cash]
        kind  = "when"
        gauge = "@market"
        above = 1.0
        then  = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Faber (2007), A quantitative approach to tactical asset allocation, \
                          Journal of Wealth Management 9(4), p. 69";
}

impl Gauge for ScoreOf {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let asset = cx.past().find(&self.asset)?;
        let scores = self.by.score(cx, &[asset])?;
        let score = scores.of(asset).ok_or_else(|| {
            Error::data(format!("{} has no score on {}", self.asset, cx.past().date()))
        })?;
        cx.because(|| format!("{} scores {score:.4}", self.asset));
        Ok(score)
    }

    fn column(&self, cx: &Columns<'_>) -> Option<Readings> {
        let asset = cx.find(&self.asset)?;
        let scores = cx.scores(&self.by, &[asset])?;
        Some(Readings { from: scores.from(), values: scores.of(0).to_vec() })
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the score of {} by", self.asset));
        words.signal("by", &self.by);
    }
}
