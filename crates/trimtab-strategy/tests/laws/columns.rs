//! Laws on columns: the answers of many days at once are those of each day.
use std::collections::BTreeSet;

use super::markets::market;
use super::registered;
use trimtab_core::{Day, Kind, Market, Weights};
use trimtab_strategy::{Book, Cx, Days, Memory, Portfolios, Strategy};

const DAYS: usize = 620;

/// Every seventh session.
fn days(market: &Market) -> Days<'_> {
    Days::new(market, (0..market.days() as u32).step_by(7).map(Day).collect())
}

/// Day by day: the weights from the first day on which the strategy and its parts can answer, as an engine asks.
fn day_by_day(strategy: &Strategy, days: &Days<'_>, market: &Market) -> (usize, Vec<Weights>) {
    let (mut memory, mut made, mut from) = (Memory::default(), Vec::new(), 0);
    let book = Book { weights: Weights::cash(), value: 1e5, peak: 1e5 };
    for (ix, day) in days.days().iter().enumerate() {
        let past = market.as_of(*day);
        let mut cx = Cx::silent(past, &book, &mut memory, &strategy.universe);
        let weights = strategy.weights(&mut cx);
        let ready = || strategy.ready(past, &book, &Memory::default());
        match weights.and_then(|w| if made.is_empty() { ready().map(|()| w) } else { Ok(w) }) {
            Ok(weights) => made.push(weights),
            Err(error) if error.kind() == Kind::Data && made.is_empty() => from = ix + 1,
            Err(error) => panic!("{} on {day:?}: {error}", strategy.name),
        }
    }
    (from, made)
}

fn known(columns: &Portfolios) -> Vec<Weights> {
    (columns.from()..columns.days()).map(|day| columns.on(day)).collect()
}

/// Kinds whose example is answered in columns. A kind that falls out of this list is right, and slow.
const IN_COLUMNS: [&str; 14] = [
    "blend",
    "breadth",
    "cash-reserve",
    "ema-ratio",
    "equal-weight",
    "fixed",
    "inverse-volatility",
    "ladder",
    "score-of",
    "sma-ratio",
    "top",
    "total-return",
    "volatility",
    "when",
];

#[test]
fn columns_are_the_answers_of_each_day_to_the_last_bit() {
    let market = market(DAYS);
    let days = days(&market);
    let mut kinds = BTreeSet::new();
    for (info, strategy) in registered() {
        let Some(columns) = strategy.columns(&days) else { continue };
        let (from, made) = day_by_day(&strategy, &days, &market);
        assert_eq!(columns.from(), from, "{} begins", info.kind);
        assert!(made.len() > 20, "{}", info.kind);
        assert_eq!(known(&columns), made, "{}", info.kind);
        kinds.insert(info.kind);
    }
    for kind in IN_COLUMNS {
        assert!(kinds.contains(kind), "{kind} has no columns");
    }
}

#[test]
fn no_column_depends_on_the_future() {
    let market = market(DAYS);
    let whole = days(&market);
    for (info, strategy) in registered() {
        let Some(columns) = strategy.columns(&whole) else { continue };
        for cut in [57 * 7, 72 * 7, 84 * 7] {
            let until = cut as usize / 7;
            let scrambled =
                market.scrambled_after(Day(cut), |_, _, x| 1e4 / x, |x| 50.0 - x).unwrap();
            for other in [scrambled, market.cut(Day(cut)).unwrap()] {
                let other_days = days(&other);
                let again = strategy.columns(&other_days).unwrap();
                assert_eq!(again.from(), columns.from(), "{}", info.kind);
                for day in columns.from()..=until {
                    assert_eq!(again.on(day), columns.on(day), "{} saw past {cut}", info.kind);
                }
            }
        }
    }
}

#[test]
fn a_hole_or_a_delisting_is_left_to_each_day() {
    let market = market(DAYS);
    let strategy = registered().into_iter().find(|(info, _)| info.kind == "sma-ratio").unwrap().1;
    for asset in 0..3 {
        let holed = market.with_hole(trimtab_core::AssetId(asset), Day(400)).unwrap();
        assert!(strategy.columns(&days(&holed)).is_none());
    }
    assert!(strategy.columns(&days(&market)).is_some());
}
