//! The mix that would have been best.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, Cx, Documented, Words};
use trimtab_core::{AssetId, Error, Kind, NonNegative, Result, Weights, Window};

/// Of all mixes of a few assets in steps the one with the best past: $w = \arg\max_{w \in \mathcal W} q(w)$ with
/// $q = \bar r / \sigma^f$ or $q = (1 + \bar r) / (1 + \sigma)^f$.
///
/// $\mathcal W$: the weights that are multiples of $1/k$ and add up to 1, $k$ = `steps`; $\bar r(w)$, $\sigma(w)$: mean (made yearly) and yearly
/// volatility (sample standard deviation) of the returns over `window` of the mix, rebalanced at each observation;
/// $f$ = `penalty`: more prefers calm mixes, 0 only the mean. The form of $q$ is chosen by `score`; in the first one, when
/// no mean is positive, the mix with the highest mean is taken, because dividing a loss by its volatility would prefer
/// the wildest. Among equals the one with more of the last assets of `among` is taken. Mixes are counted out, so that steps
/// and assets must be few.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BestMix {
    /// The assets, two or more.
    pub among: Vec<String>,
    /// The number of returns.
    pub window: Window,
    /// The number $k$ of steps from nothing to all: 10 is steps of ten per cent.
    pub steps: u32,
    /// The power $f$ of the volatility.
    pub penalty: NonNegative,
    /// The form of the score $q$.
    #[serde(default)]
    pub score: MixScore,
}

/// What makes a mix good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MixScore {
    /// $\bar r / \sigma^f$: with $f = 1$ the Sharpe ratio.
    #[default]
    Quotient,
    /// $(1 + \bar r)/(1 + \sigma)^f$: tame where the volatility is small.
    OfOnePlus,
}

/// More mixes than these take longer to count out than a decision should.
const MOST: u64 = 100_000;

impl Documented for BestMix {
    const EXAMPLE: &str = r#"
        root = "@best-mix"
        [allocator.best-mix]
        kind    = "best-mix"
        among   = ["SPY", "TLT"]
        window  = 72
        steps   = 10
        penalty = 2.5
    "#;
    const SOURCE: &str =
        "Grossmann (2014), The SPY-TLT universal investment strategy, Logical Invest";
    fn check(&self) -> Result<(), String> {
        if self.among.len() < 2 || self.window.count() < 2 || self.steps == 0 {
            return Err("a mix needs two assets, two returns and one step".into());
        }
        match count(u64::from(self.steps), self.among.len() as u64) {
            Some(n) if n <= MOST => Ok(()),
            _ => Err(format!("more than {MOST} mixes: take fewer `steps` or assets")),
        }
    }
}

/// Ways to divide `steps` among `assets`: $\binom{k+n-1}{n-1}$; none when it is beyond counting.
fn count(steps: u64, assets: u64) -> Option<u64> {
    (1..assets).try_fold(1u64, |ways, i| Some(ways.checked_mul(steps + i)? / i))
}

impl Allocator for BestMix {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let among = cx.select(&self.among)?;
        let mut columns = Vec::with_capacity(among.len());
        for &asset in &among {
            columns.push(crate::signals::returns(cx.past(), asset, self.window)?);
        }
        let yearly = cx.past().per_year_of(self.window);
        let mut mix = vec![0; among.len()];
        let mut best: Option<((bool, f64), Vec<u32>)> = None;
        divide(self.steps, 0, &mut mix, &mut |mix| {
            let (mean, sigma) = self.past_of(mix, &columns, yearly);
            let key = self.quality(mean, sigma);
            if key.1.is_finite() && best.as_ref().is_none_or(|(other, _)| key > *other) {
                best = Some((key, mix.to_vec()));
            }
        });
        let ((_, score), mix) = best.ok_or_else(|| {
            Error::new(Kind::Numeric, format!("no mix moved in {}", self.window))
                .hint("check the data for stale prices")
        })?;
        cx.because(|| format!("the best mix scores {score:.4}"));
        let share =
            |(asset, part): (AssetId, u32)| (asset, f64::from(part) / f64::from(self.steps));
        Ok(Weights::new(among.into_iter().zip(mix).map(share)))
    }

    fn explain(&self, words: &mut Words) {
        let (steps, f) = (self.steps, self.penalty.get());
        let score = match self.score {
            MixScore::Quotient => format!("mean over volatility to the power of {f}"),
            MixScore::OfOnePlus => format!("(1 + mean) over (1 + volatility) to the power of {f}"),
        };
        words.line(format!(
            "the mix of {} in steps of 1/{steps} with the best {score} in {}",
            crate::explain::list(&self.among),
            self.window
        ));
    }
}

