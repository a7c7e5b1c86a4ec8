//! Up-moves against down-moves.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{WILDER_LENGTHS, wilder};
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// Wilder's relative strength index: $s = 100\, U / (U + D)$, with $U$ and $D$ Wilder's averages of up-moves
/// $\max(P_t - P_{t-1}, 0)$ and of down-moves $\max(P_{t-1} - P_t, 0)$.
///
/// $P$: total-return closes. Wilder's average of $n$ = `window` moves $A(t) = A(t-1) + (x_t - A(t-1))/n$ starts with the plain mean of
/// the first $n$. It never ends; here it starts $12n$ moves back, where what is left out weighs less than $e^{-12}$,
/// so that a decision does not depend on when the data begin. A price that did not move at all scores 50.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rsi {
    /// The length $n$ of the averages.
    pub window: Window,
}

impl Documented for Rsi {
    const EXAMPLE: &str = r#"
        root = "@not-too-hot"
        [signal.heat]
        kind   = "rsi"
        window = 14
        [allocator.not-too-hot]
        kind   = "top"
        n      = 5
        by     = "@heat"
        lowest = true
    "#;
    const SOURCE: &str = "Wilder (1978), New Concepts in Technical Trading Systems, section VI";
}

impl Signal for Rsi {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let n = self.window.count();
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let closes = cx.past().closes(asset, self.window.times(WILDER_LENGTHS).and_one())?;
            let moves = |sign: f64| closes.windows(2).map(move |p| (sign * (p[1] - p[0])).max(0.0));
            let (up, down) = (wilder(moves(1.0), n), wilder(moves(-1.0), n));
            let still = up + down == 0.0;
            scores.push((asset, if still { 50.0 } else { 100.0 * up / (up + down) }));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("Wilder's relative strength index of {}", self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn up_three_down_one_is_seventy_five() {
        let mut price = 100.0;
        let closes = (0..300)
            .map(|t| {
                price += if t % 2 == 0 { 3.0 } else { -1.0 };
                price
            })
            .collect();
        let market = market(&[("A", closes)]);
        let rsi = score(&Rsi { window: Window::Sessions(20) }, &market, 299);
        assert!((rsi - 75.0).abs() < 1.0, "{rsi}");
    }

    #[test]
    fn a_still_price_is_neither_hot_nor_cold() {
        let market = market(&[("A", vec![7.0; 200])]);
        assert_eq!(score(&Rsi { window: Window::Sessions(14) }, &market, 199), 50.0);
    }
}
