//! Choose first, weigh then.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::top::Share;
use crate::explain::list;
use crate::{Allocator, AnyAllocator, AnySignal, Cx, Documented, Node, Words};
use trimtab_core::{AssetId, Error, Result, Weights};

/// Another allocator among the best by a signal only: $w = f(S)$ with $S$ the $n$ highest scores, those above $\theta$ where it is given.
///
/// $f$ = `of`: wherever it says "every asset", it is given $S$; $n$ = `n`; scores by `by`; $\theta$ = `above` (strictly). With
/// `share = "of-n"` the weights are scaled by $|S|/n$, and the rest goes to `instead`, without it to cash; with "of-kept"
/// the chosen share the whole, and `instead` is held only when none is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// How many are chosen at most.
    pub n: u32,
    /// The signal that ranks.
    pub by: Node<AnySignal>,
    /// The candidates; empty means the universe.
    #[serde(default)]
    pub among: Vec<String>,
    /// Take the lowest scores instead.
    #[serde(default)]
    pub lowest: bool,
    /// The threshold $\theta$ that a score must be above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// How the chosen are weighed; its own `among` is left empty.
    pub of: Node<AnyAllocator>,
    /// What is held where nothing is chosen; nothing means cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Node<AnyAllocator>>,
    /// Whether the chosen get $|S|/n$ of the whole, or all of it.
    #[serde(default = "of_kept")]
    pub share: Share,
}

fn of_kept() -> Share {
    Share::OfKept
}

impl Documented for Select {
    const EXAMPLE: &str = r#"
        root = "@adaptive"
        [signal.momentum]
        kind   = "total-return"
        window = 126
        [allocator.adaptive]
        kind  = "select"
        n     = 5
        by    = "@momentum"
        above = 0.0
        of    = { kind = "inverse-volatility", window = 60 }
    "#;
    const SOURCE: &str =
        "Butler, Philbrick, Gordillo, Varadi (2012), Adaptive asset allocation: a primer";
    fn check(&self) -> Result<(), String> {
        match (self.n, self.above) {
            (0, _) => Err("`n` is at least 1".into()),
            (_, Some(above)) if !above.is_finite() => Err("`above` is a finite number".into()),
            _ => Ok(()),
        }
    }
}

impl Select {
    fn chosen(&self, cx: &mut Cx<'_>) -> Result<Vec<AssetId>> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let scores = self.by.score(cx, &among)?;
        let ranked = if self.lowest { scores.map(|_, s| -s) } else { scores.clone() };
        let mut best = ranked.top(self.n as usize);
        if let Some(above) = self.above {
            best.retain(|asset| scores.of(*asset).is_some_and(|s| s > above));
        }
        let past = cx.past();
        cx.because(|| {
            let names: Vec<&str> = best.iter().map(|a| past.symbol(*a)).collect();
            format!("chose {} of {}: {}", best.len(), among.len(), names.join(" "))
        });
        // In asset order, so that the inner allocator's own ties do not follow the ranking.
        best.sort_unstable();
        Ok(best)
    }
}

impl Allocator for Select {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let chosen = self.chosen(cx)?;
        let share = match self.share {
            Share::OfN => chosen.len() as f64 / f64::from(self.n),
            Share::OfKept => f64::from(u8::from(!chosen.is_empty())),
        };
        let held = match chosen.is_empty() {
            true => Weights::cash(),
            // Inside, signals that compare assets with each other compare the chosen ones only.
            false => cx.within(chosen, |cx| self.of.allocate(cx))?.scaled(share),
        };
        match &self.instead {
            Some(instead) if share < 1.0 => {
                Ok(held.plus(instead.allocate(cx)?.scaled(1.0 - share)))
            }
            _ => Ok(held),
        }
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        [Some(&self.of), self.instead.as_ref()].into_iter().flatten().collect()
    }

    /// Its parts choose among what is selected on the day; nothing else can be asked of them.
    fn ready(&self, _: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }

    fn explain(&self, words: &mut Words) {
        let which = if self.lowest { "lowest" } else { "highest" };
        let above = self.above.map_or(String::new(), |above| format!(" above {above}"));
        let (n, among) = (self.n, list(&self.among));
        words.line(format!("choose the {n} of {among} with the {which} score{above}"));
        words.signal("by", &self.by);
        words.allocator("and weigh them", &self.of);
        if let Some(instead) = &self.instead {
            words.allocator("instead", instead);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights};

    #[test]
    fn the_inner_allocator_sees_only_the_chosen() {
        let market = market(&[("A", vec![1.0, 1.1]), ("B", vec![1.0, 0.9]), ("C", vec![1.0, 1.3])]);
        let held = |extra: &str| {
            let text = format!(
                "root = {{ kind = \"select\", n = 2, by = \"@r\", above = 0.0, {extra} \
                 of = {{ kind = \"proportional\", by = \"@r\" }} }}\n\
                 [signal.r]\nkind = \"total-return\"\nwindow = 1"
            );
            let weights = weights(&strategy(&text), &market, 1);
            weights.iter().map(|(a, w)| (a.0, (w * 1e9).round() / 1e9)).collect::<Vec<_>>()
        };
        assert_eq!(held(""), [(0, 0.25), (2, 0.75)]);
        let one = "among = [\"A\", \"B\"], share = \"of-n\", \
                   instead = { kind = \"fixed\", weights = { C = 1.0 } },";
        assert_eq!(held(one), [(0, 0.5), (2, 0.5)]);
        assert_eq!(held("among = [\"B\"],"), []);
    }
}
