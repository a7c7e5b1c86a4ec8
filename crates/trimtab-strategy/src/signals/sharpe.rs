//! Excess return for risk.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::still;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// The yearly Sharpe ratio of returns in excess of another asset: $s = \sqrt m\, \bar e / \sigma_e$ with
/// $e_i = r_i - f_i$.
///
/// $r_i$: simple total returns between observations over `window`; $f_i$: those of the asset `over`, say a bill fund, or
/// zero without one; $\bar e$, $\sigma_e$: mean and sample standard deviation (divisor $n-1$); $m$: observations a year.
/// An asset that is never apart from `over`, such as `over` itself, scores zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sharpe {
    /// The number of returns $n$.
    pub window: Window,
    /// The asset whose returns $f$ are taken off; none means zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
}

impl Documented for Sharpe {
    const EXAMPLE: &str = r#"
        root = "@efficient"
        [signal.efficiency]
        kind   = "sharpe"
        window = 63
        over   = "SHY"
        [allocator.efficient]
        kind  = "top"
        n     = 4
        by    = "@efficiency"
        among = ["SPY", "EFA", "EEM", "TLT", "GLD", "DBC", "IYR", "TIP"]
    "#;
    const SOURCE: &str =
        "Sharpe (1994), The Sharpe ratio, Journal of Portfolio Management 21(1), p. 49";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for Sharpe {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        let over = match &self.over {
            Some(symbol) => Some(past.closes(past.find(symbol)?, self.window.and_one())?),
            None => None,
        };
        let n = self.window.count();
        let yearly = past.per_year_of(self.window).sqrt();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = past.closes(asset, self.window.and_one())?;
            let excess: Vec<f64> = (0..n)
                .map(|i| {
                    let free = over.as_ref().map_or(0.0, |f| f[i + 1] / f[i] - 1.0);
                    closes[i + 1] / closes[i] - 1.0 - free
                })
                .collect();
            let mean = excess.iter().sum::<f64>() / n as f64;
            let squares: f64 = excess.iter().map(|e| (e - mean).powi(2)).sum();
            let sigma = (squares / (n as f64 - 1.0)).sqrt();
            match (mean == 0.0, sigma == 0.0) {
                (true, _) => scores.push((asset, 0.0)),
                (false, true) => return Err(still(past, asset, self.window)),
                (false, false) => scores.push((asset, yearly * mean / sigma)),
            }
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let over = self.over.as_ref().map_or(String::new(), |over| format!(" in excess of {over}"));
        words.line(format!("the Sharpe ratio of returns{over} over {}", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn two_returns_in_closed_form() {
        let market = market(&[("A", vec![100.0, 103.0, 104.03]), ("F", vec![1.0, 1.01, 1.0201])]);
        let signal = Sharpe { window: Window::Sessions(2), over: Some("F".into()) };
        // Excess returns 2 % and 0 %: mean 1 %, deviation sqrt 2 %.
        let expected = 252f64.sqrt() * 0.01 / (0.02 / 2f64.sqrt());
        assert!((score(&signal, &market, 2) - expected).abs() < 1e-9);
    }
}
