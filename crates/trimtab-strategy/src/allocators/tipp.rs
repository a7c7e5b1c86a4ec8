//! A floor that follows the account up.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cppi::{all, explain_insured, exposure, insured, positive};
use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Fraction, Positive, Result, Weights};

/// Time-invariant portfolio protection: $e = \min(e_{\max},\ m\,(V - F)/V)$ of the portfolio is risky, the rest safe, with
/// $F = \varphi \max_{s \le t} V_s$.
///
/// $V$: the account's value; $F$: the floor, a fraction $\varphi$ = `floor` of the highest value so far, deposits and withdrawals
/// taken out; $m$ = `multiplier`; $e_{\max}$ = `most`. With $m = 1$ the risky share falls as the drawdown deepens until it is
/// zero at a drawdown of $1 - \varphi$.
///
/// The floor is no guarantee: between two decisions a fall of the risky part by more than $1/m$ breaks it. At the
/// floor everything is safe, and only the safe part can lead away from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tipp {
    /// The risky part.
    pub risky: Node<AnyAllocator>,
    /// The safe part; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe: Option<Node<AnyAllocator>>,
    /// The floor $\varphi$ as a fraction of the highest value so far.
    pub floor: Fraction,
    /// The multiplier $m$ of the cushion.
    pub multiplier: Positive,
    /// The risky share $e_{\max}$ at most.
    #[serde(default = "all")]
    pub most: Positive,
}

impl Documented for Tipp {
    const EXAMPLE: &str = r#"
        root = "@protected"
        [allocator.protected]
        kind       = "tipp"
        risky      = { kind = "fixed", weights = { SPY = 1.0 } }
        safe       = { kind = "fixed", weights = { SHY = 1.0 } }
        floor      = 0.90
        multiplier = 5
    "#;
    const SOURCE: &str = "Estep, Kritzman (1988), TIPP: insurance without complexity, \
                          Journal of Portfolio Management 14(4), p. 38";
}

impl Allocator for Tipp {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let value = positive(cx.book().value)?;
        let floor = self.floor.get() * cx.book().peak.max(value);
        let share = exposure(value, floor, self.multiplier).min(self.most.get());
        insured(cx, share, floor, &self.risky, self.safe.as_ref())
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.risky), self.safe.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let (floor, m) = (percent(self.floor.get()), self.multiplier.get());
        let floor = format!("{floor} of the highest value");
        explain_insured(words, m, &floor, self.most, self.parts());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};
    use trimtab_core::AssetId;

    #[test]
    fn the_floor_ratchets() {
        let market = market(&[("SPY", vec![1.0; 1]), ("SHY", vec![1.0; 1])]);
        let strategy = strategy(Tipp::EXAMPLE);
        let risky = |value, peak| {
            let book = Book { weights: Weights::cash(), value, peak };
            weights_of(&strategy, &market, 0, &book, &mut Memory::default()).of(AssetId(0))
        };
        assert!((risky(100.0, 100.0) - 0.5).abs() < 1e-12);
        assert!((risky(190.0, 200.0) - 5.0 * 10.0 / 190.0).abs() < 1e-12);
        assert_eq!(risky(180.0, 200.0), 0.0);
    }
}
