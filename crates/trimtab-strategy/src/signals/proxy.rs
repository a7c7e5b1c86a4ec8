//! One asset judged by another.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AnySignal, Cx, Documented, Node, Signal, Words};
use trimtab_core::{AssetId, Result, Scores};

/// Another signal, read from a stand-in: $s_i = x_{p(i)}$.
///
/// $x$: the scores of `by`; $p$ = `from`: the asset that is read for asset $i$, itself where none is named. For funds that
/// are held because they are cheap or levered, while the long history of another one tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// The signal $x$.
    pub by: Node<AnySignal>,
    /// For each symbol the one that is read in its place.
    pub from: BTreeMap<String, String>,
}

impl Documented for Proxy {
    const EXAMPLE: &str = r#"
        root = "@led-by-others"
        [signal.trend]
        kind = "proxy"
        by   = { kind = "sma-distance", window = 200 }
        from = { QQQ = "SPY", EEM = "EFA", TIP = "TLT" }
        [allocator.led-by-others]
        kind  = "filter"
        of    = { kind = "equal-weight", among = ["QQQ", "EEM", "TIP"] }
        by    = "@trend"
        above = 0.0
    "#;
    const SOURCE: &str = "Own rule: the signal of an index may decide on any fund that follows it";
    fn check(&self) -> Result<(), String> {
        if self.from.is_empty() { Err("`from` names no asset".into()) } else { Ok(()) }
    }
}

impl Signal for Proxy {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let mut read = Vec::with_capacity(among.len());
        for &asset in among {
            let stand_in = self.from.get(cx.past().symbol(asset));
            read.push(stand_in.map_or(Ok(asset), |symbol| cx.past().find(symbol))?);
        }
        let mut distinct = read.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let scores = self.by.score(cx, &distinct)?;
        let pairs = among.iter().zip(read);
        Ok(Scores::new(pairs.filter_map(|(asset, read)| Some((*asset, scores.of(read)?)))))
    }

    fn explain(&self, words: &mut Words) {
        let pairs: Vec<String> =
            self.from.iter().map(|(held, read)| format!("{held} by {read}")).collect();
        words.line(format!("judged by a stand-in ({})", pairs.join(", ")));
        words.signal("by", &self.by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{market, scores};

    #[test]
    fn the_stand_in_tells() {
        let market = market(&[("A", vec![1.0, 2.0]), ("B", vec![1.0, 0.5])]);
        let by = toml::from_str("kind = \"total-return\"\nwindow = 1").unwrap();
        let from = BTreeMap::from([("A".to_owned(), "B".to_owned())]);
        let scores = scores(&Proxy { by, from }, &market, 1);
        assert_eq!(scores.iter().map(|(_, s)| s).collect::<Vec<_>>(), [-0.5, -0.5]);
    }
}
