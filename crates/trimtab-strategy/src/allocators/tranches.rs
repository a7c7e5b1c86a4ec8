//! Several portfolios, one replaced at a time.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Allocator, AnyAllocator, Cx, Documented, Node, Words};
use trimtab_core::{Result, Weights};

/// The mean of the last decisions of another allocator: $w_t = \frac1k \sum_{j=0}^{k-1} u_{t-j}$.
///
/// $u_{t-j}$: the weights that `of` wanted $j$ decisions ago; $k$ = `n`, or the number of decisions made so far while they are fewer.
/// Decided every week with $n = 4$, one quarter of the portfolio is decided anew each week, and no day of the month
/// is luckier than the others. The tranches are brought back to equal size at each decision; accounts that let each
/// tranche run on its own differ by its drift. What was wanted is remembered; a second look on the same day replaces
/// the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tranches {
    /// The allocator that is asked at each decision.
    pub of: Node<AnyAllocator>,
    /// How many decisions $k$ are held together.
    pub n: u32,
}

impl Documented for Tranches {
    const EXAMPLE: &str = r#"
        root = "@spread-in-time"
        [allocator.best]
        kind = "top"
        n    = 2
        by   = { kind = "total-return", window = 84 }
        [allocator.spread-in-time]
        kind = "tranches"
        of   = "@best"
        n    = 4
        [schedule]
        every = "week"
    "#;
    const SOURCE: &str = "Hoffstein, Sibears, Faber (2019), Rebalance timing luck: the difference between hired and \
                          fired, Journal of Index Investing 10(1), p. 27";
    fn check(&self) -> Result<(), String> {
        if self.n == 0 { Err("`n` is at least 1".into()) } else { Ok(()) }
    }
}

impl Allocator for Tranches {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let mut tranches = vec![self.of.allocate(cx)?];
        if let Some((day, older)) = cx.recall_portfolios() {
            let again = usize::from(day == cx.past().today());
            tranches.extend(older.into_iter().skip(again));
        }
        tranches.truncate(self.n as usize);
        cx.remember_portfolios(&tranches, &[]);
        cx.because(|| format!("the mean of {} decisions", tranches.len()));
        let share = 1.0 / tranches.len() as f64;
        Ok(tranches.into_iter().fold(Weights::cash(), |mix, w| mix.plus(w.scaled(share))))
    }

    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        vec![&self.of]
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("the mean of the last {} decisions of", self.n));
        words.allocator("of", &self.of);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{market, strategy, weights_of};
    use crate::{Book, Memory};

    #[test]
    fn one_tranche_is_replaced_at_each_decision() {
        let market =
            market(&[("A", vec![1.0, 2.0, 3.0, 3.0, 3.0]), ("B", vec![1.0, 1.0, 1.0, 2.0, 3.0])]);
        let text = "root = { kind = \"tranches\", n = 2, of = { kind = \"top\", n = 1, \
                    by = { kind = \"total-return\", window = 1 } } }";
        let (strategy, mut memory) = (strategy(text), Memory::default());
        let mut of = |day| {
            let w = weights_of(&strategy, &market, day, &Book::default(), &mut memory);
            w.iter().map(|(a, w)| (a.0, w)).collect::<Vec<_>>()
        };
        assert_eq!(of(1), [(0, 1.0)]);
        assert_eq!(of(2), [(0, 1.0)]);
        assert_eq!(of(3), [(0, 0.5), (1, 0.5)]);
        assert_eq!(of(3), [(0, 0.5), (1, 0.5)], "a second look changes nothing");
        assert_eq!(of(4), [(1, 1.0)]);
    }
}
