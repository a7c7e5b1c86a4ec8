use super::*;
use crate::{Exchange, Fact, Kind, Unit, Window};
use jiff::civil::date;

fn calendar(n: usize) -> Calendar {
    let sessions = Exchange::Nyse.sessions(date(2018, 1, 2), date(2018, 12, 31));
    Calendar::new(sessions[..n].to_vec()).unwrap()
}

fn closes_only(columns: Vec<Vec<f64>>) -> Columns {
    Columns { close: Panel::from_columns(columns), open: None, high: None, low: None, volume: None }
}

pub(super) fn market(columns: Vec<Vec<f64>>, actions: Vec<Action>) -> Result<Market> {
    let assets = (0..columns.len()).map(|ix| Asset::new(format!("A{ix}"))).collect();
    Market::new(calendar(columns[0].len()), assets, closes_only(columns), actions, Vec::new())
}

pub(super) const A: AssetId = AssetId(0);

#[test]
fn the_total_return_index_counts_dividends_and_splits_forward() {
    let dividend = ActionKind::Dividend { per_share: 2.0, pay: None };
    let actions = vec![
        Action { day: Day(1), asset: A, kind: dividend },
        Action { day: Day(2), asset: A, kind: ActionKind::Split { factor: 2.0 } },
    ];
    let market = market(vec![vec![100.0, 98.0, 49.0, 49.0]], actions).unwrap();
    assert_eq!(market.total_return(A), [100.0, 100.0, 100.0, 100.0]);
}

#[test]
fn a_dividend_inside_a_hole_is_kept() {
    let dividend = ActionKind::Dividend { per_share: 2.0, pay: None };
    let actions = vec![Action { day: Day(1), asset: A, kind: dividend }];
    let market = market(vec![vec![100.0, f64::NAN, 98.0]], actions).unwrap();
    assert_eq!(market.total_return(A)[2], 100.0);
    let error = market.as_of(Day(2)).closes(A, Window::Sessions(2)).unwrap_err();
    assert!(error.to_string().contains("A0 has no close on 2018-01-03"), "{error}");
}

#[test]
fn a_spin_off_is_part_of_the_total_return() {
    let kind = ActionKind::SpinOff { into: AssetId(1), ratio: 0.5, basis: 0.2 };
    let columns = vec![vec![100.0, 80.0], vec![40.0, 40.0]];
    let market = market(columns, vec![Action { day: Day(1), asset: A, kind }]).unwrap();
    assert_eq!(market.total_return(A)[1], 100.0);
}

#[test]
fn the_past_of_a_cut_market_is_the_same_past() {
    let grow = |f: f64| (0..80).map(|t| 100.0 * f.powi(t)).collect::<Vec<_>>();
    let mut late = grow(0.99);
    late[..60].fill(f64::NAN);
    let whole = market(vec![grow(1.01), late], Vec::new()).unwrap();
    let cut = whole.cut(Day(40)).unwrap();
    assert_eq!(cut.assets().len(), 1);
    let window = Window::Months(2);
    let (a, b) = (whole.as_of(Day(40)), cut.as_of(Day(40)));
    assert_eq!(a.closes(A, window).unwrap(), b.closes(A, window).unwrap());
    assert_eq!(a.listed().count(), 1);
    let early = whole.as_of(Day(60)).closes(AssetId(1), Window::Sessions(2)).unwrap_err();
    assert_eq!(early.kind(), Kind::Data);
    assert!(whole.as_of(Day(61)).closes(AssetId(1), Window::Sessions(2)).is_ok());
}

#[test]
fn a_pay_day_beyond_the_cut_stays_a_pay_day() {
    let pay = Some(date(2018, 2, 15));
    let dividend = ActionKind::Dividend { per_share: 2.0, pay };
    let actions = vec![Action { day: Day(1), asset: A, kind: dividend }];
    let cut = market(vec![vec![100.0; 60]], actions).unwrap().cut(Day(3)).unwrap();
    assert_eq!(cut.actions()[0].kind, dividend, "paid on the ex-day it would be cash too early");
    let early = ActionKind::Dividend { per_share: 2.0, pay: Some(date(2018, 1, 2)) };
    let actions = vec![Action { day: Day(1), asset: A, kind: early }];
    assert!(market(vec![vec![100.0; 60]], actions).is_err(), "paid before the ex-day");
}

#[test]
fn facts_keep_their_publication_day() {
    let (about, known) = (date(2018, 1, 31), date(2018, 2, 7));
    let facts = vec![Fact { about, known, value: 4.1 }];
    let series = Series::new("unemployment", Unit::PercentPerYear, facts).unwrap();
    let columns = closes_only(vec![vec![1.0; 60]]);
    let market =
        Market::new(calendar(60), vec![Asset::new("A")], columns, Vec::new(), vec![series])
            .unwrap();
    let on = |d| market.as_of(market.calendar().on_or_before(d).unwrap()).latest("unemployment");
    assert_eq!(on(date(2018, 2, 6)), None);
    assert_eq!(on(date(2018, 2, 7)).unwrap().value, 4.1);
}

#[test]
fn impossible_markets_are_refused() {
    assert!(market(vec![vec![1.0, -1.0]], Vec::new()).is_err());
    assert!(market(vec![vec![f64::NAN; 2]], Vec::new()).is_err());
    let split = Action { day: Day(1), asset: A, kind: ActionKind::Split { factor: 0.0 } };
    assert!(market(vec![vec![1.0, 1.0]], vec![split]).is_err());
    let twice = vec![Asset::new("A"), Asset::new("A")];
    let columns = closes_only(vec![vec![1.0], vec![1.0]]);
    assert!(Market::new(calendar(1), twice, columns, Vec::new(), Vec::new()).is_err());
    let one = market(vec![vec![1.0]], Vec::new()).unwrap();
    assert!(one.find("a0").unwrap_err().to_string().contains("did you mean `A0`"));
}

#[test]
fn scrambling_changes_the_future_only() {
    let whole = market(vec![(0..50).map(|t| 100.0 + f64::from(t)).collect()], Vec::new()).unwrap();
    let other = whole.scrambled_after(Day(30), |_, _, x| 1e3 / x, |x| -x).unwrap();
    assert_eq!(whole.total_return(A)[..31], other.total_return(A)[..31]);
    assert_ne!(whole.total_return(A)[31..], other.total_return(A)[31..]);
}

#[test]
fn long_and_short_symbols_are_found() {
    let names = ["A", "AA", "AAAAAAAA", "AAAAAAAAA", "B.TO", "Z"];
    let assets = names.iter().map(|n| Asset::new(*n)).collect();
    let columns = closes_only(vec![vec![1.0]; names.len()]);
    let market = Market::new(calendar(1), assets, columns, Vec::new(), Vec::new()).unwrap();
    for (ix, name) in names.iter().enumerate() {
        assert_eq!(market.find(name).unwrap().index(), ix);
    }
    for unknown in ["", "AAA", "AAAAAAAAAA", "A\0"] {
        assert!(market.find(unknown).is_err(), "{unknown:?}");
    }
}
