//! Puts a history in order and names what had to be done for it.
//!
//! Mending and refusing are apart: [`clean`] always mends and reports every fault, and the caller decides
//! whether the faults are refused (loading, unless a repair covers them) or listed (the quality report).
use jiff::civil::Date;

use crate::fault::{Fault, What};
use crate::history::History;
use crate::layout::Field;
use crate::repair::Keep;

/// What was found while a history was put in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) faults: Vec<Fault>,
    /// Dates of rows without a close.
    pub(crate) missing: Vec<Date>,
}

/// Sorts by date, drops duplicates, turns senseless numbers into missing ones, absent dividends into 0 and absent
/// splits into 1, and leaves out rows that then say nothing.
pub(crate) fn clean(history: &mut History, keep: Keep) -> Found {
    let mut found = Found::default();
    order(history, keep, &mut found.faults);
    values(history, &mut found.faults);
    rows(history, &mut found.missing);
    found.faults.sort_by_key(|f| (f.line, f.column, f.what));
    found
}

fn order(history: &mut History, keep: Keep, faults: &mut Vec<Fault>) {
    // Newest first is an order too, and some vendors write so.
    if history.dates.first() > history.dates.last() {
        history.reverse();
    }
    if history.dates.is_sorted_by(|a, b| a < b) {
        return;
    }
    let mut latest: Option<Date> = None;
    for (ix, date) in history.dates.iter().enumerate() {
        if latest.is_some_and(|l| *date < l) {
            let text = latest.map(|l| l.to_string()).unwrap_or_default();
            faults.push(fault(history, ix, None, What::Unordered, text));
        }
        latest = latest.max(Some(*date));
    }
    let mut rows: Vec<usize> = (0..history.len()).collect();
    rows.sort_by_key(|ix| (history.dates[*ix], history.lines[*ix]));
    for pair in rows.windows(2).filter(|p| history.dates[p[0]] == history.dates[p[1]]) {
        faults.push(fault(history, pair[1], None, What::Duplicate, String::new()));
    }
    let same = |a: &usize, b: &usize| history.dates[*a] == history.dates[*b];
    let picked: Vec<usize> = match keep {
        Keep::First => rows.chunk_by(same).map(|group| group[0]).collect(),
        Keep::Last => rows.chunk_by(same).map(|group| group[group.len() - 1]).collect(),
    };
    history.pick(&picked);
}

fn values(history: &mut History, faults: &mut Vec<Fault>) {
    const PRICES: [Field; 5] =
        [Field::Open, Field::High, Field::Low, Field::Close, Field::Adjusted];
    const AMOUNTS: [Field; 4] = [Field::Volume, Field::Dividend, Field::Split, Field::Gains];
    for field in PRICES {
        refuse(history, field, What::NotPositive, |x| x <= 0.0, faults);
    }
    for field in AMOUNTS {
        refuse(history, field, What::Negative, |x| x < 0.0, faults);
    }
    for field in [Field::Dividend, Field::Gains] {
        for x in history.field_mut(field) {
            *x = if x.is_nan() { 0.0 } else { *x };
        }
    }
    for x in history.field_mut(Field::Split) {
        // Some vendors write 0 where nothing was split.
        *x = if x.is_nan() || *x == 0.0 { 1.0 } else { *x };
    }
    // A fund's capital gains are cash in the hand, as dividends are.
    if history.has(Field::Gains) && history.has(Field::Dividend) {
        let gains = std::mem::take(history.field_mut(Field::Gains));
        let dividends = history.field_mut(Field::Dividend);
        dividends.iter_mut().zip(gains).for_each(|(dividend, gain)| *dividend += gain);
    }
}

fn refuse(
    history: &mut History,
    field: Field,
    what: What,
    senseless: impl Fn(f64) -> bool,
    faults: &mut Vec<Fault>,
) {
    let bad: Vec<usize> =
        (0..history.field(field).len()).filter(|ix| senseless(history.field(field)[*ix])).collect();
    for ix in bad {
        let text = history.field(field)[ix].to_string();
        faults.push(fault(history, ix, Some(history.column(field)), what, text));
        history.field_mut(field)[ix] = f64::NAN;
    }
}

/// Leaves out rows without a close, unless they carry a dividend or a split.
fn rows(history: &mut History, missing: &mut Vec<Date>) {
    if !history.close().iter().any(|x| x.is_nan()) {
        return;
    }
    let absent = |ix: &usize| history.close()[*ix].is_nan();
    let acts = |ix: &usize| {
        history.field(Field::Dividend).get(*ix).is_some_and(|x| *x > 0.0)
            || history.field(Field::Split).get(*ix).is_some_and(|x| *x != 1.0)
    };
    missing.extend((0..history.len()).filter(absent).map(|ix| history.dates[ix]));
    let kept: Vec<usize> = (0..history.len()).filter(|ix| !absent(ix) || acts(ix)).collect();
    history.pick(&kept);
}

fn fault(history: &History, row: usize, column: Option<u32>, what: What, text: String) -> Fault {
    let (line, date, symbol) = (history.lines[row], history.dates[row], history.symbol.clone());
    Fault { line, column, date: Some(date), symbol, what, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::histories;
    use crate::table::{Expect, Table};
    use jiff::civil::date;
    use std::sync::Arc;

    fn read(text: &str, keep: Keep) -> (History, Found) {
        let table = Table::read("x.csv", text.as_bytes(), Expect::Any).unwrap();
        let mut history = histories(&table, &Arc::from("x.csv"), "X").remove(0);
        let found = clean(&mut history, keep);
        (history, found)
    }

    #[test]
    fn newest_first_is_an_order_too() {
        let (history, found) =
            read("date,close\n2018-01-04,3\n2018-01-03,2\n2018-01-02,1\n", Keep::Last);
        assert_eq!(history.close(), [1.0, 2.0, 3.0]);
        assert_eq!(history.lines, [4, 3, 2]);
        assert_eq!(found, Found::default());
    }

    #[test]
    fn duplicates_and_disorder_are_named_by_line() {
        let text =
            "date,close\n2018-01-02,1\n2018-01-04,3\n2018-01-03,2\n2018-01-04,4\n2018-01-05,5\n";
        let (history, found) = read(text, Keep::First);
        assert_eq!(history.close(), [1.0, 2.0, 3.0, 5.0]);
        let faults: Vec<_> = found.faults.iter().map(|f| (f.line, f.what)).collect();
        assert_eq!(faults, [(4, What::Unordered), (5, What::Duplicate)]);
        assert_eq!(read(text, Keep::Last).0.close(), [1.0, 2.0, 4.0, 5.0]);
    }

    #[test]
    fn senseless_numbers_are_missing_and_a_lone_dividend_stays() {
        let text = "date,open,close,volume,dividend,split\n2018-01-02,0,1,-5,,\n2018-01-03,2,-2,7,0.5,0\n2018-01-04,3,,,,\n";
        let (history, found) = read(text, Keep::Last);
        let faults: Vec<_> = found.faults.iter().map(|f| (f.line, f.column, f.what)).collect();
        let expected = [
            (2, Some(2), What::NotPositive),
            (2, Some(4), What::Negative),
            (3, Some(3), What::NotPositive),
        ];
        assert_eq!(faults, expected);
        assert_eq!(found.missing, [date(2018, 1, 3), date(2018, 1, 4)]);
        assert_eq!(history.lines, [2, 3]);
        assert!(history.close()[1].is_nan() && history.field(Field::Open)[0].is_nan());
        assert_eq!(history.field(Field::Dividend), [0.0, 0.5]);
        assert_eq!(history.field(Field::Split), [1.0, 1.0]);
    }
}
