//! Several opinions multiplied.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// Other signals multiplied: $s = \prod_k \mathrm{sgn}(x_k)\,|x_k|^{p_k}$.
///
/// $x_k$, $p_k$: score and `power` of part $k$. The sign survives the power, so that one bad factor makes a bad product.
/// A power of zero leaves only the sign. An asset without an opinion of one part, or with a factor $0$ under a
/// negative power, gets none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The signals and their powers.
    pub parts: Vec<Factor>,
}

/// One factor of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// The signal $x_k$.
    pub by: Node<AnySignal>,
    /// Its power $p_k$; negative to divide.
    #[serde(default = "one")]
    pub power: f64,
}

fn one() -> f64 {
    1.0
}

impl Documented for Product {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.apart]
        kind  = "weighted-sum"
        plus  = 1.0
        parts = [{ by = { kind = "correlation", window = 126 }, weight = -1.0 }]
        [signal.elastic]
        kind  = "product"
        parts = [{ by = { kind = "total-return", window = 126 } }, { by = "@apart" }]
        [allocator.best]
        kind = "top"
        n    = 4
        by   = "@elastic"
    "#;
    const SOURCE: &str = "Keller, Butler (2014), A century of generalized momentum: from flexible asset allocations (FAA) \
                          to elastic asset allocation (EAA)";
    fn check(&self) -> Result<(), String> {
        match self.parts.iter().all(|part| part.power.is_finite()) {
            _ if self.parts.is_empty() => Err("`parts` is empty".into()),
            true => Ok(()),
            false => Err("every `power` is a finite number".into()),
        }
    }
}

impl Signal for Product {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut products: Vec<Option<f64>> = vec![Some(1.0); among.len()];
        for part in &self.parts {
            let scores = part.by.score(cx, among)?;
            for (product, asset) in products.iter_mut().zip(among) {
                *product = product.zip(scores.of(*asset)).map(|(s, x)| s * raised(x, part.power));
            }
        }
        Ok(Scores::new(among.iter().zip(products).filter_map(|(asset, s)| Some((*asset, s?)))))
    }

    fn explain(&self, words: &mut Words) {
        words.line("the product of");
        for part in &self.parts {
            let role = match part.power == 1.0 {
                true => String::new(),
                false => format!("to the power of {}", part.power),
            };
            words.signal(&role, &part.by);
        }
    }
}

/// $\mathrm{sgn}(x)\,|x|^p$.
fn raised(x: f64, p: f64) -> f64 {
    match x == 0.0 {
        true => 0f64.powf(p),
        false => x.signum() * x.abs().powf(p),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_survives_the_power() {
        assert_eq!((raised(-4.0, 0.5), raised(4.0, 2.0), raised(-4.0, 0.0)), (-2.0, 16.0, -1.0));
        assert_eq!(raised(0.0, 2.0), 0.0);
        assert!(raised(0.0, -1.0).is_infinite());
    }
}
