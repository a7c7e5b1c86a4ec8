//! More defence with every bad asset.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{Allocator, AnyAllocator, AnySignal, Cx, Documented, Node, Relation, Words};
use trimtab_core::{Error, Positive, Result, Weights};

/// A share of the portfolio turns defensive with the number of bad assets:
/// $c = \min(1, b/B)$ and $w = (1-c)\,w_{\mathrm{offence}} + c\,w_{\mathrm{defence}}$.
///
/// $b$: how many of `among` have a score by `by` that `is` in that relation to `than`: the bad ones; $B$ = `breadth`, the number at
/// which nothing is left of the offence. The forms in the literature differ in who is watched, in whether zero is bad,
/// and in $B$:
///
/// - vigilant (VAA): the offensive assets, bad at or below 0, $B = 1$ or more;
/// - defensive (DAA) and bold (BAA): canaries, bad below 0, $B = 2$ and $B = 1$; with $B = 1$ any bad one is enough;
/// - protective (PAA): the $N$ risky assets, bad at or below 0, $B = N - aN/4$ with protection factor $a$;
/// - elastic (EAA): the assets, bad at or below 0, $B = N$: the share of bad ones is the share of cash.
///
/// With `easy`, $T$ shares are traded as wholes: $c = \lfloor b\,T/B \rfloor / T$ (at most 1), and the offence, which must then be a
/// `top` of $T$, holds only its $(1-c)\,T$ best, each with its own $1/T$.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreadthCash {
    /// The signal that tells who is bad.
    pub by: Node<AnySignal>,
    /// The assets that are watched; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// How the score of a bad asset stands to `than`.
    #[serde(default = "below")]
    pub is: Relation,
    /// The threshold.
    #[serde(default)]
    pub than: f64,
    /// The number $B$ of bad assets at which everything is defensive.
    pub breadth: Positive,
    /// What is held with the rest.
    pub offence: Node<AnyAllocator>,
    /// What is held with the share $c$; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defence: Option<Node<AnyAllocator>>,
    /// Trade in $T$ whole shares: "easy trading".
    #[serde(default)]
    pub easy: bool,
}

fn below() -> Relation {
    Relation::Below
}

impl Documented for BreadthCash {
    const EXAMPLE: &str = r#"
        root = "@defensive"
        [signal.momentum]
        kind  = "momentum"
        parts = [
            { window = "1 month",   weight = 12 },
            { window = "3 months",  weight = 4 },
            { window = "6 months",  weight = 2 },
            { window = "12 months", weight = 1 },
        ]
        [allocator.defensive]
        kind    = "breadth-cash"
        by      = "@momentum"
        among   = ["EEM", "AGG"]
        breadth = 2
        easy    = true
        offence = { kind = "top", n = 4, by = "@momentum", among = ["SPY", "QQQ", "EFA", "IYR", "GLD", "TLT"] }
        defence = { kind = "top", n = 1, by = "@momentum", among = ["SHY", "TIP"] }
    "#;
    const SOURCE: &str = "Keller, Keuning (2017), Breadth momentum and vigilant asset allocation; Keller, Keuning (2018), \
                          Breadth momentum and the canary universe: defensive asset allocation (easy trading)";
    fn check(&self) -> Result<(), String> {
        if !self.than.is_finite() {
            return Err("`than` is a finite number".into());
        }
        match (self.easy, self.offence.inner()) {
            (false, _) | (true, AnyAllocator::Top(_)) => Ok(()),
            (true, _) => Err("`easy` needs an `offence` of kind `top`".into()),
        }
    }
}

impl BreadthCash {
    /// The defensive share $c$ with `bad` bad assets.
    pub fn share(&self, bad: usize) -> f64 {
        let share = (bad as f64 / self.breadth.get()).min(1.0);
        match self.offence.inner() {
            AnyAllocator::Top(top) if self.easy => {
                let t = f64::from(top.n);
                // A whole number of shares that only rounding keeps from being one is that number.
                const ROUNDING: f64 = 1e-9;
                ((share * t + ROUNDING).floor() / t).min(1.0)
            }
            _ => share,
        }
    }

