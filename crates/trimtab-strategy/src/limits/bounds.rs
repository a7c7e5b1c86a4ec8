//! How much of one asset.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Row, make_room};
use crate::explain::{list, percent};
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{AssetId, Error, Kind, Result, Weights};

/// The weight of each asset of `among` lies between `least` and `most`: $l \le w_i \le u$.
///
/// Remedy: a weight above $u$ is cut to $u$ and the rest stays in cash; a weight below $l$ is raised to $l$, from cash
/// first, then from the other assets in proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The assets; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// $l$; none means no lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// $u$; none means no upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

impl Documented for Bounds {
    const EXAMPLE: &str = r#"
        root = "@best"
        [allocator.best]
        kind = "top"
        n    = 2
        by   = { kind = "total-return", window = 63 }
        [limit.no-more-than-a-quarter]
        kind = "bounds"
        most = 0.25
    "#;
    const SOURCE: &str = "Jagannathan, Ma (2003), Risk reduction in large portfolios: why imposing the \
                          wrong constraints helps, Journal of Finance 58(4), p. 1651";
    fn check(&self) -> Result<(), String> {
        match (self.least, self.most) {
            (None, None) => Err("give `least`, `most` or both".into()),
            (Some(l), Some(u)) if l > u => Err(format!("`least` {l} is above `most` {u}")),
            (l, u) if [l, u].into_iter().flatten().any(|x| !x.is_finite()) => {
                Err("bounds are finite numbers".into())
            }
            _ => Ok(()),
        }
    }
}

impl Limit for Bounds {
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<Row>> {
        let row = |asset: AssetId| Row {
            name: format!("bounds of {}", cx.past().symbol(asset)),
            coefficients: vec![(asset, 1.0)],
            least: self.least.unwrap_or(f64::NEG_INFINITY),
            most: self.most.unwrap_or(f64::INFINITY),
        };
        Ok(cx.members(&self.among)?.into_iter().map(row).collect())
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let members = cx.members(&self.among)?;
        let (least, most) = (self.least.unwrap_or(f64::NEG_INFINITY), self.most.unwrap_or(f64::INFINITY));
        let rest = wanted.iter().filter(|(a, _)| !members.contains(a));
        let kept = members.iter().map(|&a| (a, wanted.of(a).clamp(least, most)));
        let bounded = Weights::new(rest.chain(kept));
        let raised: Vec<AssetId> = members.iter().copied().filter(|a| bounded.of(*a) > wanted.of(*a)).collect();
        let fitted = match raised.is_empty() {
            true => bounded.clone(),
            false => make_room(bounded, &members).ok_or_else(|| {
                Error::new(Kind::Infeasible, "the lower bounds add up to more than the portfolio")
                    .hint("lower `least`, or name fewer assets")
            })?,
        };
        if fitted != wanted {
            cx.because(|| "weights were brought inside their bounds".into());
        }
        Ok(fitted)
    }

    fn holds(&self, cx: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(self.rows(cx)?.iter().all(|row| row.holds(weights)))
    }

    fn explain(&self, words: &mut Words) {
        let least = self.least.map(|l| format!(" at least {}", percent(l)));
        let most = self.most.map(|u| format!(" at most {}", percent(u)));
        let bounds: Vec<String> = least.into_iter().chain(most).collect();
        words.line(format!("of {} each{}", list(&self.among), bounds.join(" and")));
    }
}
