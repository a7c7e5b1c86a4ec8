//! An answer beside the rows that are there: what is new, what is the same, and what contradicts.
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use trimtab_core::{Error, Fact, Result};
use trimtab_data::store::{Bars, Rows};

/// What an answer brings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Merged {
    /// Nothing that is not there.
    Nothing,
    /// Rows behind those that are there.
    Behind(Rows),
    /// Rows for the place of all others, and where they differ.
    Instead(Rows, Vec<Difference>),
    /// It contradicts what is there, and is too short to replace it.
    Apart(Vec<Difference>),
}

/// One value of the past that a source states in another way than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The day.
    pub date: Date,
    /// Which value.
    pub field: &'static str,
    /// What the store has; none when it had no such row.
    pub before: Option<f64>,
    /// What the source says now; none when it has no such row any more.
    pub after: Option<f64>,
}

/// Relative difference of prices that is rounding: sources print four decimals, some from single precision.
const ROUNDING: f64 = 1e-4;

/// The same for levels that are first scaled to each other by a rounded price.
const ROUNDING_SCALED: f64 = 1e-3;

/// Holds an answer against the rows that are there. `whole` says that everything was asked for.
///
/// # Errors
/// When the answer lacks days that are there: it is half an answer.
pub(crate) fn merge(stored: Option<&Rows>, answer: Rows, whole: bool) -> Result<Merged> {
    let Some(stored) = stored.filter(|rows| !rows.is_empty()) else {
        return Ok(Merged::Instead(answer, Vec::new()));
    };
    match (stored, answer) {
        (Rows::Prices(there), Rows::Prices(new)) => {
            bars(there, new, whole, ROUNDING).map(|merged| merged.of(Rows::Prices))
        }
        (Rows::Adjusted(there), Rows::Adjusted(new)) => {
            let new = scaled(there, new)?;
            bars(there, new, whole, ROUNDING_SCALED).map(|merged| merged.of(Rows::Adjusted))
        }
        (Rows::Readings(there), Rows::Readings(new)) => readings(there, new),
        (Rows::Facts(there), Rows::Facts(new)) => Ok(facts(there, new)),
        _ => Err(Error::data("the answer is of another kind than what the store has")),
    }
}

/// What bars bring.
enum Brought {
    Nothing,
    Behind(Bars),
    Instead(Bars, Vec<Difference>),
    Apart(Vec<Difference>),
}

impl Brought {
    fn of(self, rows: fn(Bars) -> Rows) -> Merged {
        match self {
            Brought::Nothing => Merged::Nothing,
            Brought::Behind(bars) => Merged::Behind(rows(bars)),
            Brought::Instead(bars, differences) => Merged::Instead(rows(bars), differences),
            Brought::Apart(differences) => Merged::Apart(differences),
        }
    }
}

fn bars(there: &Bars, new: Bars, whole: bool, rounding: f64) -> Result<Brought> {
    let (Some(last), Some(reach)) = (there.dates.last(), new.dates.last()) else {
        return Ok(Brought::Nothing);
    };
    if reach < last {
        return Err(Error::data(format!(
            "the answer ends on {reach}, and the store already reaches {last}: it is half an answer"
        )));
    }
    let differences = differences(there, &new, rounding);
    if whole {
        let begins = new.dates[0];
        if begins > there.dates[0] {
            return Err(Error::data(format!(
                "the answer begins on {begins}, and the store on {}: it is half an answer",
                there.dates[0]
            )));
        }
        let same = differences.is_empty() && begins == there.dates[0];
        if !same {
            return Ok(Brought::Instead(new, differences));
        }
    } else if !differences.is_empty() {
        return Ok(Brought::Apart(differences));
    }
    let behind = new.dates.partition_point(|date| date <= last);
    let Rows::Prices(rest) = Rows::Prices(new).from_row(behind) else {
        return Ok(Brought::Nothing);
    };
    Ok(if rest.dates.is_empty() { Brought::Nothing } else { Brought::Behind(rest) })
}

/// Where two histories say other things of the days that both span. Volumes are not held against each other: sources go
/// on counting trades for days.
fn differences(there: &Bars, new: &Bars, rounding: f64) -> Vec<Difference> {
    let mut found = Vec::new();
    let (Some(first), Some(last)) = (new.dates.first(), there.dates.last()) else { return found };
    let start = there.dates.partition_point(|date| date < first);
    let end = new.dates.partition_point(|date| date <= last);
    let both: BTreeMap<Date, ()> =
        there.dates[start..].iter().chain(&new.dates[..end]).map(|date| (*date, ())).collect();
    for date in both.into_keys() {
        let (a, b) = (there.dates.binary_search(&date).ok(), new.dates.binary_search(&date).ok());
        for (field, mine, theirs) in [
            ("close", &there.close, &new.close),
            ("open", &there.open, &new.open),
            ("high", &there.high, &new.high),
            ("low", &there.low, &new.low),
            ("dividend", &there.dividend, &new.dividend),
            ("split", &there.split, &new.split),
        ] {
            let value = |column: &Vec<f64>, row: Option<usize>| {
                row.and_then(|row| column.get(row).copied()).filter(|x| !x.is_nan())
            };
            let (before, after) = (value(mine, a), value(theirs, b));
            let same = match (before, after) {
                (Some(x), Some(y)) => (x - y).abs() <= rounding * x.abs().max(y.abs()),
                (None, None) => true,
                // A price that one of them leaves out, on a day that both have, contradicts nothing.
                _ => a.is_some() && b.is_some(),
            };
            if !same {
                found.push(Difference { date, field, before, after });
            }
        }
    }
    found
}

