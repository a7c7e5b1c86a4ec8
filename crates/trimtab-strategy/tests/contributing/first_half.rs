//! The first half of a list.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, Cx, Documented, Words};
use trimtab_core::{Result, Weights};

/// The first half of the assets in equal shares: $w_i = 1/k$ for $i \le k$.
///
/// $k$: half the number of assets of `among`, rounded up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstHalf {
    /// Symbols to choose from, in order.
    pub among: Vec<String>,
}

impl Documented for FirstHalf {
    const EXAMPLE: &str = r#"
        root = "@half"
        [allocator.half]
        kind  = "first-half"
        among = ["SPY", "TLT", "GLD"]
    "#;
    const SOURCE: &str = "Own rule: an example for contributors";
}

impl Allocator for FirstHalf {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let assets = cx.select(&self.among)?;
        let k = assets.len().div_ceil(2);
        cx.because(|| format!("kept {k} of {}", assets.len()));
        Ok(Weights::equal(&assets[..k]))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("hold the first half of {}", self.among.join(", ")));
    }
}
