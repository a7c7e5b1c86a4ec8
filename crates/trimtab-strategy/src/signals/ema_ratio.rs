//! Short over long exponential moving average.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Columns, Cx, Documented, ScoreColumns, Signal, Words};
use trimtab_core::{AssetId, Past, Result, Scores, Window};

/// The short over the long exponential moving average of closes, $s = E_f / E_s$, with
/// $E_n(t) = \alpha P_t + (1-\alpha) E_n(t-1)$ and $\alpha = 2/(n+1)$.
///
/// $P$: total-return closes; $f$ = `fast`, $s$ = `slow`, the spans $n$ in observations. An exponential average never
/// ends; here it starts $4n$ observations back at the first of them, where what is left out weighs less than
/// $e^{-8}$, so that a decision does not depend on when the data begin. Above one is an up-trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmaRatio {
    /// The short span $f$.
    pub fast: Window,
    /// The long span $s$.
    pub slow: Window,
}

/// How many spans an average looks back: $(1 - 2/(n+1))^{4n} < e^{-8} = 0.0003$.
const SPANS: u32 = 4;

impl Documented for EmaRatio {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.trend]
        kind = "ema-ratio"
        fast = 10
        slow = 40
        [allocator.best]
        kind = "top"
        n    = 1
        by   = "@trend"
    "#;
    const SOURCE: &str = "Appel (2005), Technical Analysis: Power Tools for Active Investors, ch. 8; \
                          span convention of Roberts (1959), Technometrics 1(3)";
}

impl EmaRatio {
    fn of(&self, past: Past<'_>, asset: AssetId) -> Result<f64> {
        let average = |span: Window| -> Result<f64> {
            let closes = past.closes(asset, spans(span))?;
            let alpha = 2.0 / (span.count() as f64 + 1.0);
            Ok(closes[1..].iter().fold(closes[0], |e, p| alpha * p + (1.0 - alpha) * e))
        };
        Ok(average(self.fast)? / average(self.slow)?)
    }
}

impl Signal for EmaRatio {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        Scores::of_each(among, |asset| self.of(past, asset))
    }

    fn columns(&self, cx: &Columns<'_>, among: &[AssetId]) -> Option<ScoreColumns> {
        cx.each(among, |past, asset| self.of(past, asset))
    }

    fn explain(&self, words: &mut Words) {
        let (fast, slow) = (self.fast, self.slow);
        words.line(format!("the exponential average of closes over {fast} over that of {slow}"));
    }
}

fn spans(span: Window) -> Window {
    match span {
        Window::Sessions(n) => Window::Sessions(n * SPANS),
        Window::Weeks(n) => Window::Weeks(n * SPANS),
        Window::Months(n) => Window::Months(n * SPANS),
    }
}
