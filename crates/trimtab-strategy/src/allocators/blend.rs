//! A fixed mix of allocators.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::{Allocator, AnyAllocator, Columns, Cx, Documented, Node, Portfolios, Readings, Words};
use trimtab_core::{Fraction, Result, Weights};

/// Other allocators, each at its own share: $w = \sum_k s_k w_k$. What the shares leave is cash.
///
/// $s_k$: `share` of part $k$, together at most 1; $w_k$: the weights of `of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// The parts.
    pub parts: Vec<Part>,
}

/// One part of a blend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its share $s_k$ of the portfolio.
    pub share: Fraction,
    /// What it holds.
    pub of: Node<AnyAllocator>,
}

impl Documented for Blend {
    const EXAMPLE: &str = r#"
        root = "@core-and-sleeve"
        [allocator.core]
        kind    = "fixed"
        weights = { SPY = 0.6, AGG = 0.4 }
        [allocator.sleeve]
        kind = "top"
        n    = 1
        by   = { kind = "total-return", window = 63 }
        [allocator.core-and-sleeve]
        kind  = "blend"
        parts = [{ share = 0.8, of = "@core" }, { share = 0.2, of = "@sleeve" }]
    "#;
    const SOURCE: &str = "Treynor, Black (1973), How to use security analysis to improve portfolio \
                          selection, Journal of Business 46(1), p. 66 (core and active part)";
    fn check(&self) -> Result<(), String> {
        let sum: f64 = self.parts.iter().map(|p| p.share.get()).sum();
        // Shares such as three times 1/3 may exceed one by rounding.
        const ROUNDING: f64 = 1e-9;
        match sum <= 1.0 + ROUNDING {
            true => Ok(()),
            false => Err(format!("the shares of `parts` add up to {sum}, more than 1")),
        }
    }
}

impl Allocator for Blend {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut mix = Weights::cash();
        for part in &self.parts {
            mix = mix.plus(part.of.allocate(cx)?.scaled(part.share.get()));
        }
        Ok(mix)
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let mut mix = Portfolios::always(cx.days(), 0, &Weights::cash());
        for part in &self.parts {
            let share = Readings { from: 0, values: vec![part.share.get(); cx.days()] };
            mix = mix.plus(cx.portfolios(&part.of)?.times(&share));
        }
        Some(mix)
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.parts.iter().map(|part| &part.of).collect()
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("a mix of {} parts", self.parts.len()));
        for part in &self.parts {
            words.allocator(&percent(part.share.get()), &part.of);
        }
    }
}
