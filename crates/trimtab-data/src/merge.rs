//! One source for each symbol: former tickers follow their asset, and of several files one is believed.
use std::collections::BTreeMap;

use jiff::civil::Date;
use trimtab_core::Levels;

use crate::meta::Metas;
use crate::notice::{Log, NoticeKind};
use crate::prices::Prices;

/// Gives former tickers their present name, and keeps of each symbol one source: raw prices before adjusted ones,
/// then the one named first. Raw histories that do not overlap are joined; whatever else there is serves the
/// quality report as a second source.
pub(crate) fn merge(all: Vec<Prices>, metas: &Metas, log: &mut Log) -> Vec<Prices> {
    let mut present: BTreeMap<&str, &str> = BTreeMap::new();
    for (symbol, meta) in metas {
        present.extend(meta.formerly.iter().map(|former| (former.as_str(), symbol.as_str())));
    }
    let mut groups: BTreeMap<String, Vec<Prices>> = BTreeMap::new();
    for mut prices in all {
        if let Some(symbol) = present.get(prices.symbol.as_str()) {
            prices.symbol = (*symbol).to_owned();
        }
        groups.entry(prices.symbol.clone()).or_default().push(prices);
    }
    groups.into_values().filter_map(|group| choose(group, log)).collect()
}

fn choose(mut group: Vec<Prices>, log: &mut Log) -> Option<Prices> {
    group.retain(|prices| !prices.dates.is_empty());
    // Stable: sources of one kind stay in the order in which they were named.
    group.sort_by_key(|prices| prices.levels == Levels::Adjusted);
    let mut sources = group.into_iter();
    let mut chosen = sources.next()?;
    for other in sources {
        let raw = chosen.levels == Levels::Raw && other.levels == Levels::Raw;
        if raw && disjoint(&chosen, &other) {
            let text = format!("{} and {} do not overlap and were joined", chosen.file, other.file);
            log.say(NoticeKind::Assumed, &chosen.symbol, text);
            chosen = join(chosen, other);
            continue;
        }
        let reason = match (chosen.levels, other.levels) {
            (Levels::Raw, Levels::Adjusted) => "raw prices go before adjusted ones",
            _ => "the source named first is believed",
        };
        let mut text = format!("{} is not used: {reason}", other.file);
        if let Some(first) = other.dates.first().filter(|first| **first < chosen.dates[0]) {
            text = format!("{text}; it begins on {first}, {} on {}", chosen.file, chosen.dates[0]);
        }
        log.say(NoticeKind::Unused, &chosen.symbol, text);
    }
    Some(chosen)
}

fn disjoint(a: &Prices, b: &Prices) -> bool {
    a.dates.last() < b.dates.first() || b.dates.last() < a.dates.first()
}

/// Two histories one after the other. A column that one of them lacks has no values in its part.
fn join(a: Prices, b: Prices) -> Prices {
    let (mut first, mut second) = if a.dates.last() < b.dates.first() { (a, b) } else { (b, a) };
    let (before, after) = (first.dates.len(), second.dates.len());
    for (left, right) in [
        (&mut first.open, &mut second.open),
        (&mut first.high, &mut second.high),
        (&mut first.low, &mut second.low),
        (&mut first.volume, &mut second.volume),
    ] {
        if left.is_empty() && right.is_empty() {
            continue;
        }
        left.resize(before, f64::NAN);
        right.resize(after, f64::NAN);
        left.append(right);
    }
    first.close.append(&mut second.close);
    first.dates.append(&mut second.dates);
    first.lines.append(&mut second.lines);
    first.dividends.append(&mut second.dividends);
    first.splits.append(&mut second.splits);
    first
}

impl Prices {
    /// Keeps the rows from `from` to `to`, both included.
    pub(crate) fn cut(&mut self, from: Option<Date>, to: Option<Date>) {
        let start = from.map_or(0, |from| self.dates.partition_point(|d| *d < from));
        let end = to.map_or(self.dates.len(), |to| self.dates.partition_point(|d| *d <= to));
        if start == 0 && end == self.dates.len() {
            return;
        }
        let start = start.min(end);
        for field in
            [&mut self.close, &mut self.open, &mut self.high, &mut self.low, &mut self.volume]
        {
            if !field.is_empty() {
                field.truncate(end);
                field.drain(..start);
            }
        }
        self.dates.truncate(end);
        self.dates.drain(..start);
        self.lines.truncate(end);
        self.lines.drain(..start);
        let within = |day: &Date| from.is_none_or(|f| *day >= f) && to.is_none_or(|t| *day <= t);
        self.dividends.retain(|(day, _)| within(day));
        self.splits.retain(|(day, _)| within(day));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::Meta;
    use jiff::civil::date;
    use std::sync::Arc;

    fn prices(symbol: &str, file: &str, levels: Levels, days: std::ops::Range<i8>) -> Prices {
        let dates: Vec<Date> = days.map(|d| date(2018, 1, d)).collect();
        Prices {
            symbol: symbol.to_owned(),
            levels,
            file: Arc::from(file),
            lines: (0..dates.len() as u32).collect(),
            close: dates.iter().map(|d| f64::from(d.day())).collect(),
            open: Vec::new(),
            high: Vec::new(),
            low: Vec::new(),
            volume: if file == "v" { vec![1.0; dates.len()] } else { Vec::new() },
            dividends: dates.first().map(|d| (*d, 1.0)).into_iter().collect(),
            splits: Vec::new(),
            dates,
        }
    }

    #[test]
    fn raw_goes_before_adjusted_and_says_what_is_not_used() {
        let mut log = Log::default();
        let all =
            vec![prices("A", "wide", Levels::Adjusted, 1..9), prices("A", "a", Levels::Raw, 3..9)];
        let merged = merge(all, &Metas::new(), &mut log);
        assert_eq!((merged.len(), &*merged[0].file), (1, "a"));
        let said = log.notices()[0].to_string();
        assert!(
            said.contains("wide is not used: raw prices") && said.contains("2018-01-01"),
            "{said}"
        );
    }

    #[test]
    fn a_change_of_ticker_is_one_life() {
        let metas = Metas::from([(
            "META".to_owned(),
            Meta { formerly: vec!["FB".to_owned()], ..Meta::default() },
        )]);
        let all =
            vec![prices("META", "v", Levels::Raw, 5..9), prices("FB", "b", Levels::Raw, 1..5)];
        let mut log = Log::default();
        let merged = merge(all, &metas, &mut log);
        assert_eq!((merged.len(), merged[0].symbol.as_str()), (1, "META"));
        assert_eq!(merged[0].close, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert!(merged[0].volume[0].is_nan() && merged[0].volume[4] == 1.0);
        assert_eq!(merged[0].dividends.len(), 2);
    }

    #[test]
    fn cutting_keeps_rows_and_actions_together() {
        let mut all = prices("A", "v", Levels::Raw, 1..9);
        all.cut(Some(date(2018, 1, 3)), Some(date(2018, 1, 5)));
        assert_eq!(
            (all.close.as_slice(), all.volume.len(), all.dividends.len()),
            (&[3.0, 4.0, 5.0][..], 3, 0)
        );
        all.cut(Some(date(2019, 1, 1)), None);
        assert!(all.dates.is_empty() && all.close.is_empty());
    }
}