    fn bad(&self, cx: &mut Cx<'_>) -> Result<(usize, usize)> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to watch"));
        }
        let scores = self.by.score(cx, &among)?;
        let bad = scores.iter().filter(|(_, s)| self.is.holds(*s, self.than)).count();
        Ok((bad, among.len()))
    }
}

impl Allocator for BreadthCash {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let (bad, watched) = self.bad(cx)?;
        let share = self.share(bad);
        cx.because(|| {
            let percent = crate::explain::percent(share);
            format!("{bad} of {watched} {} {}: defence {percent}", self.is.words(), self.than)
        });
        let offence = match self.offence.inner() {
            _ if share >= 1.0 => Weights::cash(),
            AnyAllocator::Top(top) if self.easy => {
                let held = (f64::from(top.n) * (1.0 - share)).round() as u32;
                self.offence.with(cx, |_, cx| top.allocate_best(cx, held))?
            }
            _ => self.offence.allocate(cx)?.scaled(1.0 - share),
        };
        match &self.defence {
            Some(defence) if share > 0.0 => Ok(offence.plus(defence.allocate(cx)?.scaled(share))),
            _ => Ok(offence),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.offence), self.defence.as_ref()].into_iter().flatten().collect()
    }

    fn explain(&self, words: &mut Words) {
        let (among, is) = (list(&self.among), self.is.words());
        let easy = if self.easy { ", in whole shares" } else { "" };
        words.line(format!(
            "defence grows with the number of bad assets among {among}, bad being {is} {}; \
             all of it with {} bad ones{easy}",
            self.than,
            self.breadth.get()
        ));
        words.signal("bad by", &self.by);
        words.allocator("offence", &self.offence);
        match &self.defence {
            Some(defence) => words.allocator("defence", defence),
            None => words.line("  defence: cash"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, strategy, weights};

    fn with(breadth: f64, easy: bool) -> BreadthCash {
        let text = BreadthCash::EXAMPLE
            .replace("breadth = 2", &format!("breadth = {breadth:?}"))
            .replace("easy    = true", &format!("easy = {easy}"))
            .replace("n = 4", "n = 6");
        let strategy = strategy(&text);
        let AnyAllocator::BreadthCash(it) = strategy.root.inner() else { panic!("not the root") };
        it.clone()
    }

    #[test]
    fn cash_fractions_of_the_papers() {
        let shares = |breadth, easy| {
            let it = with(breadth, easy);
            (0..=4).map(|b| (it.share(b) * 6.0 * 1e9).round() / 1e9).collect::<Vec<f64>>()
        };
        // In sixths. DAA: none, half, all.
        assert_eq!(shares(2.0, false), [0.0, 3.0, 6.0, 6.0, 6.0]);
        assert_eq!(shares(4.0, false), [0.0, 1.5, 3.0, 4.5, 6.0]);
        assert_eq!(shares(4.0, true), [0.0, 1.0, 3.0, 4.0, 6.0]);
        assert_eq!(shares(1.0, true), [0.0, 6.0, 6.0, 6.0, 6.0]);
        // PAA with twelve assets and a = 2: B = 6.
        assert_eq!(shares(6.0, false), [0.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn easy_trading_drops_the_worst() {
        let market = market(&[
            ("A", vec![1.0, 1.4]),
            ("B", vec![1.0, 1.3]),
            ("C", vec![1.0, 1.2]),
            ("D", vec![1.0, 0.9]),
        ]);
        let held = |easy| {
            let text = format!(
                "root = {{ kind = \"breadth-cash\", by = \"@r\", breadth = 2, easy = {easy}, \
                 among = [\"B\", \"D\"], offence = {{ kind = \"top\", n = 2, by = \"@r\" }}, \
                 defence = {{ kind = \"fixed\", weights = {{ D = 1.0 }} }} }}\n\
                 [signal.r]\nkind = \"total-return\"\nwindow = 1"
            );
            let weights = weights(&strategy(&text), &market, 1);
            weights.iter().map(|(a, w)| (a.0, w)).collect::<Vec<_>>()
        };
        assert_eq!(held(true), [(0, 0.5), (3, 0.5)]);
        assert_eq!(held(false), [(0, 0.25), (1, 0.25), (3, 0.5)]);
    }
}
