//! Only the best.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::explain::list;
use crate::{Allocator, AnySignal, Cx, Documented, Node, Words};
use trimtab_core::{Error, Result, Weights};

/// The `n` best by a signal, in equal shares: $w_i = 1/n$ for the $n$ highest scores, else 0.
///
/// Equal scores are taken in the order in which the data hold the assets. With fewer than `n` scores the
/// missing shares stay in cash.
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
}

impl Documented for Top {
    const EXAMPLE: &str = r#"
        root = "@best"
        [signal.momentum]
        kind   = "total-return"
        window = 63
        [allocator.best]
        kind = "top"
        n    = 2
        by   = "@momentum"
    "#;
    const SOURCE: &str = "Jegadeesh, Titman (1993), Returns to buying winners and selling losers, \
                          Journal of Finance 48(1), p. 65";
    fn check(&self) -> Result<(), String> {
        if self.n == 0 { Err("`n` is at least 1".into()) } else { Ok(()) }
    }
}

impl Allocator for Top {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let among = cx.select(&self.among)?;
        if among.is_empty() {
            return Err(Error::data("there is no asset to choose from"));
        }
        let mut scores = self.by.score(cx, &among)?;
        if self.lowest {
            scores = scores.map(|_, s| -s);
        }
        let best = scores.top(self.n as usize);
        let past = cx.past();
        cx.because(|| {
            let names: Vec<&str> = best.iter().map(|a| past.symbol(*a)).collect();
            format!("kept {} of {}: {}", best.len(), among.len(), names.join(" "))
        });
        let share = 1.0 / f64::from(self.n);
        Ok(Weights::new(best.into_iter().map(|asset| (asset, share))))
    }

    fn explain(&self, words: &mut Words) {
        let which = if self.lowest { "lowest" } else { "highest" };
        let (n, among) = (self.n, list(&self.among));
        words.line(format!("hold the {n} of {among} with the {which} score, in equal shares"));
        words.signal("by", &self.by);
    }
}
