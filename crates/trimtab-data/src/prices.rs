//! What a history's numbers mean: raw prices and corporate actions where they can be had, total-return levels where
//! not, and a word on what was assumed or lost.
use jiff::civil::Date;
use trimtab_core::Levels;

use crate::adjusted::{self, Implied};
use crate::history::History;
use crate::layout::{Field, Meaning, Vendor};
use crate::notice::{Log, NoticeKind};
use crate::ratio;
use crate::repair::Repairs;

/// One symbol's prices and corporate actions, by date.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prices {
    pub(crate) symbol: String,
    pub(crate) levels: Levels,
    pub(crate) file: std::sync::Arc<str>,
    pub(crate) lines: Vec<u32>,
    pub(crate) dates: Vec<Date>,
    pub(crate) close: Vec<f64>,
    /// Empty where the file has no such column; so are the next three.
    pub(crate) open: Vec<f64>,
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) volume: Vec<f64>,
    /// Cash for each old share.
    pub(crate) dividends: Vec<(Date, f64)>,
    /// New shares for an old one.
    pub(crate) splits: Vec<(Date, f64)>,
}

/// Gives a clean history its meaning. `levels` is what the caller says of its prices, if anything.
pub(crate) fn prices(
    mut history: History,
    levels: Option<Levels>,
    repairs: &Repairs,
    log: &mut Log,
) -> Prices {
    match levels {
        Some(Levels::Raw) => history.meaning = Meaning::Raw,
        Some(Levels::Adjusted) => history.meaning = Meaning::Adjusted,
        None => {}
    }
    let symbol = history.symbol.clone();
    if repairs.drop_stale {
        drop_stale(&mut history, log);
    }
    match history.meaning {
        Meaning::Raw => raw(history, repairs, levels.is_some(), log),
        Meaning::SplitAdjusted if history.has(Field::Split) => {
            undo_splits(&mut history, log);
            raw(history, repairs, true, log)
        }
        Meaning::SplitAdjusted => derived(history, log),
        Meaning::Adjusted => {
            let stated = levels.is_some() || history.vendor != Vendor::Stooq;
            let text = match stated {
                true => {
                    "closes are adjusted: total returns are right; price levels, share counts, dividend dates \
                     and taxes are not"
                }
                false => {
                    "neither dividends and splits nor adjusted closes stand beside the prices: they are taken as \
                     total-return levels; if they are as traded, say `levels` = raw in the meta file"
                }
            };
            let kind = if stated { NoticeKind::Lost } else { NoticeKind::Assumed };
            log.say(kind, &symbol, text);
            bare(history, Levels::Adjusted)
        }
    }
}

/// Prices without any corporate action.
pub(crate) fn bare(mut history: History, levels: Levels) -> Prices {
    let mut take = |field| std::mem::take(history.field_mut(field));
    let (close, open, high) = (take(Field::Close), take(Field::Open), take(Field::High));
    let (low, volume) = (take(Field::Low), take(Field::Volume));
    Prices {
        symbol: history.symbol,
        levels,
        file: history.file,
        lines: history.lines,
        dates: history.dates,
        close,
        open,
        high,
        low,
        volume,
        dividends: Vec::new(),
        splits: Vec::new(),
    }
}

/// Prices as traded, with the dividends and splits that stand beside them.
fn raw(history: History, repairs: &Repairs, stated: bool, log: &mut Log) -> Prices {
    let symbol = history.symbol.clone();
    let missing = match (history.has(Field::Dividend), history.has(Field::Split)) {
        (true, true) => None,
        (true, false) => Some("the file has no column of splits: none is assumed to have happened"),
        (false, true) => Some("the file has no column of dividends: returns are without them"),
        (false, false) if stated => None,
        (false, false) => {
            Some("the file has neither dividends nor splits: returns are without them")
        }
    };
    if let Some(text) = missing {
        log.say(NoticeKind::Lost, &symbol, text);
    }
    compare(&history, log);
    let dated = |field: Field, nothing: f64| -> Vec<(Date, f64)> {
        let pairs = history.dates.iter().copied().zip(history.field(field).iter().copied());
        pairs.filter(|(_, x)| *x != nothing && !x.is_nan()).collect()
    };
    let (dividends, mut splits) = (dated(Field::Dividend, 0.0), dated(Field::Split, 1.0));
    for (date, factor) in &mut splits {
        round(factor, *date, &symbol, repairs, log);
    }
    Prices { dividends, splits, ..bare(history, Levels::Raw) }
}

/// Rounds a split factor that is printed with an error, or says that it might be.
fn round(factor: &mut f64, date: Date, symbol: &str, repairs: &Repairs, log: &mut Log) {
    let Some(ratio) = ratio::small_ratio(*factor, SPLIT_ROUNDING).filter(|r| r != factor) else {
        return;
    };
    let words = ratio::words(ratio);
    if repairs.round_splits {
        let text = format!("the split factor {factor} of {date} was rounded to {words}");
        log.say(NoticeKind::Repaired, symbol, text);
        *factor = ratio;
    } else if (ratio - *factor).abs() > SIX_DECIMALS {
        // 0.142857 for 1/7 is the best that six decimals can do, and is not worth a word; 3.000003 is.
        let text = format!(
            "the split factor {factor} of {date} is close to {words}; `--repair round-splits` makes it so"
        );
        log.say(NoticeKind::Doubtful, symbol, text);
    }
}

