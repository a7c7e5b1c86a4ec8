//! A portfolio moved to the frontier, and along it by a taste for risk.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Optimal;
use crate::explain::percent;
use crate::limits::Bounds;
use crate::objectives::{Base, FrontierLevel};
use crate::{
    Allocator, AnyAllocator, AnyLimit, AnyObjective, Cx, Documented, Estimating, Node, Words,
};
use trimtab_core::{AssetId, Error, Fraction, Positive, Result, Weights};

/// Another allocator's portfolio, moved to the efficient frontier at its own risk and along it by a taste for risk:
/// $\min_w w^\top \Sigma w$ with $\mu^\top w \ge R + \alpha$ and $|w_i - w^0_i| \le d$, where
/// $R = \max \{\mu^\top w : w^\top \Sigma w \le w^{0\top} \Sigma w^0\}$.
///
/// $w^0$: the weights of `of`; $\alpha$ and what happens at the ends of the frontier: by `shift`, whose own `base` is not
/// used; $\mu$, $\Sigma$: made as `estimates` says, of the assets of $w^0$; $d$ = `within`. As much is invested as before. The
/// reasons state the risk of $w^0$ and the implied one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontierShift {
    /// What holds $w^0$.
    pub of: Node<AnyAllocator>,
    /// The taste for risk, as in the objective `frontier-level`.
    pub shift: FrontierLevel,
    /// How the estimates are made.
    pub estimates: Estimating,
    /// How far $d$ each weight may move.
    #[serde(default = "any")]
    pub within: Fraction,
}

fn any() -> Fraction {
    Fraction::try_from(1.0).expect("one is a fraction")
}

impl Documented for FrontierShift {
    const EXAMPLE: &str = r#"
        root = "@bolder"
        [allocator.mix]
        kind    = "fixed"
        weights = { SPY = 0.4, EFA = 0.2, AGG = 0.3, GLD = 0.1 }
        [allocator.bolder]
        kind      = "frontier-shift"
        of        = "@mix"
        shift     = { level = "high" }
        estimates = { window = 252, mean = { kind = "james-stein" } }
        within    = 0.2
    "#;
    const SOURCE: &str = "Markowitz (1952), Portfolio selection, Journal of Finance 7(1), p. 77; the step by taste for risk is the \
                          project's own rule";
    fn check(&self) -> Result<(), String> {
        self.shift.check()?;
        match self.shift.base == Base::default() {
            true => self.estimates.check(),
            false => Err("`shift.base`: the base is the risk of `of`".into()),
        }
    }
}

impl FrontierShift {
    /// The frontier at a volatility, with bounds around what is held.
    fn programme(&self, held: &[(String, f64)], volatility: Positive, invested: Positive) -> Optimal {
        let shift = FrontierLevel { base: Base::Volatility(volatility), ..self.shift.clone() };
        let d = self.within.get();
        let bounds = held.iter().map(|(symbol, w)| {
            let bounds = Bounds {
                among: vec![symbol.clone()],
                least: Some((w - d).max(0.0)),
                most: Some(w + d),
            };
            (symbol.clone(), Node::new(symbol.as_str(), AnyLimit::Bounds(bounds)))
        });
        let limits: BTreeMap<_, _> = if d < 1.0 { bounds.collect() } else { BTreeMap::new() };
        Optimal {
            among: held.iter().map(|(symbol, _)| symbol.clone()).collect(),
            objective: Node::new("shift", AnyObjective::FrontierLevel(shift)),
            estimates: self.estimates.clone(),
            limits,
            least_return: None,
            costs: None,
            horizon: Positive::try_from(1.0).expect("one is positive"),
            invested,
            short: trimtab_core::NonNegative::default(),
            relax: Vec::new(),
            keep: false,
        }
    }
}

impl Allocator for FrontierShift {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let base = self.of.allocate(cx)?;
        let held: Vec<(AssetId, f64)> = base.iter().filter(|(_, w)| *w != 0.0).collect();
        if let Some((asset, _)) = held.iter().find(|(_, w)| *w < 0.0) {
            let symbol = cx.past().symbol(*asset);
            return Err(Error::spec(format!("{symbol} is sold short, and a long portfolio is asked for"))
                .hint("move a portfolio without short positions"));
        }
        let assets: Vec<AssetId> = held.iter().map(|(asset, _)| *asset).collect();
        if assets.is_empty() {
            cx.because(|| "everything is cash: nothing to move".to_owned());
            return Ok(base);
        }
        let (found, estimates) = self.estimates.make(cx, &assets)?;
        let weights: Vec<f64> = found.iter().map(|asset| base.of(*asset)).collect();
        let (volatility, mean) = (estimates.volatility_of(&weights), estimates.mean_of(&weights));
        let positive = |x: f64| Positive::try_from(x).map_err(Error::data);
        let (volatility, invested) = (positive(volatility)?, positive(base.invested())?);
        cx.because(|| {
            let risk = percent(volatility.get());
            format!("before the shift: expected return {}, volatility {risk} a year", percent(mean))
        });
        let name = |(asset, w): &(AssetId, f64)| (cx.past().symbol(*asset).to_owned(), *w);
        let held: Vec<(String, f64)> = held.iter().map(name).collect();
        self.programme(&held, volatility, invested).allocate(cx)
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.of]
    }

    fn explain(&self, words: &mut Words) {
        words.line("a portfolio moved to the frontier at its own risk, then along it");
        crate::Objective::explain(&self.shift, words);
        self.estimates.explain(words);
        words.allocator("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};
    use trimtab_core::AssetId;

    /// Two assets that never move together: A rises 2 % or falls 1 %, B half of that, in turn over four sessions.
    fn held(level: &str, within: f64) -> [f64; 2] {
        let (mut a, mut b) = (vec![100.0], vec![100.0]);
        for t in 0..40 {
            let up = |plus: bool, size: f64| if plus { 1.0 + 2.0 * size } else { 1.0 - size };
            a.push(a[t] * up(t % 2 == 0, 0.01));
            b.push(b[t] * up(t % 4 < 2, 0.005));
        }
        let market = market(&[("A", a), ("B", b)]);
        let text = format!(
            "[root]\nkind = \"frontier-shift\"\nshift = {{ level = \"{level}\", high = 0.1, low = -0.1 }}\nwithin = {within:?}\n\
             estimates = {{ window = 40, riskless = {{ yearly = 0.0 }} }}\n\
             of = {{ kind = \"fixed\", weights = {{ A = 0.5, B = 0.4 }} }}"
        );
        let w = weights(&strategy(&text), &market, 40);
        [w.of(AssetId(0)), w.of(AssetId(1))]
    }

    #[test]
    fn with_two_assets_the_frontier_is_a_line_of_shares() {
        // Means of 252 sessions: A 252 * 0.005 = 1.26, B 0.63. All that is invested, 0.9, stays so, and a share moved from B
        // to A brings 0.63: ten points more return are 0.1 / 0.63 of the portfolio. Two assets leave no better mix of the
        // same risk, so medium is what was held.
        let step = 0.1 / 0.63;
        for (level, moved) in [("medium", 0.0), ("high", step), ("low", -step)] {
            let [a, b] = held(level, 1.0);
            assert!((a - 0.5 - moved).abs() < 1e-6 && (b - 0.4 + moved).abs() < 1e-6, "{level}: {a} {b}");
        }
        // No further than it may: the greatest return within the bounds.
        let [a, b] = held("high", 0.05);
        assert!((a - 0.55).abs() < 1e-9 && (b - 0.35).abs() < 1e-9, "{a} {b}");
    }
}
