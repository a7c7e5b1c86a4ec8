//! Inside a trend until it breaks the other way.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::percent;
use crate::walk::walk;
use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Fraction, Result, Scores, Window};

/// The state of a breakout: $s = 1$ since $P_t \ge Q_{n_u}(q_u)$ was last seen, $s = 0$ since
/// $P_t \le Q_{n_l}(q_l)$ was; in between the state stays.
///
/// $P$: total-return closes; $Q_n(q)$: the quantile $q$ of the last $n$ closes, today's included, between order statistics by
/// linear interpolation; $n_u$ = `upper`, $n_l$ = `lower`, $q_u$ = `enter`, $q_l$ = `leave`. With 1 and 0 (the default) it is a
/// channel of highest and lowest closes, with 0.75 and 0.25 a percentile channel. Looked at every session, whenever
/// the strategy decides; when both hold the upper one counts. Before the first breakout the state is 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The window $n_u$ of the upper edge.
    pub upper: Window,
    /// The window $n_l$ of the lower edge.
    pub lower: Window,
    /// The quantile $q_u$ at which the state becomes 1.
    #[serde(default = "highest")]
    pub enter: Fraction,
    /// The quantile $q_l$ at which the state becomes 0.
    #[serde(default)]
    pub leave: Fraction,
}

fn highest() -> Fraction {
    Fraction::ONE
}

impl Documented for Channel {
    const EXAMPLE: &str = r#"
        root = "@in-channel"
        [signal.breakout]
        kind  = "channel"
        upper = 60
        lower = 60
        enter = 0.75
        leave = 0.25
        [allocator.in-channel]
        kind  = "filter"
        of    = { kind = "equal-weight" }
        by    = "@breakout"
        above = 0.5
    "#;
    const SOURCE: &str = "Stoken (2011), Survival of the Fittest for Investors (highest and lowest closes); \
                          Varadi (2015), A simple tactical asset allocation portfolio with percentile channels";
    fn check(&self) -> Result<(), String> {
        match self.leave < self.enter {
            true => Ok(()),
            false => Err(format!(
                "`leave` {} is not below `enter` {}",
                self.leave.get(),
                self.enter.get()
            )),
        }
    }
}

impl Signal for Channel {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            let state = walk(cx, asset, 0.0, |past, state| {
                let upper = past.closes(asset, self.upper)?;
                let lower = past.closes(asset, self.lower)?;
                let close = upper[upper.len() - 1];
                Ok(if close >= edge(&upper, self.enter) {
                    1.0
                } else if close <= edge(&lower, self.leave) {
                    0.0
                } else {
                    state
                })
            })?;
            scores.push((asset, state));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let edge = |q: Fraction, window| match q.get() {
            0.0 => format!("the lowest close of {window}"),
            1.0 => format!("the highest close of {window}"),
            q => format!("the lower {} of the closes of {window}", percent(q)),
        };
        let (enter, leave) = (edge(self.enter, self.upper), edge(self.leave, self.lower));
        words.line(format!("1 once the close reaches {enter}, 0 once it falls to {leave}"));
    }
}

/// $Q_n(q)$ of all closes. A walk asks for it at every session: two order statistics do not need a sorted window.
fn edge(closes: &[f64], q: Fraction) -> f64 {
    let rank = q.get() * (closes.len() - 1) as f64;
    let (low, part) = (rank.floor() as usize, rank.fract());
    let mut window = closes.to_vec();
    let (_, &mut lower, above) = window.select_nth_unstable_by(low, f64::total_cmp);
    let upper = above.iter().copied().min_by(f64::total_cmp).unwrap_or(lower);
    lower + part * (upper - lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};
    use trimtab_math::moments::quantile;

    #[test]
    fn the_state_holds_between_the_edges() {
        let market = market(&[("A", vec![5.0, 4.0, 3.0, 6.0, 5.0, 4.5, 2.0, 3.0, 7.0])]);
        let channel = Channel {
            upper: Window::Sessions(3),
            lower: Window::Sessions(4),
            enter: Fraction::ONE,
            leave: Fraction::default(),
        };
        let states = [3, 4, 5, 6, 7, 8].map(|day| score(&channel, &market, day));
        assert_eq!(states, [1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn quartiles_between_order_statistics() {
        let q = |q| Fraction::try_from(q).unwrap();
        let closes = [4.0, 1.0, 3.0, 2.0];
        assert_eq!((edge(&closes, q(0.25)), edge(&closes, q(0.75))), (1.75, 3.25));
        assert_eq!((edge(&closes, q(0.0)), edge(&closes, q(1.0))), (1.0, 4.0));
        let mut many: Vec<f64> = (0..61).map(|t| 50.0 + (f64::from(t) * 1.3).sin()).collect();
        let found = [0.1, 0.25, 0.5, 0.9].map(|x| edge(&many, q(x)));
        many.sort_by(f64::total_cmp);
        for (x, found) in [0.1, 0.25, 0.5, 0.9].into_iter().zip(found) {
            assert!((quantile(&many, x).unwrap() - found).abs() < 1e-12);
        }
    }
}
