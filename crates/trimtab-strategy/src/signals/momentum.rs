//! How far an asset came, over several stretches at once.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cx, Documented, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// A weighted mean of total returns over several windows: $s = \sum_k w_k r_k \,/ \sum_k w_k$ with
/// $r_k = P_{t-j} / P_{t-n_k} - 1$.
///
/// $P$: total-return closes; $n_k$, $w_k$: `window` and `weight` of part $k$; $j$ = `skip`, the last stretch that is left
/// out (none: $j = 0$). With `normalise = false` the sum is not divided: then 12, 4, 2 and 1 over 4 is written as
/// 3, 1, 0.5 and 0.25. Sign and order are the same either way.
///
/// Well-known choices: 13612W has months 1, 3, 6, 12 with weights 12, 4, 2, 1 (each return is made yearly); 13612U the
/// same months with equal weights; twelve months that skip the last one are the momentum of the stock literature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Momentum {
    /// The windows and their weights.
    pub parts: Vec<MomentumPart>,
    /// How much of the end is left out: `"1 month"`; each return then ends so long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<Window>,
    /// Whether the sum is divided by the sum of weights.
    #[serde(default = "yes")]
    pub normalise: bool,
}

/// One window of a momentum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MomentumPart {
    /// How far back $n_k$ the return begins.
    pub window: Window,
    /// Its weight $w_k$.
    #[serde(default = "one")]
    pub weight: f64,
}

fn yes() -> bool {
    true
}

fn one() -> f64 {
    1.0
}

impl Documented for Momentum {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.momentum-13612w]
        kind  = "momentum"
        parts = [
            { window = "1 month",   weight = 12 },
            { window = "3 months",  weight = 4 },
            { window = "6 months",  weight = 2 },
            { window = "12 months", weight = 1 },
        ]
        [allocator.best]
        kind = "top"
        n    = 1
        by   = "@momentum-13612w"
    "#;
    const SOURCE: &str = "Keller, Keuning (2016), Protective asset allocation; Keller (2022), Relative and \
                          absolute momentum in times of rising/low yields: bold asset allocation, note 7 (13612W)";
    fn check(&self) -> Result<(), String> {
        if self.parts.is_empty() {
            return Err("`parts` is empty".into());
        }
        let total: f64 = self.parts.iter().map(|part| part.weight).sum();
        if !total.is_finite() {
            return Err("`parts`: a weight is not finite".into());
        }
        if self.normalise && total <= 0.0 {
            return Err(format!(
                "the weights of `parts` add up to {total}: say normalise = false, or make it positive"
            ));
        }
        let Some(skip) = self.skip else { return Ok(()) };
        match self.parts.iter().find(|part| sessions(part.window) <= sessions(skip)) {
            Some(part) => Err(format!("`skip` leaves nothing of the window {}", part.window)),
            None => Ok(()),
        }
    }
}

/// About how many sessions a window spans.
fn sessions(window: Window) -> u32 {
    // Only told apart: an overlap that these figures hide is caught by nothing worse than an odd score.
    const WEEK: u32 = 5;
    const MONTH: u32 = 21;
    match window {
        Window::Sessions(n) => n,
        Window::Weeks(n) => n * WEEK,
        Window::Months(n) => n * MONTH,
    }
}

impl Momentum {
    fn of(&self, cx: &Cx<'_>, asset: AssetId) -> Result<f64> {
        let ago =
            |window: Window| -> Result<f64> { Ok(cx.past().closes(asset, window.and_one())?[0]) };
        let end = match self.skip {
            Some(skip) => ago(skip)?,
            None => cx.past().closes(asset, Window::Sessions(1))?[0],
        };
        let (mut sum, mut total) = (0.0, 0.0);
        for part in &self.parts {
            sum += part.weight * (end / ago(part.window)? - 1.0);
            total += part.weight;
        }
        Ok(if self.normalise { sum / total } else { sum })
    }
}

impl Signal for Momentum {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut scores = Vec::with_capacity(among.len());
        for &asset in among {
            scores.push((asset, self.of(cx, asset)?));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        let alike = self.parts.iter().all(|part| part.weight == self.parts[0].weight);
        let part = |part: &MomentumPart| match alike {
            true => part.window.to_string(),
            false => format!("{} ({})", part.window, part.weight),
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        let what = match (self.normalise, alike) {
            (true, true) => "the mean",
            (true, false) => "the weighted mean",
            (false, _) => "the weighted sum",
        };
        let skip = self.skip.map_or(String::new(), |skip| format!(", leaving out the last {skip}"));
        words.line(format!("{what} of total returns over {}{skip}", parts.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn weights_and_skip_in_closed_form() {
        let market = market(&[("A", (0..60).map(|t| 100.0 * 1.01f64.powi(t)).collect())]);
        let part = |n, weight| MomentumPart { window: Window::Sessions(n), weight };
        let mut momentum =
            Momentum { parts: vec![part(10, 3.0), part(20, 1.0)], skip: None, normalise: true };
        let r = |n: i32| 1.01f64.powi(n) - 1.0;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(score(&momentum, &market, 59), (3.0 * r(10) + r(20)) / 4.0);
        momentum.normalise = false;
        close(score(&momentum, &market, 59), 3.0 * r(10) + r(20));
        momentum.skip = Some(Window::Sessions(5));
        close(score(&momentum, &market, 59), 3.0 * r(5) + r(15));
    }

    #[test]
    fn a_skip_that_leaves_nothing_is_a_mistake() {
        let parts = vec![MomentumPart { window: Window::Months(1), weight: 1.0 }];
        let skip = Some(Window::Sessions(21));
        assert!(Momentum { parts, skip, normalise: true }.check().is_err());
        assert!(Momentum { parts: vec![], skip: None, normalise: true }.check().is_err());
    }
}
