//! Only the best.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{
    Allocator, AnyAllocator, AnySignal, Columns, Cx, Documented, Node, Portfolios, Readings,
    ScoreColumns, Words,
};
use trimtab_core::{AssetId, Error, Result, Scores, Weights};

/// The `n` best by a signal, in equal shares: $w_i = 1/n$ for the $n$ highest scores, else 0.
///
/// With `above` a chosen asset keeps its share only when its test score $y_i > \theta$: $y$ is the score by `test`,
/// without it the ranking score itself; $\theta$ = `above`. What the others would have had goes to `instead`, without it
/// to cash. With `share = "of-kept"` those that kept theirs divide the whole: $w_i = 1/m$ for the $m \le n$ kept, and
/// `instead` is held only when none is.
///
/// Equal scores are taken in the order in which the data hold the assets. With fewer than `n` scores the
/// missing shares are treated as those that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Top {
    /// How many to hold.
    pub n: u32,
    /// The signal that ranks.
    pub by: Node<AnySignal>,
    /// The candidates; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// Take the lowest scores instead.
    #[serde(default)]
    pub lowest: bool,
    /// The signal $y$ that tests what was chosen; without it the one that ranks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Node<AnySignal>>,
    /// The threshold $\theta$: a chosen asset is kept only when it tests above it (strictly).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// What is held with the shares of those that fail; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
    /// Whether a kept asset has an $n$-th, or those kept divide the whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub share: Share,
}

/// What each of the kept assets gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    /// One part of $n$, whoever else is kept.
    #[default]
    OfN,
    /// One part of those kept.
    OfKept,
}

fn is_default(share: &Share) -> bool {
    *share == Share::default()
}

impl Documented for Top {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.momentum]
        kind   = "total-return"
        window = 63
        [allocator.best]
        kind    = "top"
        n       = 2
        by      = "@momentum"
        among   = ["SPY", "EFA", "EEM", "IYR", "GLD"]
        above   = 0.0
        instead = { kind = "fixed", weights = { SHY = 1.0 } }
    "#;
    const SOURCE: &str = "Jegadeesh, Titman (1993), Returns to buying winners and selling losers, \
                          Journal of Finance 48(1), p. 65";
    fn check(&self) -> Result<(), String> {
        if self.n == 0 {
            return Err("`n` is at least 1".into());
        }
        match (self.above, &self.test) {
            (None, Some(_)) => Err("a `test` needs the threshold `above`".into()),
            (Some(above), _) if !above.is_finite() => Err("`above` is a finite number".into()),
            _ => Ok(()),
        }
    }
}

impl Top {
    /// The best `most` that keep their share, best first, and how many candidates there were.
    fn kept(&self, cx: &mut Cx<'_>, most: usize) -> Result<(Vec<AssetId>, usize)> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let scores = self.by.score(cx, &among)?;
        let tested = match &self.test {
            Some(test) => test.score(cx, &among)?,
            None => scores.clone(),
        };
        Ok((self.pick(scores, &tested, most), among.len()))
    }

    /// The best `most` of the scores that pass the test, best first.
    fn pick(&self, scores: Scores, tested: &Scores, most: usize) -> Vec<AssetId> {
        let ranked = if self.lowest { scores.map(|_, s| -s) } else { scores };
        let mut best = ranked.top(most);
        if let Some(above) = self.above {
            best.retain(|asset| tested.of(*asset).is_some_and(|y| y > above));
        }
        best
    }

    /// The share of each of `kept` when the best `most` were chosen, and what those that failed would have had.
    fn shares(&self, kept: usize, most: u32) -> (f64, f64) {
        match self.share {
            Share::OfN => {
                let share = 1.0 / f64::from(self.n);
                (share, (most as usize - kept) as f64 * share)
            }
            Share::OfKept => {
                let share = f64::from(most) / f64::from(self.n) / kept.max(1) as f64;
                (share, if kept == 0 { share } else { 0.0 })
            }
        }
    }

    /// One asset a day, the one with the highest score, the first in asset order among equals.
    fn best_one(from: usize, scores: &ScoreColumns, days: usize) -> Option<Portfolios> {
        let mut best = scores.of(0).to_vec();
        let mut held = vec![scores.asset(0); days];
        for ix in 1..scores.assets() {
            let asset = scores.asset(ix);
            for (day, score) in scores.of(ix).iter().enumerate() {
                let order = score.total_cmp(&best[day]).then(held[day].cmp(&asset));
                if order.is_gt() {
                    (best[day], held[day]) = (*score, asset);
                }
            }
        }
        Some(Portfolios::one_each(from, held, vec![1.0; days]))
    }

