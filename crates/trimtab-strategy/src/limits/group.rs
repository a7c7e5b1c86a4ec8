//! How much of a group together.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Row, make_room, scale_members};
use crate::explain::{list, percent};
use crate::{Cx, Documented, Limit, Words};
use trimtab_core::{Error, Kind, Result, Weights};

/// The sum of weights of a group lies between `least` and `most`: $l \le \sum_{i \in G} w_i \le u$.
///
/// Remedy: a group above $u$ is scaled down as a whole and the rest stays in cash; a group below $l$ is scaled up as a
/// whole (in equal shares when nothing of it is held), from cash first, then from the others in proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The members of the group $G$.
    pub among: Vec<String>,
    /// $l$; none means no lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// $u$; none means no upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

impl Documented for Group {
    const EXAMPLE: &str = r#"
        root = "@best"
        [allocator.best]
        kind = "top"
        n    = 3
        by   = { kind = "total-return", window = 63 }
        [limit.stocks]
        kind  = "group"
        among = ["SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"]
        most  = 0.6
    "#;
    const SOURCE: &str = "Grinold, Kahn (2000), Active Portfolio Management, 2nd ed., ch. 14 (group constraints)";
    fn check(&self) -> Result<(), String> {
        match (self.least, self.most) {
            _ if self.among.is_empty() => Err("`among` names no asset".into()),
            (None, None) => Err("give `least`, `most` or both".into()),
            (Some(l), Some(u)) if l > u => Err(format!("`least` {l} is above `most` {u}")),
            (l, u) if [l, u].into_iter().flatten().any(|x| !x.is_finite()) => {
                Err("bounds are finite numbers".into())
            }
            _ => Ok(()),
        }
    }
}

impl Limit for Group {
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<Row>> {
        let coefficients = cx.members(&self.among)?.into_iter().map(|a| (a, 1.0)).collect();
        Ok(vec![Row {
            name: format!("group of {}", list(&self.among)),
            coefficients,
            least: self.least.unwrap_or(f64::NEG_INFINITY),
            most: self.most.unwrap_or(f64::INFINITY),
        }])
    }

    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights> {
        let members = cx.members(&self.among)?;
        let sum: f64 = members.iter().map(|a| wanted.of(*a)).sum();
        if let Some(most) = self.most.filter(|u| sum > *u) {
            cx.because(|| format!("the group was {}, cut to {}", percent(sum), percent(most)));
            return Ok(scale_members(&wanted, &members, most / sum));
        }
        let Some(least) = self.least.filter(|l| sum < *l) else { return Ok(wanted) };
        if members.is_empty() {
            return Err(Error::new(Kind::Infeasible, "no member of the group is listed"));
        }
        cx.because(|| format!("the group was {}, raised to {}", percent(sum), percent(least)));
        let raised = match sum > 0.0 {
            true => scale_members(&wanted, &members, least / sum),
            false => wanted.plus(Weights::equal(&members).scaled(least - sum)),
        };
        make_room(raised, &members).ok_or_else(|| {
            Error::new(Kind::Infeasible, format!("the group cannot be raised to {}", percent(least)))
                .hint("lower `least`")
        })
    }

    fn holds(&self, cx: &Cx<'_>, weights: &Weights) -> Result<bool> {
        Ok(self.rows(cx)?.iter().all(|row| row.holds(weights)))
    }

    fn explain(&self, words: &mut Words) {
        let least = self.least.map(|l| format!(" at least {}", percent(l)));
        let most = self.most.map(|u| format!(" at most {}", percent(u)));
        let bounds: Vec<String> = least.into_iter().chain(most).collect();
        words.line(format!("{} together{}", list(&self.among), bounds.join(" and")));
    }
}
