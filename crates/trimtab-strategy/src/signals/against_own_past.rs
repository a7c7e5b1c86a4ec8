//! How unusual a score is for the asset itself.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores, Window};

/// Another signal against its own readings of the past: $s = (x_0 - \bar x)/\sigma_x$, or $s = x_0 - \bar x$, or
/// $s = \frac1n \#\{k : x_k \le x_0\}$.
///
/// $x_k$: the score of `by` at the $n$ = `window` observations up to today, $x_0$ today's; $\bar x$, $\sigma_x$: mean and
/// sample standard deviation. The form is chosen by `how`. Readings that never changed have a z-score of zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgainstOwnPast {
    /// The signal $x$.
    pub by: Node<AnySignal>,
    /// The number of readings $n$ and how far apart they lie.
    pub window: Window,
    /// The form of the comparison.
    #[serde(default)]
    pub how: Against,
}

/// How a reading is compared with those of the past, today's among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// Standard deviations from their mean.
    #[default]
    ZScore,
    /// Distance from their mean.
    Difference,
    /// The share of them that is not higher.
    Percentile,
}

impl Against {
    /// The last of `x` against all of them.
    pub(crate) fn of(self, x: &[f64]) -> f64 {
        let (now, n) = (x[x.len() - 1], x.len() as f64);
        let mean = x.iter().sum::<f64>() / n;
        match self {
            Against::Difference => now - mean,
            Against::Percentile => x.iter().filter(|x| **x <= now).count() as f64 / n,
            Against::ZScore => {
                let squares: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
                let sigma = (squares / (n - 1.0)).sqrt();
                if sigma > 0.0 { (now - mean) / sigma } else { 0.0 }
            }
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Against::ZScore => "standard deviations from its own mean",
            Against::Difference => "the distance from its own mean",
            Against::Percentile => "its percentile in its own past",
        }
    }

    pub(crate) fn check(self, window: Window) -> Result<(), String> {
        match window.count() {
            1 => Err("`window` needs at least two readings".into()),
            _ => Ok(()),
        }
    }
}

impl Documented for AgainstOwnPast {
    const EXAMPLE: &str = r#"
        root = "@cheap"
        [signal.stretched]
        kind   = "against-own-past"
        by     = { kind = "sma-ratio", fast = 1, slow = 100 }
        window = "26 weeks"
        [allocator.cheap]
        kind   = "top"
        n      = 3
        by     = "@stretched"
        lowest = true
    "#;
    const SOURCE: &str = "Poterba, Summers (1988), Mean reversion in stock prices, \
                          Journal of Financial Economics 22(1), p. 27";
    fn check(&self) -> Result<(), String> {
        self.how.check(self.window)
    }
}

impl Signal for AgainstOwnPast {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut readings: Vec<Scores> = Vec::with_capacity(self.window.count());
        for day in cx.past().sessions(self.window)? {
            readings.push(cx.back(day, |cx| self.by.score(cx, among))?);
        }
        let of = |asset: AssetId| -> Option<(AssetId, f64)> {
            let own: Option<Vec<f64>> = readings.iter().map(|scores| scores.of(asset)).collect();
            Some((asset, self.how.of(&own?)))
        };
        Ok(Scores::new(among.iter().filter_map(|asset| of(*asset))))
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("{} of {}", self.how.words(), self.window));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, score};

    #[test]
    fn forms_in_closed_form() {
        assert_eq!(Against::Difference.of(&[1.0, 2.0, 6.0]), 3.0);
        assert_eq!(Against::Percentile.of(&[1.0, 7.0, 6.0]), 2.0 / 3.0);
        assert_eq!(Against::ZScore.of(&[1.0, 3.0]), 1.0 / 2f64.sqrt());
        assert_eq!(Against::ZScore.of(&[3.0, 3.0]), 0.0);
    }

    #[test]
    fn readings_are_those_of_the_days() {
        let market = market(&[("A", vec![1.0, 2.0, 3.0, 6.0])]);
        let by = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let window = Window::Sessions(3);
        let signal = AgainstOwnPast { by, window, how: Against::Difference };
        // Returns 1, 0.5, 1.
        assert!((score(&signal, &market, 3) - (1.0 - 2.5 / 3.0)).abs() < 1e-15);
    }
}