/// How far a printed split factor may be from its ratio: six digits leave half a unit of the sixth.
const SPLIT_ROUNDING: f64 = 1e-5;

/// Half a unit of the sixth decimal, and the rounding of that comparison.
const SIX_DECIMALS: f64 = 0.501e-6;

/// Says where raw and adjusted closes of one file disagree.
fn compare(history: &History, log: &mut Log) {
    if !history.has(Field::Adjusted) {
        return;
    }
    let found = adjusted::mismatches(
        &history.dates,
        history.close(),
        history.field(Field::Adjusted),
        history.field(Field::Dividend),
        history.field(Field::Split),
    );
    let gap = |m: &adjusted::Mismatch| (m.raw - m.adjusted).abs();
    if let Some(worst) = found.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))) {
        let text = format!(
            "adjusted closes disagree with close, dividend and split on {} of {} days, worst on {} ({:+.2} % against \
             {:+.2} %); dividends and splits are believed",
            found.len(),
            history.len(),
            worst.date,
            100.0 * worst.adjusted,
            100.0 * worst.raw,
        );
        log.say(NoticeKind::Doubtful, &history.symbol, text);
    }
}

/// Restores prices, dividends and volumes as they were traded: each is stated in the shares of the last day, and the
/// splits since then are known.
fn undo_splits(history: &mut History, log: &mut Log) {
    let splits = history.field(Field::Split).to_vec();
    let count = splits.iter().filter(|f| **f != 1.0).count();
    let mut since = 1.0;
    for row in (0..history.len()).rev() {
        for field in [Field::Open, Field::High, Field::Low, Field::Close] {
            if let Some(price) = history.field_mut(field).get_mut(row) {
                *price *= since;
            }
        }
        if let Some(volume) = history.field_mut(Field::Volume).get_mut(row) {
            *volume /= since;
        }
        // A dividend is counted for each share held before a split of its day.
        since *= splits[row];
        if let Some(dividend) = history.field_mut(Field::Dividend).get_mut(row) {
            *dividend *= since;
        }
    }
    // Adjusted closes refer to the prices before they were restored; their ratios still hold.
    if count > 0 {
        let text = "prices, dividends and volumes were stated in the shares of the last day; splits were undone to \
                    restore them as traded";
        log.say(NoticeKind::Assumed, &history.symbol, text);
    }
}

/// Prices in the shares of the last day, with the dividends that the adjusted closes imply.
fn derived(history: History, log: &mut Log) -> Prices {
    let (close, adjusted) = (history.close(), history.field(Field::Adjusted));
    let (mut dividends, mut splits) = (Vec::new(), Vec::new());
    for action in adjusted::implied(&history.dates, close, adjusted) {
        match action {
            Implied::Dividend(date, cash) => dividends.push((date, cash)),
            Implied::Split(date, factor) => splits.push((date, factor)),
        }
    }
    let cash: f64 = dividends.iter().map(|(_, cash)| cash).sum();
    let text = match splits.is_empty() {
        true => format!(
            "{} dividends, {cash:.4} a share in all, were derived from adjusted closes; prices and dividends are \
             stated in the shares of the last day",
            dividends.len()
        ),
        false => format!(
            "{} dividends, {cash:.4} a share in all, and {} splits were derived from adjusted closes",
            dividends.len(),
            splits.len()
        ),
    };
    log.say(NoticeKind::Assumed, &history.symbol, text);
    Prices { dividends, splits, ..bare(history, Levels::Raw) }
}

/// Takes out bars that repeat open, high, low and close of the row before and show a range.
fn drop_stale(history: &mut History, log: &mut Log) {
    let stale = stale(history);
    if stale.is_empty() {
        return;
    }
    let text = format!(
        "{} bars that repeat the session before count as missing, the first of {}",
        stale.len(),
        history.dates[stale[0]]
    );
    log.say(NoticeKind::Repaired, &history.symbol, text);
    let acts = |row: usize| {
        history.field(Field::Dividend).get(row).is_some_and(|d| *d != 0.0)
            || history.field(Field::Split).get(row).is_some_and(|f| *f != 1.0)
    };
    let (kept, gone): (Vec<usize>, Vec<usize>) =
        (0..history.len()).partition(|row| acts(*row) || stale.binary_search(row).is_err());
    let blank: Vec<usize> =
        stale.into_iter().filter(|row| gone.binary_search(row).is_err()).collect();
    for row in blank {
        history.field_mut(Field::Close)[row] = f64::NAN;
    }
    history.pick(&kept);
}

