//! Step by step into defence as breadth fades.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::{list, percent};
use crate::{Allocator, AnyAllocator, AnySignal, Columns, Cx, Documented, Node, Portfolios, Words};
use trimtab_core::{Fraction, Result, Weights};

/// One `step` from `offence` to `defence` for every asset whose score is under `below`:
/// $d = \min(d_{\max},\ d_{\min} + k\,s)$ and $w = (1-d)\,w_{\mathrm{offence}} + d\,w_{\mathrm{defence}}$.
///
/// $k$: the number of assets of `among` with a score under `below` (strictly); $d_{\min}$ = `least`, $s$ = `step`,
/// $d_{\max}$ = `most`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// The signal that tells who is weak.
    pub by: Node<AnySignal>,
    /// The assets that are watched; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// An asset is weak when its score is under this.
    pub below: f64,
    /// The defensive share $d_{\min}$ when nothing is weak.
    pub least: Fraction,
    /// The share $s$ that moves for each weak asset.
    pub step: Fraction,
    /// The defensive share $d_{\max}$ at most.
    pub most: Fraction,
    /// What is held in good times.
    pub offence: Node<AnyAllocator>,
    /// What is held in bad times.
    pub defence: Node<AnyAllocator>,
}

impl Documented for Ladder {
    const EXAMPLE: &str = r#"
        root = "@portfolio"
        [signal.trend]
        kind = "sma-ratio"
        fast = 20
        slow = 200
        [signal.bond-trend]
        kind = "sma-ratio"
        fast = 20
        slow = 60
        [allocator.portfolio]
        kind    = "ladder"
        by      = "@trend"
        among   = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR"]
        below   = 1.0
        least   = 0.10
        step    = 0.16
        most    = 0.90
        offence = { kind = "equal-weight", among = ["SPY"] }
        defence = { kind = "top", n = 1, by = "@bond-trend", among = ["SHY", "TLT", "AGG", "TIP"] }
    "#;
    const SOURCE: &str = "Own formulation of graded breadth switching; cf. Keller, Keuning (2017), \
                          Breadth momentum and vigilant asset allocation, p. 4";
    fn check(&self) -> Result<(), String> {
        if !self.below.is_finite() {
            return Err("`below` is a finite number".into());
        }
        match self.least <= self.most {
            true => Ok(()),
            false => Err(format!("`least` {} is above `most` {}", self.least.get(), self.most.get())),
        }
    }
}

impl Ladder {
    /// The defensive share with `weak` weak assets.
    pub fn share(&self, weak: usize) -> f64 {
        self.defence(weak as f64)
    }

    fn defence(&self, weak: f64) -> f64 {
        (self.least.get() + self.step.get() * weak).min(self.most.get())
    }
}

impl Allocator for Ladder {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let among = cx.select(&self.among)?;
        let scores = self.by.score(cx, &among)?;
        let weak = scores.iter().filter(|(_, score)| *score < self.below).count();
        let share = self.share(weak);
        cx.because(|| {
            let reach = self.share(among.len());
            let warning = match reach < self.most.get() {
                true => format!(" (with {} watched, at most {} is reached)", among.len(), percent(reach)),
                false => String::new(),
            };
            format!("{weak} of {} weak, defence {}{warning}", among.len(), percent(share))
        });
        let offence = self.offence.allocate(cx)?.scaled(1.0 - share);
        let defence = self.defence.allocate(cx)?.scaled(share);
        Ok(offence.plus(defence))
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let among = cx.select(&self.among)?;
        let weak = cx.scores(&self.by, &among)?.under(self.below);
        let share = weak.map(|weak| self.defence(weak));
        let offence = cx.portfolios(&self.offence)?.times(&share.map(|share| 1.0 - share));
        Some(offence.plus(cx.portfolios(&self.defence)?.times(&share)))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.offence, &self.defence]
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!(
            "from {} to {} of defence, {} more for each of {} with a score under {}",
            percent(self.least.get()),
            percent(self.most.get()),
            percent(self.step.get()),
            list(&self.among),
            self.below
        ));
        words.signal("by", &self.by);
        words.allocator("offence", &self.offence);
        words.allocator("defence", &self.defence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Strategy;

    #[test]
    fn ten_sectors_reach_ninety_percent_at_five() {
        let strategy = Strategy::parse("example", Ladder::EXAMPLE).unwrap();
        let AnyAllocator::Ladder(ladder) = strategy.root.inner() else { panic!("not a ladder") };
        let percents: Vec<i64> = (0..=10).map(|n| (ladder.share(n) * 100.0).round() as i64).collect();
        assert_eq!(percents, [10, 26, 42, 58, 74, 90, 90, 90, 90, 90, 90]);
        assert_eq!(ladder.share(5), 0.9, "exactly");
    }
}