/// Levels on the scale of those that are there. Every dividend moves all earlier levels of such a source, but not their
/// ratios; on the store's scale, which is that of its first fetch, a level depends on its past alone.
fn scaled(there: &Bars, mut new: Bars) -> Result<Bars> {
    let common = there.dates.iter().rposition(|date| new.dates.binary_search(date).is_ok());
    let Some(row) = common else {
        return Err(Error::data(
            "the answer has no day in common with the store: its levels have no scale",
        ));
    };
    let at = new.dates.binary_search(&there.dates[row]).unwrap_or_default();
    let factor = there.close[row] / new.close[at];
    for field in [&mut new.open, &mut new.high, &mut new.low, &mut new.close] {
        field.iter_mut().for_each(|level| *level *= factor);
    }
    Ok(new)
}

fn readings(there: &[(Date, f64)], new: Vec<(Date, f64)>) -> Result<Merged> {
    let (Some(first), Some(last)) = (new.first().copied(), new.last().copied()) else {
        return Ok(Merged::Nothing);
    };
    let now: BTreeMap<Date, f64> = new.iter().copied().collect();
    let spanned = || there.iter().filter(|(date, _)| (first.0..=last.0).contains(date));
    let end = there.last().map(|reading| reading.0);
    let lacking = spanned().filter(|(date, _)| !now.contains_key(date)).count();
    if lacking > 0 {
        return Err(Error::data(format!(
            "the answer lacks {lacking} readings between {} and {} that the store has: it is half an answer",
            first.0, last.0
        )));
    }
    let differences: Vec<Difference> = spanned()
        .filter(|(date, value)| now.get(date) != Some(value))
        .map(|(date, value)| Difference {
            date: *date,
            field: "value",
            before: Some(*value),
            after: now.get(date).copied(),
        })
        .collect();
    let inserted = new.iter().any(|(date, _)| {
        end.is_some_and(|end| *date <= end) && there.binary_search_by_key(date, |r| r.0).is_err()
    });
    if differences.is_empty() && !inserted {
        let behind: Vec<_> = new.into_iter().filter(|(date, _)| end < Some(*date)).collect();
        return Ok(match behind.is_empty() {
            true => Merged::Nothing,
            false => Merged::Behind(Rows::Readings(behind)),
        });
    }
    let before = there.iter().filter(|(date, _)| *date < first.0).copied();
    let after = there.iter().filter(|(date, _)| *date > last.0).copied();
    Ok(Merged::Instead(Rows::Readings(before.chain(new).chain(after).collect()), differences))
}

