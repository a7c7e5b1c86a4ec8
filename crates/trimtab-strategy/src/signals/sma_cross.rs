//! In an up-trend or not.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::walk::walk;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Fraction, Result, Scores, Window};

/// The state of a moving-average crossover with a band: $s = 1$ since $\bar P_f / \bar P_s > 1 + b$ was last seen, $s = 0$
/// since $\bar P_f / \bar P_s < 1 - b$ was; in between the state stays.
///
/// $\bar P_n$: the mean of the last $n$ total-return closes; $f$ = `fast`, $s$ = `slow`, $b$ = `band`. Looked at every session, whenever
/// the strategy decides. Before the first crossing the state is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmaCross {
    /// The short window $f$; 1 is the price itself.
    pub fast: Window,
    /// The long window $s$.
    pub slow: Window,
    /// The half-width $b$ of the band in which nothing changes: 0.01 is one per cent.
    #[serde(default)]
    pub band: Fraction,
}

impl Documented for SmaCross {
    const EXAMPLE: &str = r#"
        root = "@in-trend"
        [signal.trend]
        kind = "sma-cross"
        fast = 1
        slow = 100
        band = 0.01
        [allocator.in-trend]
        kind  = "filter"
        of    = { kind = "equal-weight" }
        by    = "@trend"
        above = 0.5
    "#;
    const SOURCE: &str = "Brock, Lakonishok, LeBaron (1992), Simple technical trading rules, \
                          Journal of Finance 47(5), p. 1731 (bands of 0 and 1 per cent)";
}

impl Signal for SmaCross {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let band = self.band.get();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let state = walk(cx, asset, 0.0, |past, state| {
                let slow = past.mean(asset, self.slow)?;
                let ratio = past.mean(asset, self.fast)? / slow;
                Ok(match ratio {
                    r if r > 1.0 + band => 1.0,
                    r if r < 1.0 - band => 0.0,
                    _ => state,
                })
            })?;
            scores.push((asset, state));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let (fast, slow) = (self.fast, self.slow);
        let band = match self.band.get() {
            0.0 => String::new(),
            b => format!(", changing only beyond {}", crate::explain::percent(b)),
        };
        words.line(format!("1 while the {fast} average is above that of {slow}, else 0{band}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    fn closes() -> Vec<f64> {
        // Up, a shallow dip inside the band, a deep one.
        [100.0, 100.0, 110.0, 108.0, 107.5, 107.4, 90.0, 89.9].to_vec()
    }

    #[test]
    fn inside_the_band_the_state_stays() {
        let market = market(&[("A", closes())]);
        let with = |band: f64, day| {
            let band = Fraction::try_from(band).unwrap();
            let (fast, slow) = (Window::Sessions(1), Window::Sessions(2));
            score(&SmaCross { fast, slow, band }, &market, day)
        };
        assert_eq!([2, 3, 4, 5, 6].map(|day| with(0.02, day)), [1.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!([2, 3, 6].map(|day| with(0.0, day)), [1.0, 0.0, 0.0]);
    }
}
