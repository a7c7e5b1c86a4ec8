//! How unusual a reading is.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::signals::Against;
use crate::{AnyGauge, Cx, Documented, Gauge, Node, Words};
use trimtab_core::{Result, Window};

/// Another gauge against its own readings of the past: $g = (x_0 - \bar x)/\sigma_x$, or $g = x_0 - \bar x$, or
/// $g = \frac1n \#\{k : x_k \le x_0\}$.
///
/// $x_k$: the reading of `of` at the $n$ = `window` observations up to today, $x_0$ today's; $\bar x$, $\sigma_x$: mean and
/// sample standard deviation. The form is chosen by `how`. Gauges that remember something between decisions are
/// read as if each of those days were the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingAgainstPast {
    /// The gauge $x$.
    pub of: Node<AnyGauge>,
    /// The number of readings $n$ and how far apart they lie.
    pub window: Window,
    /// The form of the comparison.
    #[serde(default)]
    pub how: Against,
}

impl Documented for ReadingAgainstPast {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [gauge.shaking]
        kind  = "score-of"
        asset = "SPY"
        by    = { kind = "volatility", window = 21 }
        [gauge.calm-for-it]
        kind   = "reading-against-past"
        of     = "@shaking"
        window = "52 weeks"
        how    = "percentile"
        [allocator.portfolio]
        kind      = "when"
        gauge     = "@calm-for-it"
        above     = 0.8
        then      = { kind = "fixed", weights = { SHY = 1.0 } }
        otherwise = { kind = "fixed", weights = { SPY = 1.0 } }
    "#;
    const SOURCE: &str = "Moreira, Muir (2017), Volatility-managed portfolios, \
                          Journal of Finance 72(4), p. 1611 (volatility against its own level)";
    fn check(&self) -> Result<(), String> {
        self.how.check(self.window)
    }
}

impl Gauge for ReadingAgainstPast {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        let mut readings = Vec::with_capacity(self.window.count());
        for day in cx.past().sessions(self.window)? {
            readings.push(cx.back(day, |cx| self.of.read(cx))?);
        }
        let now = self.how.of(&readings);
        cx.because(|| format!("{:.4} is {now:.4}", readings[readings.len() - 1]));
        Ok(now)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("{} of {}", self.how.words(), self.window));
        words.gauge("of", &self.of);
    }
}
