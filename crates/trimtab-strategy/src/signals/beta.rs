//! How much an asset moves when others move by one.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{returns, still};
use crate::explain::list;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};
use trimtab_math::moments::Comoments;

/// The slope of an asset's returns on those of a basket: $s = \mathrm{cov}(r_i, b) / \mathrm{var}(b)$ with
/// $b = \frac1n \sum_{j \in B} r_j$.
///
/// $r$: simple total returns over `window`; $B$ = `to`, in equal shares, rebalanced at each observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Beta {
    /// The number of returns.
    pub window: Window,
    /// The basket $B$.
    pub to: Vec<String>,
}

impl Documented for Beta {
    const EXAMPLE: &str = r#"
        root = "@sluggish"
        [signal.swing]
        kind   = "beta"
        window = 126
        to     = ["SPY"]
        [allocator.sluggish]
        kind   = "top"
        n      = 3
        by     = "@swing"
        lowest = true
        among  = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"]
    "#;
    const SOURCE: &str = "Frazzini, Pedersen (2014), Betting against beta, \
                          Journal of Financial Economics 111(1), p. 1";
    fn check(&self) -> Result<(), String> {
        if self.to.is_empty() {
            return Err("`to` names no asset".into());
        }
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for Beta {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let to = cx.select(&self.to)?;
        let mut basket = vec![0.0; self.window.count()];
        for &asset in &to {
            let own = returns(cx.past(), asset, self.window)?;
            basket.iter_mut().zip(own).for_each(|(b, r)| *b += r / to.len() as f64);
        }
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let own = returns(cx.past(), asset, self.window)?;
            let slope = Comoments::of(&own, &basket).and_then(|m| m.slope());
            let slope = slope.ok_or_else(|| {
                still(cx.past(), to.first().copied().unwrap_or(asset), self.window)
            })?;
            scores.push((asset, slope));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the beta to {} over {}", list(&self.to), self.window));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn twice_the_move_is_a_beta_of_two() {
        let (mut a, mut b) = (vec![1.0], vec![1.0]);
        for r in [0.01, -0.02, 0.005, 0.03] {
            a.push(a[a.len() - 1] * (1.0 + r));
            b.push(b[b.len() - 1] * (1.0 + 2.0 * r + 0.001));
        }
        let market = market(&[("A", a), ("B", b)]);
        let beta = Beta { window: Window::Sessions(4), to: vec!["A".into()] };
        let scores = scores(&beta, &market, 4);
        assert!((scores.of(AssetId(0)).unwrap() - 1.0).abs() < 1e-9);
        assert!((scores.of(AssetId(1)).unwrap() - 2.0).abs() < 1e-9);
    }
}
