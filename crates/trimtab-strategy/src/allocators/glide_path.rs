//! A mix that moves with the calendar.
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, Cx, Documented, Words};
use trimtab_core::{Date, Result, Weights};

/// Stated weights at stated dates, linear in between: $w_i(t) = c_i^k + \frac{t - t_k}{t_{k+1} - t_k} (c_i^{k+1} - c_i^k)$.
///
/// $t_k$, $c^k$: date and weights of point $k$; $t$: today, in civil days. Before the first and after the last point
/// their weights hold. This is how target-date funds move from stocks to bonds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlidePath {
    /// The points, by date.
    pub points: Vec<Point>,
}

/// The mix at one date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The date $t_k$: `"2020-01-01"`.
    #[schemars(with = "String")]
    pub date: Date,
    /// The weights $c^k$.
    pub weights: BTreeMap<String, f64>,
}

impl Documented for GlidePath {
    const EXAMPLE: &str = r#"
        root = "@retire-2030"
        [allocator.retire-2030]
        kind   = "glide-path"
        points = [
            { date = "2005-01-01", weights = { SPY = 0.9, AGG = 0.1 } },
            { date = "2030-01-01", weights = { SPY = 0.5, AGG = 0.5 } },
        ]
    "#;
    const SOURCE: &str = "Donaldson, Kinniry, Maciulis, Patterson, DiJoseph (2015), Vanguard's approach to \
                          target-date funds, Vanguard Research, p. 6";
    fn check(&self) -> Result<(), String> {
        if self.points.is_empty() {
            return Err("`points` is empty".into());
        }
        if let Some(pair) = self.points.windows(2).find(|p| p[0].date >= p[1].date) {
            return Err(format!("`points`: {} does not come after {}", pair[1].date, pair[0].date));
        }
        let weights = self.points.iter().flat_map(|p| p.weights.values());
        match weights.copied().find(|w| !w.is_finite()) {
            Some(w) => Err(format!("`points`: a weight is {w}")),
            None => Ok(()),
        }
    }
}

impl GlidePath {
    /// The point before and the point after `today`, and how far between them it lies.
    fn between(&self, today: Date) -> (&Point, &Point, f64) {
        let after = self.points.partition_point(|p| p.date <= today);
        let (a, b) = (&self.points[after.saturating_sub(1)], &self.points[after.min(self.points.len() - 1)]);
        let days = |from: Date, to: Date| f64::from((to - from).get_days());
        let span = days(a.date, b.date);
        (a, b, if span > 0.0 { days(a.date, today) / span } else { 0.0 })
    }
}

impl Allocator for GlidePath {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let (a, b, x) = self.between(cx.past().date());
        let symbols: BTreeSet<&String> = a.weights.keys().chain(b.weights.keys()).collect();
        let mut weights = Vec::new();
        for symbol in symbols {
            let of = |point: &Point| point.weights.get(symbol).copied().unwrap_or(0.0);
            let asset = cx.past().find(symbol)?;
            cx.past().level(asset)?;
            weights.push((asset, of(a) + x * (of(b) - of(a))));
        }
        Ok(Weights::new(weights))
    }

    fn explain(&self, words: &mut Words) {
        let (first, last) = (&self.points[0], &self.points[self.points.len() - 1]);
        words.line(format!("stated weights gliding from {} to {}", first.date, last.date));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_way_is_half_way() {
        let point = |text: &str| Point { date: text.parse().unwrap(), weights: BTreeMap::new() };
        let path = GlidePath { points: vec![point("2001-01-01"), point("2003-01-01")] };
        let at = |text: &str| path.between(text.parse().unwrap()).2;
        assert_eq!((at("2002-01-01"), at("2000-01-01"), at("2004-01-01")), (0.5, 0.0, 0.0));
    }
}
