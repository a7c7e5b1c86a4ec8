//! An opinion only on what has been listed long enough.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Error, Result, Scores};

/// Another signal for the assets that have had a price for a while, no opinion on the others: $s_i = x_i$ where $n_i \ge N$.
///
/// $x$: the scores of `by`; $n$: sessions since the first price, today's and the first one included; $N$ = `sessions`. A universe whose members change
/// gets new ones of whom a window of a year cannot speak; without this signal they are an error. A hole within a history
/// remains one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seasoned {
    /// The signal $x$.
    pub by: Node<AnySignal>,
    /// The least number of sessions $N$: one more than the window that `by` looks back over.
    pub sessions: u32,
}

impl Documented for Seasoned {
    const EXAMPLE: &str = r#"
        root = "@strongest"
        [signal.year-on-the-list]
        kind     = "seasoned"
        sessions = 253
        by       = { kind = "total-return", window = 252 }
        [allocator.strongest]
        kind  = "top"
        among = ["members:SP500"]
        n     = 3
        by    = "@year-on-the-list"
    "#;
    const SOURCE: &str = "Jegadeesh, Titman (1993), Returns to buying winners and selling losers, Journal of Finance 48(1), \
                          p. 68 (stocks with returns over the whole ranking period)";
    fn check(&self) -> Result<(), String> {
        if self.sessions > 0 { Ok(()) } else { Err("`sessions` is at least 1".into()) }
    }
}

impl Signal for Seasoned {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let past = cx.past();
        let first = (past.today().0 + 1).checked_sub(self.sessions);
        let seasoned = |asset: &AssetId| {
            past.listed_since(*asset).zip(first).is_some_and(|(listed, first)| listed.0 <= first)
        };
        let old: Vec<AssetId> = among.iter().copied().filter(seasoned).collect();
        if old.is_empty() {
            let said =
                format!("no asset has been listed for {} sessions on {}", self.sessions, past.date());
            return Err(Error::data(said).hint("start later, or ask for fewer sessions"));
        }
        if old.len() < among.len() {
            let young = among.iter().filter(|asset| !old.contains(asset));
            cx.because(|| {
                let names: Vec<&str> = young.map(|asset| past.symbol(*asset)).collect();
                format!("listed for less than {} sessions: {}", self.sessions, names.join(" "))
            });
        }
        self.by.score(cx, &old)
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("only of assets that have been listed for {} sessions", self.sessions));
        words.signal("by", &self.by);
    }
}