/// Facts behind those that are there. The answer to a question about a span repeats, as known on its first day, what
/// was known before; a fact is new when its value is another than the one known so far.
fn facts(there: &[Fact], new: Vec<Fact>) -> Merged {
    let mut known: BTreeMap<Date, f64> =
        there.iter().map(|fact| (fact.about, fact.value)).collect();
    let last = there.last().map(|fact| fact.known);
    let (mut behind, mut apart) = (Vec::new(), Vec::new());
    for fact in new {
        if known.get(&fact.about) == Some(&fact.value) {
            continue;
        }
        if last < Some(fact.known) {
            behind.push(fact);
        } else {
            let before = known.get(&fact.about).copied();
            let (date, after) = (fact.about, Some(fact.value));
            apart.push(Difference { date, field: "value", before, after });
        }
        known.insert(fact.about, fact.value);
    }
    match (apart.is_empty(), behind.is_empty()) {
        (false, _) => Merged::Apart(apart),
        (true, false) => Merged::Behind(Rows::Facts(behind)),
        (true, true) => Merged::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(d: i8) -> Date {
        date(2024, 1, d)
    }

    fn bars_of(days: std::ops::Range<i8>, scale: f64) -> Bars {
        let count = days.len();
        Bars {
            close: days.clone().map(|d| scale * (100.0 + f64::from(d))).collect(),
            dates: days.map(day).collect(),
            dividend: vec![0.0; count],
            split: vec![1.0; count],
            ..Bars::default()
        }
    }

    fn of(there: Bars, new: Bars, whole: bool) -> Result<Merged> {
        merge(Some(&Rows::Prices(there)), Rows::Prices(new), whole)
    }

    #[test]
    fn only_what_lies_behind_is_added() {
        let merged = of(bars_of(1..10, 1.0), bars_of(6..13, 1.0), false);
        assert_eq!(merged, Ok(Merged::Behind(Rows::Prices(bars_of(10..13, 1.0)))));
        assert_eq!(of(bars_of(1..10, 1.0), bars_of(6..10, 1.0), false), Ok(Merged::Nothing));
        assert_eq!(of(bars_of(1..10, 1.0), bars_of(1..10, 1.0), true), Ok(Merged::Nothing));
    }

    #[test]
    fn half_an_answer_is_refused() {
        assert!(of(bars_of(1..10, 1.0), bars_of(6..9, 1.0), false).is_err());
        assert!(of(bars_of(1..10, 1.0), bars_of(3..12, 1.0), true).is_err());
        let readings = |days: &[i8]| Rows::Readings(days.iter().map(|d| (day(*d), 1.0)).collect());
        assert!(merge(Some(&readings(&[1, 2, 3])), readings(&[1, 3, 4]), true).is_err());
    }

    #[test]
    fn a_changed_past_is_told_value_by_value() {
        let mut new = bars_of(6..13, 1.0);
        new.close[1] = 90.0;
        new.dividend[2] = 0.5;
        let Ok(Merged::Apart(found)) = of(bars_of(1..10, 1.0), new, false) else { panic!() };
        let said: Vec<_> = found.iter().map(|d| (d.date, d.field, d.before, d.after)).collect();
        assert_eq!(
            said,
            [
                (day(7), "close", Some(107.0), Some(90.0)),
                (day(8), "dividend", Some(0.0), Some(0.5))
            ]
        );
        // A day that is gone is a change too.
        let mut gone = bars_of(6..13, 1.0);
        for field in [&mut gone.close, &mut gone.dividend, &mut gone.split] {
            field.remove(2);
        }
        gone.dates.remove(2);
        let Ok(Merged::Apart(found)) = of(bars_of(1..10, 1.0), gone, false) else { panic!() };
        assert_eq!((found[0].date, found[0].before, found[0].after), (day(8), Some(108.0), None));
    }

    #[test]
    fn levels_are_taken_on_the_scale_that_is_there() {
        let there = Rows::Adjusted(bars_of(1..10, 1.0));
        // A dividend since then has moved all levels by 2 %.
        let merged = merge(Some(&there), Rows::Adjusted(bars_of(6..13, 0.98)), false);
        let Ok(Merged::Behind(Rows::Adjusted(behind))) = merged else { panic!("{merged:?}") };
        for (close, d) in behind.close.iter().zip([10.0, 11.0, 12.0]) {
            assert!((close - (100.0 + d)).abs() < 1e-9, "{close}");
        }
        assert!(merge(Some(&there), Rows::Adjusted(bars_of(11..13, 1.0)), false).is_err());
    }

    #[test]
    fn a_repeated_vintage_brings_nothing_and_a_revision_does() {
        let fact =
            |about: i8, known: i8, value: f64| Fact { about: day(about), known: day(known), value };
        let there = Rows::Facts(vec![fact(1, 5, 6.1), fact(1, 9, 6.2), fact(2, 9, 6.5)]);
        let merged = |facts: Vec<Fact>| merge(Some(&there), Rows::Facts(facts), false);
        // Asked from the 9th on, the source repeats what held then.
        let repeated = vec![fact(1, 9, 6.2), fact(2, 9, 6.5)];
        assert_eq!(merged(repeated.clone()), Ok(Merged::Nothing));
        let revised = [repeated, vec![fact(1, 12, 6.1), fact(3, 12, 7.0)]].concat();
        let expected = vec![fact(1, 12, 6.1), fact(3, 12, 7.0)];
        assert_eq!(merged(revised), Ok(Merged::Behind(Rows::Facts(expected))));
        assert!(matches!(merged(vec![fact(2, 9, 6.6)]), Ok(Merged::Apart(_))));
    }

    #[test]
    fn revised_readings_stand_in_the_place_of_the_old_ones() {
        let rows =
            |all: &[(i8, f64)]| Rows::Readings(all.iter().map(|(d, x)| (day(*d), *x)).collect());
        let there = rows(&[(1, 1.0), (2, 2.0), (3, 3.0)]);
        let merged = merge(Some(&there), rows(&[(2, 2.5), (3, 3.0), (4, 4.0)]), false).unwrap();
        let Merged::Instead(now, found) = merged else { panic!() };
        assert_eq!(now, rows(&[(1, 1.0), (2, 2.5), (3, 3.0), (4, 4.0)]));
        assert_eq!((found.len(), found[0].before, found[0].after), (1, Some(2.0), Some(2.5)));
        let merged = merge(Some(&there), rows(&[(3, 3.0), (4, 4.0)]), false);
        assert_eq!(merged, Ok(Merged::Behind(rows(&[(4, 4.0)]))));
    }
}
