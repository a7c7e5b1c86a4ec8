//! No crumbs.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ROUNDING, Row};
use crate::explain::percent;
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{AssetId, Fraction, Result, Weights};

/// A position is nothing or at least so much: $w_i = 0$ or $|w_i| \ge l$.
///
/// $l$ = `least`. Remedy: smaller positions are left out, smallest first, and the others scaled so that the invested share stays the
/// same, until all are large enough; when none is, all is cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmallestPosition {
    /// The least absolute weight $l$ of what is held.
    pub least: Fraction,
}

impl Documented for SmallestPosition {
    const EXAMPLE: &str = r#"
        root = "@calm"
        [allocator.calm]
        kind   = "inverse-volatility"
        window = 63
        [limit.no-crumbs]
        kind  = "smallest-position"
        least = 0.04
    "#;
    const SOURCE: &str = "Bienstock (1996), Computational study of a family of mixed-integer quadratic programming problems, \
                          Mathematical Programming 74, p. 121 (minimum transaction levels)";
}

impl Limit for SmallestPosition {
    fn rows(&self, _: &Cx<'_>) -> Result<Vec<Row>> {
        Ok(Vec::new())
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let (gross, least) = (wanted.gross(), self.least.get());
        let mut held: Vec<(AssetId, f64)> = wanted.iter().collect();
        // Largest first; of equal ones the first in the data stays longest.
        held.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        loop {
            let kept: f64 = held.iter().map(|(_, w)| w.abs()).sum();
            match held.last() {
                Some((_, smallest)) if smallest.abs() * gross < (least - ROUNDING) * kept => held.pop(),
                _ => break,
            };
        }
        if held.len() == wanted.len() {
            return Ok(wanted);
        }
        cx.because(|| format!("{} of {} positions are too small", wanted.len() - held.len(), wanted.len()));
        let kept = Weights::new(held);
        let factor = if kept.gross() > 0.0 { gross / kept.gross() } else { 1.0 };
        Ok(kept.scaled(factor))
    }

    fn holds(&self, _: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(weights.iter().all(|(_, w)| w.abs() >= self.least.get() - ROUNDING))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("hold nothing of an asset, or at least {}", percent(self.least.get())));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};
    use trimtab_core::AssetId;

    #[test]
    fn the_smallest_go_until_all_are_large_enough() {
        let market = market(&[("A", vec![1.0; 3]), ("B", vec![1.0; 3]), ("C", vec![1.0; 3])]);
        let held = |least: f64| {
            let text = format!(
                "root = {{ kind = \"fixed\", weights = {{ A = 0.5, B = 0.24, C = 0.06 }} }}\n\
                 [limit.crumbs]\nkind = \"smallest-position\"\nleast = {least}"
            );
            let w = weights(&strategy(&text), &market, 2);
            [0, 1, 2].map(|ix| (w.of(AssetId(ix)) * 1e9).round() / 1e9)
        };
        assert_eq!(held(0.05), [0.5, 0.24, 0.06]);
        // What is left is scaled to 80 per cent before the next one is judged.
        assert_eq!(held(0.25), [0.540_540_541, 0.259_459_459, 0.0]);
        assert_eq!(held(0.3), [0.8, 0.0, 0.0]);
        assert_eq!(held(0.9), [0.0, 0.0, 0.0]);
    }
}