    /// As [`Allocator::allocate`], but choosing only the best `most` of the `n`: the shares of the rest are not
    /// placed at all.
    pub(crate) fn allocate_best(&self, cx: &mut Cx<'_>, most: u32) -> Result<Weights> {
        let most = most.min(self.n);
        let (kept, among) = self.kept(cx, most as usize)?;
        let past = cx.past();
        cx.because(|| {
            let names: Vec<&str> = kept.iter().map(|a| past.symbol(*a)).collect();
            format!("kept {} of {among}: {}", kept.len(), names.join(" "))
        });
        let (share, failed) = self.shares(kept.len(), most);
        let weights = Weights::new(kept.into_iter().map(|asset| (asset, share)));
        match &self.instead {
            Some(instead) if failed > 0.0 => Ok(weights.plus(instead.allocate(cx)?.scaled(failed))),
            _ => Ok(weights),
        }
    }
}

impl Allocator for Top {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        self.allocate_best(cx, self.n)
    }

    fn columns(&self, cx: &Columns<'_>) -> Option<Portfolios> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return None;
        }
        let scores = cx.scores(&self.by, &among)?;
        let (days, from) = (cx.days(), scores.from());
        if self.n == 1 && self.above.is_none() && self.instead.is_none() && !self.lowest {
            return Self::best_one(from, &scores, days);
        }
        let tests = match &self.test {
            Some(test) => cx.scores(test, &among)?,
            None => std::sync::Arc::clone(&scores),
        };
        let from = from.max(tests.from());
        let (mut known, mut failed) = (Vec::with_capacity(days), vec![0.0; days]);
        for (day, failed) in failed.iter_mut().enumerate().skip(from) {
            let on = |of: &ScoreColumns| Scores::new(of.on(day));
            let kept = self.pick(on(&scores), &on(&tests), self.n as usize);
            let share;
            (share, *failed) = self.shares(kept.len(), self.n);
            known.push(Weights::new(kept.into_iter().map(|asset| (asset, share))));
        }
        let held = Portfolios::of_each(&among, days, from, &known);
        match &self.instead {
            Some(instead) => {
                let failed = Readings { from, values: failed };
                Some(held.plus(cx.portfolios(instead)?.times(&failed)))
            }
            None => Some(held),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        self.instead.iter().collect()
    }

    fn explain(&self, words: &mut Words) {
        let which = if self.lowest { "lowest" } else { "highest" };
        let (n, among) = (self.n, list(&self.among));
        words.line(format!("hold the {n} of {among} with the {which} score, in equal shares"));
        words.signal("by", &self.by);
        let Some(above) = self.above else { return };
        let divide = match self.share {
            Share::OfN => "each keeps its share only when",
            Share::OfKept => "those share the whole of which",
        };
        let what = if self.test.is_some() { "the test" } else { "the score" };
        words.line(format!("  {divide} {what} is above {above}"));
        if let Some(test) = &self.test {
            words.signal("test", test);
        }
        match &self.instead {
            Some(instead) => words.allocator("instead", instead),
            None => words.line("  instead: cash"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};

    fn of(extra: &str) -> Vec<(u16, f64)> {
        let market = market(&[
            ("A", vec![1.0, 1.3]),
            ("B", vec![1.0, 0.9]),
            ("C", vec![1.0, 1.2]),
            ("D", vec![1.0, 0.8]),
        ]);
        let text = format!(
            "root = {{ kind = \"top\", n = 4, by = {{ kind = \"total-return\", window = 1 }}, {extra} }}"
        );
        weights(&strategy(&text), &market, 1).iter().map(|(a, w)| (a.0, w)).collect()
    }

    const INSTEAD: &str = "instead = { kind = \"fixed\", weights = { D = 1.0 } }";

    #[test]
    fn shares_of_those_that_fail() {
        assert_eq!(of("above = 0.0"), [(0, 0.25), (2, 0.25)]);
        assert_eq!(of("above = 0.0, share = \"of-kept\""), [(0, 0.5), (2, 0.5)]);
        let instead = of(&format!("above = 0.0, {INSTEAD}"));
        assert_eq!(instead, [(0, 0.25), (2, 0.25), (3, 0.5)]);
        assert_eq!(of(&format!("above = 9.0, share = \"of-kept\", {INSTEAD}")), [(3, 1.0)]);
        assert_eq!(of("above = 0.25, lowest = true"), [(0, 0.25)]);
    }

    #[test]
    fn missing_candidates_count_as_failed() {
        let few = of(&format!("among = [\"A\"], above = 0.0, {INSTEAD}"));
        assert_eq!(few, [(0, 0.25), (3, 0.75)]);
    }
}
