//! How much an asset moves with others.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{returns, still};
use crate::explain::list;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Error, Result, Scores, Window};
use trimtab_math::moments::Comoments;

/// The correlation of an asset's returns with a basket, or its mean correlation with each of the others:
/// $s = \rho(r_i, \frac1n \sum_{j \in B} r_j)$ or $s = \frac{1}{|B \setminus i|} \sum_{j \in B \setminus i} \rho(r_i, r_j)$.
///
/// $r$: simple total returns over `window`; $B$ = `with`, the basket, rebalanced at each observation (empty: the assets that
/// are scored); $\rho$: Pearson's correlation. A basket that holds the asset itself counts it; of `pairs` the asset is
/// left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// The number of returns.
    pub window: Window,
    /// The others $B$; empty means the assets that are scored.
    #[serde(default)]
    pub with: Vec<String>,
    /// With the basket as a whole, or with each of its members.
    #[serde(default)]
    pub of: CorrelationOf,
}

/// What a correlation is taken with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CorrelationOf {
    /// The returns of the equally weighted basket.
    #[default]
    Basket,
    /// Each other member, and then the mean.
    Pairs,
}

impl Documented for Correlation {
    const EXAMPLE: &str = r#"
        root = "@odd-ones"
        [signal.company]
        kind   = "correlation"
        window = 84
        of     = "pairs"
        [allocator.odd-ones]
        kind   = "top"
        n      = 4
        by     = "@company"
        lowest = true
    "#;
    const SOURCE: &str = "Keller, van Putten (2012), Generalized momentum and flexible asset allocation (pairs); \
                          Keller, Butler (2014), A century of generalized momentum (basket)";
    fn check(&self) -> Result<(), String> {
        match self.window.count() {
            1 => Err("`window` needs at least two returns".into()),
            _ => Ok(()),
        }
    }
}

impl Signal for Correlation {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let with = if self.with.is_empty() { among.to_vec() } else { cx.select(&self.with)? };
        let mut columns: Vec<(AssetId, Vec<f64>)> = Vec::with_capacity(with.len());
        for &asset in &with {
            columns.push((asset, returns(cx.past(), asset, self.window)?));
        }
        let basket = mean_of(&columns, self.window.count());
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let own = match columns.iter().find(|(other, _)| *other == asset) {
                Some((_, own)) => own.clone(),
                None => returns(cx.past(), asset, self.window)?,
            };
            let rho = |other: &[f64]| {
                let found = Comoments::of(&own, other).and_then(|m| m.correlation());
                found.ok_or_else(|| still(cx.past(), asset, self.window))
            };
            let score = match self.of {
                CorrelationOf::Basket => rho(&basket)?,
                CorrelationOf::Pairs => {
                    let others = columns.iter().filter(|(other, _)| *other != asset);
                    let all = others.map(|(_, r)| rho(r)).collect::<Result<Vec<f64>>>()?;
                    if all.is_empty() {
                        return Err(Error::data("a correlation needs at least two assets"));
                    }
                    all.iter().sum::<f64>() / all.len() as f64
                }
            };
            scores.push((asset, score));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let with = if self.with.is_empty() { "each other".into() } else { list(&self.with) };
        words.line(match self.of {
            CorrelationOf::Basket if self.with.is_empty() => {
                format!("the correlation with all of them in equal shares over {}", self.window)
            }
            CorrelationOf::Basket => {
                format!("the correlation with {with} in equal shares over {}", self.window)
            }
            CorrelationOf::Pairs => {
                format!("the mean correlation with {with} over {}", self.window)
            }
        });
    }
}

/// The returns of the equally weighted basket.
fn mean_of(columns: &[(AssetId, Vec<f64>)], n: usize) -> Vec<f64> {
    let share = 1.0 / columns.len().max(1) as f64;
    (0..n).map(|t| columns.iter().map(|(_, r)| r[t]).sum::<f64>() * share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn opposites_and_twins() {
        let path = |steps: [f64; 4]| {
            let grow = |p: &mut f64, r: &f64| {
                *p *= 1.0 + r;
                Some(*p)
            };
            std::iter::once(1.0).chain(steps.iter().scan(1.0, grow)).collect::<Vec<f64>>()
        };
        let (a, b) = ([0.01, -0.01, 0.02, -0.02], [-0.01, 0.01, -0.02, 0.02]);
        let market = market(&[("A", path(a)), ("B", path(b)), ("C", path(a))]);
        let of = |of, with: &[&str]| {
            let with = with.iter().map(|s| (*s).to_owned()).collect();
            scores(&Correlation { window: Window::Sessions(4), with, of }, &market, 4)
        };
        let close = |x: Option<f64>, y: f64| assert!((x.unwrap() - y).abs() < 1e-9, "{x:?} {y}");
        let pairs = of(CorrelationOf::Pairs, &[]);
        close(pairs.of(AssetId(0)), 0.0);
        close(pairs.of(AssetId(1)), -1.0);
        let basket = of(CorrelationOf::Basket, &["C"]);
        close(basket.of(AssetId(0)), 1.0);
        close(basket.of(AssetId(1)), -1.0);
    }
}