/// The rows that repeat open, high, low and close of the row before while the bar has a range of at least
/// [`RANGE_MIN`] of its price: prices of a feed that stood still. Bars of a few cents, as bills and hardly traded shares
/// have, repeat themselves by chance, and bars without range whenever there is no trade.
pub(crate) fn stale(history: &History) -> Vec<usize> {
    let [open, high, low] = [Field::Open, Field::High, Field::Low].map(|f| history.field(f));
    let close = history.close();
    if open.is_empty() || high.is_empty() || low.is_empty() {
        return Vec::new();
    }
    let same = |row: usize| {
        let repeats = [open, high, low, close].iter().all(|field| field[row] == field[row - 1]);
        repeats && high[row] - low[row] >= RANGE_MIN * close[row]
    };
    (1..history.len()).filter(|row| same(*row)).collect()
}

/// Range of a bar, as a share of its price, from which on it does not repeat itself by chance: five cents of a hundred
/// dollars leave some hundred different bars.
pub(crate) const RANGE_MIN: f64 = 5e-4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::clean;
    use crate::history::histories;
    use crate::notice::Notice;
    use crate::repair::Keep;
    use crate::table::{Expect, Table};
    use jiff::civil::date;
    use std::sync::Arc;

    fn read(text: &str, levels: Option<Levels>, repairs: &str) -> (Prices, Vec<Notice>) {
        let table = Table::read("x.csv", text.as_bytes(), Expect::Any).unwrap();
        let mut history = histories(&table, &Arc::from("x.csv"), "X").remove(0);
        clean(&mut history, Keep::Last);
        let mut log = Log::default();
        let prices = prices(history, levels, &repairs.parse().unwrap(), &mut log);
        (prices, log.notices())
    }

    #[test]
    fn yfinance_prices_are_restored_as_traded() {
        // Traded: 100, then 2 for 1 with a dividend of 0.50 for each old share, then 51.
        let text = "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n\
            2018-01-02 00:00:00-05:00,50,50,50,50,49.75,200,0.0,0.0\n\
            2018-01-03 00:00:00-05:00,51,51,51,51,51,300,0.25,2.0\n";
        let (prices, notices) = read(text, None, "");
        assert_eq!((prices.levels, prices.close.as_slice()), (Levels::Raw, &[100.0, 51.0][..]));
        assert_eq!(prices.volume, [100.0, 300.0]);
        assert_eq!(prices.dividends, [(date(2018, 1, 3), 0.5)]);
        assert_eq!(prices.splits, [(date(2018, 1, 3), 2.0)]);
        assert_eq!(notices.len(), 1, "{notices:?}");
    }

    #[test]
    fn what_is_lost_is_said() {
        let lost = |text, levels| {
            read(text, levels, "").1.iter().map(Notice::to_string).collect::<String>()
        };
        let stooq = "Date,Open,High,Low,Close,Volume\n2018-01-02,1,1,1,1,1\n";
        assert!(lost(stooq, None).contains("assumed: X: neither dividends"));
        assert!(lost(stooq, Some(Levels::Adjusted)).contains("lost: X: closes are adjusted"));
        assert!(lost(stooq, Some(Levels::Raw)).is_empty());
        assert!(lost("date,X\n2018-01-02,1\n", None).contains("lost: X: closes are adjusted"));
        assert!(lost("date,close,dividend\n2018-01-02,1,\n", None).contains("no column of splits"));
        let whole = "date,close,dividend,split\n2018-01-02,1,,\n";
        assert!(lost(whole, None).is_empty());
    }

    #[test]
    fn split_factors_are_rounded_only_when_asked() {
        let text = "date,close,dividend,split\n2018-01-02,3,0,1\n2018-01-03,1,0,3.000003\n";
        let (prices, notices) = read(text, None, "");
        assert_eq!(prices.splits[0].1, 3.000003);
        assert_eq!(notices[0].kind, NoticeKind::Doubtful);
        let (prices, notices) = read(text, None, "round-splits");
        assert_eq!(prices.splits[0].1, 3.0);
        assert_eq!(notices[0].kind, NoticeKind::Repaired);
    }

    #[test]
    fn stale_bars_go_only_when_asked_and_leave_their_dividend() {
        let text = "date,open,high,low,close,dividend,split\n2018-01-02,1,2,1,1.5,0,1\n\
            2018-01-03,1,2,1,1.5,0,1\n2018-01-04,1,2,1,1.5,0.1,1\n2018-01-05,3,3,3,3,0,1\n2018-01-08,3,3,3,3,0,1\n";
        assert_eq!(read(text, None, "").0.close.len(), 5);
        let (prices, notices) = read(text, None, "drop-stale");
        assert_eq!(
            prices.dates,
            [date(2018, 1, 2), date(2018, 1, 4), date(2018, 1, 5), date(2018, 1, 8)]
        );
        assert!(prices.close[1].is_nan() && prices.dividends.len() == 1);
        assert!(notices[0].text.contains("2 bars"), "{notices:?}");
    }

    #[test]
    fn adjusted_closes_that_disagree_are_doubtful() {
        let text =
            "date,close,dividend,split,adj_close\n2018-01-02,10,0,1,9\n2018-01-03,10,0,1,10\n";
        let (_, notices) = read(text, None, "");
        assert!(notices[0].text.contains("on 1 of 2 days, worst on 2018-01-03"), "{notices:?}");
    }
}
