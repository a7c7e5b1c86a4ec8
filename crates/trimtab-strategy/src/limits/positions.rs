//! How many names.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Row;
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{AssetId, Result, Weights};

/// At most `most` assets are held: $\#\{i : w_i \ne 0\} \le K$.
///
/// $K$ = `most`. Remedy: the $K$ largest absolute weights stay (equal ones in the order of the data), scaled so that the
/// invested share stays the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Positions {
    /// The number $K$ of assets.
    pub most: u32,
}

impl Documented for Positions {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind   = "inverse-volatility"
        window = 63
        [limit.few]
        kind = "positions"
        most = 4
    "#;
    const SOURCE: &str = "Chang, Meade, Beasley, Sharaiha (2000), Heuristics for cardinality constrained \
                          portfolio optimisation, Computers & Operations Research 27(13), p. 1271";
    fn check(&self) -> Result<(), String> {
        if self.most == 0 { Err("`most` is at least 1".into()) } else { Ok(()) }
    }
}

impl Limit for Positions {
    fn rows(&self, _: &Cx<'_>) -> Result<Vec<Row>> {
        Ok(Vec::new())
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let most = self.most as usize;
        if wanted.len() <= most {
            return Ok(wanted);
        }
        let mut largest: Vec<(AssetId, f64)> = wanted.iter().collect();
        largest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        largest.truncate(most);
        cx.because(|| format!("kept the {most} largest of {} positions", wanted.len()));
        let kept = Weights::new(largest);
        let factor = if kept.gross() > 0.0 { wanted.gross() / kept.gross() } else { 1.0 };
        Ok(kept.scaled(factor))
    }

    fn holds(&self, _: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(weights.len() <= self.most as usize)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("hold at most {} assets", self.most));
    }
}