impl BestMix {
    /// The score $q$, behind whether it comes before those of losing mixes.
    fn quality(&self, mean: f64, sigma: f64) -> (bool, f64) {
        let f = self.penalty.get();
        match self.score {
            MixScore::Quotient if mean > 0.0 => (true, mean / sigma.powf(f)),
            MixScore::Quotient => (false, mean),
            MixScore::OfOnePlus => (true, (1.0 + mean) / (1.0 + sigma).powf(f)),
        }
    }

    /// Mean and volatility, both yearly, of a mix in steps.
    fn past_of(&self, mix: &[u32], columns: &[Vec<f64>], yearly: f64) -> (f64, f64) {
        let n = columns.first().map_or(0, Vec::len);
        let steps = f64::from(self.steps);
        let of = |t: usize| -> f64 {
            mix.iter().zip(columns).map(|(part, r)| f64::from(*part) / steps * r[t]).sum()
        };
        let returns: Vec<f64> = (0..n).map(of).collect();
        let mean = returns.iter().sum::<f64>() / n as f64;
        let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
        (mean * yearly, (squares / (n as f64 - 1.0) * yearly).sqrt())
    }
}

/// Calls `visit` with every way to divide `left` among the places from `at` on, most on the last one first.
fn divide(left: u32, at: usize, mix: &mut [u32], visit: &mut impl FnMut(&[u32])) {
    if at + 1 == mix.len() {
        mix[at] = left;
        return visit(mix);
    }
    for part in 0..=left {
        mix[at] = part;
        divide(left - part, at + 1, mix, visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnyAllocator;
    use crate::testing::{market, strategy, weights};

    #[test]
    fn every_mix_is_counted_once() {
        let mut seen = Vec::new();
        divide(3, 0, &mut [0; 3], &mut |mix| seen.push(mix.to_vec()));
        assert_eq!(seen.len() as u64, count(3, 3).unwrap());
        assert!(seen.iter().all(|mix| mix.iter().sum::<u32>() == 3));
        seen.dedup();
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn a_loss_is_not_divided_by_its_volatility() {
        let strategy = strategy(BestMix::EXAMPLE);
        let AnyAllocator::BestMix(it) = strategy.root.inner() else { panic!("not the root") };
        assert!(it.quality(-0.1, 0.1) > it.quality(-0.2, 0.5));
        assert!(it.quality(0.01, 0.9) > it.quality(-0.01, 0.01));
        let one = BestMix { score: MixScore::OfOnePlus, ..it.clone() };
        assert!((one.quality(0.21, 0.1).1 - 1.21 / 1.1f64.powf(2.5)).abs() < 1e-15);
    }

    #[test]
    fn opposite_moves_are_mixed_in_halves() {
        let path = |steps: &[f64]| {
            let mut path = vec![1.0];
            steps.iter().for_each(|r| path.push(path[path.len() - 1] * (1.0 + r)));
            path
        };
        let up = [0.02, -0.01, 0.02, -0.01];
        let down = up.map(|r| 0.0101 - r);
        let market = market(&[("A", path(&up)), ("B", path(&down))]);
        let text = "root = { kind = \"best-mix\", among = [\"A\", \"B\"], window = 4, steps = 10, penalty = 1 }";
        // Half and half has almost no volatility; its mean is as good as any.
        let weights = weights(&strategy(text), &market, 4);
        assert_eq!((weights.of(AssetId(0)), weights.of(AssetId(1))), (0.5, 0.5));
    }
}
