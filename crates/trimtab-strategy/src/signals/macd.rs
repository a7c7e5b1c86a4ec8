//! Two averages drawing together or apart.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ema;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// Moving-average convergence and divergence as a fraction of the price: $s = (M - S)/P_t$ or $s = M/P_t$, with
/// $M = E_f - E_s$ and $S$ the exponential average of $M$ with span $g$.
///
/// $E_n$: the exponential average of total-return closes $P$ with $\alpha = 2/(n+1)$; $f$ = `fast`, $s$ = `slow`, $g$ = `smooth`.
/// Divided by the price, so that assets compare. The averages start $4(s + g)$ observations back, where what is left
/// out weighs less than $e^{-8}$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Macd {
    /// The short span $f$.
    pub fast: Window,
    /// The long span $s$.
    pub slow: Window,
    /// The span $g$ of the signal line $S$.
    pub smooth: Window,
    /// Which of its curves is the score.
    #[serde(default)]
    pub of: MacdOf,
}

/// A curve of the MACD.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MacdOf {
    /// $(M - S)/P_t$.
    #[default]
    Histogram,
    /// $M/P_t$.
    Line,
    /// $S/P_t$.
    Signal,
}

/// How many spans the averages look back.
const SPANS: u32 = 4;

impl Documented for Macd {
    const EXAMPLE: &str = r#"
        root = "@gathering-speed"
        [signal.speed]
        kind   = "macd"
        fast   = 12
        slow   = 26
        smooth = 9
        [allocator.gathering-speed]
        kind = "top"
        n    = 3
        by   = "@speed"
    "#;
    const SOURCE: &str =
        "Appel (2005), Technical Analysis: Power Tools for Active Investors, ch. 8";
    fn check(&self) -> Result<(), String> {
        match self.fast.same_spacing(self.slow) && self.slow.same_spacing(self.smooth) {
            true => Ok(()),
            false => {
                Err("`fast`, `slow` and `smooth` count the same: sessions, weeks or months".into())
            }
        }
    }
}

impl Signal for Macd {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let (f, s, g) = (self.fast.count(), self.slow.count(), self.smooth.count());
        // Both spans together, in the spacing of either.
        let whole = match self.slow {
            Window::Sessions(n) => Window::Sessions(n + g as u32),
            Window::Weeks(n) => Window::Weeks(n + g as u32),
            Window::Months(n) => Window::Months(n + g as u32),
        };
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, whole.times(SPANS))?;
            let line: Vec<f64> =
                ema(&closes, f).zip(ema(&closes, s)).map(|(fast, slow)| fast - slow).collect();
            let newest = line[line.len() - 1];
            let signal = ema(&line, g).last().unwrap_or(newest);
            let curve = match self.of {
                MacdOf::Histogram => newest - signal,
                MacdOf::Line => newest,
                MacdOf::Signal => signal,
            };
            scores.push((asset, curve / closes[closes.len() - 1]));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let curve = match self.of {
            MacdOf::Histogram => "histogram",
            MacdOf::Line => "line",
            MacdOf::Signal => "signal line",
        };
        let (fast, slow, smooth) = (self.fast, self.slow, self.smooth);
        words.line(format!("the MACD {curve} of {fast}, {slow} and {smooth}, over the price"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn a_straight_line_has_a_constant_lag() {
        // An exponential average of span n lags a straight line by (n - 1)/2 steps.
        let market = market(&[("A", (0..400).map(|t| 1000.0 + f64::from(t)).collect())]);
        let [fast, slow, smooth] = [12, 26, 9].map(Window::Sessions);
        let line = score(&Macd { fast, slow, smooth, of: MacdOf::Line }, &market, 399);
        assert!((line * 1399.0 - 7.0).abs() < 0.02, "{}", line * 1399.0);
        let histogram = score(&Macd { fast, slow, smooth, of: MacdOf::Histogram }, &market, 399);
        assert!((histogram * 1399.0).abs() < 0.02);
    }
}
