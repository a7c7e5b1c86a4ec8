//! The same share for each.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{Allocator, Columns, Cx, Documented, Portfolios, Words};
use trimtab_core::{Result, Weights};

/// The same share for each of `among`: $w_i = 1/n$.
///
/// $n$: the number of assets of `among` that are still listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EqualWeight {
    /// Symbols to hold; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
}

impl Documented for EqualWeight {
    const EXAMPLE: &str = r#"
        root = "@all"
        [allocator.all]
        kind = "equal-weight"
    "#;
    const SOURCE: &str = "DeMiguel, Garlappi, Uppal (2009), Optimal versus naive diversification, \
                          Review of Financial Studies 22(5), p. 1922";
}

impl Allocator for EqualWeight {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        Ok(Weights::equal(&cx.select(&self.among)?))
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let assets = cx.select(&self.among)?;
        Some(Portfolios::always(cx.days(), 0, &Weights::equal(&assets)))
    }

    fn explain(&self, words: &mut Words) {
        match self.among.as_slice() {
            [one] => words.line(format!("hold {one}")),
            _ => words.line(format!("hold {} in equal shares", list(&self.among))),
        }
    }
}
