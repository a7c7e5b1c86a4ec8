//! More to the strategies that did better.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Error, Fraction, Kind, Positive, Result, Weights};
use trimtab_math::online::{Hedge as Kernel, HedgeRate, OnlineError};

/// A mixture of allocators whose shares follow what each made: $w = \sum_k q_k w^{(k)}$ with $q'_k \propto q_k e^{-\eta l_k}$, then
/// $(1-\alpha)\,q'_k + \alpha/n$.
///
/// $w^{(k)}$: what allocator $k$ of `of` wants; $q$: their shares, equal at first; $l_k = \tfrac12 - R_k / (2\,c)$ within $[0, 1]$: the loss of allocator $k$, $R_k$ being
/// what its weights made on paper since the last decision, without costs, and $c$ = `range`; $\eta$ = `rate`; $\alpha$ = `share`: 0 is Hedge, a small one can
/// follow a change of the best (fixed share). Over $T$ decisions the loss exceeds that of the best by $\frac{\ln n}{\eta} + \frac{\eta T}{8}$ at most without a share. One
/// step moves $\eta/4 + \alpha$ of the mixture at most. Shares and what was wanted are remembered from decision to decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// The allocators, two or more.
    pub of: Vec<Node<AnyAllocator>>,
    /// The learning rate $\eta$.
    pub rate: Positive,
    /// The part $\alpha$ that is shared out equally at each decision.
    #[serde(default)]
    pub share: Fraction,
    /// The return $c$ between two decisions at which a loss is none, or all with the other sign: 0.1 for monthly stocks.
    pub range: Positive,
}

impl Documented for Hedge {
    const EXAMPLE: &str = r#"
        root = "@mixture"
        [allocator.mixture]
        kind  = "hedge"
        of    = [{ kind = "fixed", weights = { SPY = 1.0 } }, { kind = "fixed", weights = { TLT = 1.0 } }]
        rate  = 0.5
        share = 0.02
        range = 0.1
    "#;
    const SOURCE: &str = "Freund, Schapire (1997), Journal of Computer and System Sciences 55(1), p. 119; Herbster, Warmuth (1998), Tracking \
                          the best expert, Machine Learning 32, p. 151; Cesa-Bianchi, Lugosi (2006), th. 2.2";
    fn check(&self) -> Result<(), String> {
        if self.of.len() < 2 {
            return Err("`of` names two allocators or more".into());
        }
        self.kernel().map(|_| ()).map_err(|e| e.to_string())
    }
}

impl Hedge {
    fn kernel(&self) -> Result<Kernel, OnlineError> {
        Kernel::new(self.of.len(), HedgeRate::Fixed(self.rate.get()), self.share.get(), 0.0)
    }

    /// The shares of today: those of the last decision and what came of it.
    fn shares(&self, cx: &mut Cx<'_>) -> Result<Vec<f64>> {
        let failed = |e: OnlineError| Error::new(Kind::Numeric, e.to_string());
        let n = self.of.len();
        let fresh = vec![1.0 / n as f64; n];
        let (Some((day, held)), Some((_, remembered))) = (cx.recall_portfolios(), cx.recall()) else {
            return Ok(fresh);
        };
        let past = cx.past();
        if day > past.today() || held.len() != n || remembered.len() != n + 1 {
            return Ok(fresh);
        }
        let shares = remembered[1..].to_vec();
        let mut losses = Vec::with_capacity(n);
        for weights in &held {
            let mut made = 0.0;
            for (asset, w) in weights.iter() {
                made += w * (past.growth_since(asset, day)? - 1.0);
            }
            losses.push((0.5 - made / (2.0 * self.range.get())).clamp(0.0, 1.0));
        }
        let mut kernel = self.kernel().and_then(|k| k.resumed(&shares)).map_err(failed)?;
        kernel.learn(&losses).map_err(failed)?;
        Ok(kernel.weights().to_vec())
    }
}

impl Allocator for Hedge {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let shares = self.shares(cx)?;
        let wanted: Vec<Weights> =
            self.of.iter().map(|node| node.allocate(cx)).collect::<Result<_>>()?;
        cx.remember_portfolios(&wanted, &shares);
        cx.because(|| {
            let parts: Vec<String> = self
                .of
                .iter()
                .zip(&shares)
                .map(|(node, q)| format!("{} {}", node.name(), percent(*q)))
                .collect();
            format!("shares by what each made: {}", parts.join(", "))
        });
        let parts = wanted.into_iter().zip(&shares);
        Ok(parts.fold(Weights::cash(), |sum, (w, q)| sum.plus(w.scaled(*q))))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.of.iter().collect()
    }

    fn explain(&self, words: &mut Words) {
        words.line("a mixture that moves to what did better");
        for (ix, node) in self.of.iter().enumerate() {
            words.allocator(&format!("part {}", ix + 1), node);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    #[test]
    fn shares_by_hand() {
        let market = market(&[("A", vec![1.0, 1.1, 1.1]), ("B", vec![1.0, 1.0, 1.2])]);
        let text = "root = { kind = \"hedge\", rate = 1.0, share = 0.1, range = 0.4, \
                    of = [{ kind = \"fixed\", weights = { A = 1.0 } }, { kind = \"fixed\", weights = { B = 1.0 } }] }";
        let (strategy, mut memory) = (strategy(text), Memory::default());
        let mut share = |day| weights_of(&strategy, &market, day, &Book::default(), &mut memory).of(AssetId(0));
        assert_eq!(share(0), 0.5);
        // Losses 1/2 - 0.1/0.8 = 0.375 and 1/2.
        let a = (-0.375f64).exp() / ((-0.375f64).exp() + (-0.5f64).exp());
        let q = 0.9 * a + 0.05;
        assert!((share(1) - q).abs() < 1e-15);
        // Losses 1/2 and 1/2 - 0.2/0.8 = 0.25.
        let (x, y) = (q * (-0.5f64).exp(), (1.0 - q) * (-0.25f64).exp());
        assert!((share(2) - (0.9 * x / (x + y) + 0.05)).abs() < 1e-15);
    }
}
