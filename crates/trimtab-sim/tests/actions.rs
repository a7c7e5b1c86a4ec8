//! What companies do to an account, in closed form.
#![allow(clippy::unwrap_used)]
mod support;

use support::{assert_close, closes, date_of, market, run, with};
use trimtab_core::{Action, ActionKind, AssetId, Columns, Day, Delisting, Money, Panel, Quantity};
use trimtab_sim::{Lapse, Record};

const A: AssetId = AssetId(0);
const B: AssetId = AssetId(1);
const NAN: f64 = f64::NAN;

fn once(weights: &str, execution: &str) -> String {
    format!(
        "root = {{ kind = \"fixed\", weights = {{ {weights} }} }}
         [schedule]
         every = \"once\"
         [execution]
         {execution}
         [costs]
         preset = \"none\""
    )
}

fn action(day: u32, kind: ActionKind) -> Action {
    Action { day: Day(day), asset: A, kind }
}

#[test]
fn a_dividend_counts_from_its_ex_day_and_is_cash_from_its_pay_day() {
    let dividend = ActionKind::Dividend { per_share: 4.0, pay: Some(date_of(4)) };
    let market = market(vec![vec![100.0, 100.0, 96.0, 96.0, 96.0]], vec![action(2, dividend)]);
    let run = run(&once("A = 1.0", ""), &market);
    assert_eq!(run.equity, [100_000.0; 5]);
    assert_eq!(run.account.dividends(), Money::from_units(4_000));
    assert_eq!(run.account.cash(), Money::from_units(4_000));
    // Nobody who buys on the ex-day or later has the right.
    let late = support::market(vec![vec![100.0; 5]], vec![action(1, dividend)]);
    assert_eq!(support::run(&once("A = 1.0", ""), &late).account.dividends(), Money::ZERO);
}

#[test]
fn a_dividend_that_is_owed_cannot_be_spent() {
    let dividend = ActionKind::Dividend { per_share: 10.0, pay: Some(date_of(5)) };
    let market =
        market(vec![vec![100.0, 100.0, 90.0, 90.0, 90.0, 90.0, 90.0]], vec![action(2, dividend)]);
    let text = once("A = 1.0", "").replace("once", "session");
    let run = run(&text, &market);
    let when: Vec<u32> = run.trades.iter().map(|trade| trade.filled.0).collect();
    // Every session asks to reinvest it; only on the pay day is there cash.
    assert_eq!(when, [1, 5]);
    assert_close(run.trades[1].fill.gross.as_f64(), 10_000.0, 1e-9);
}

#[test]
fn a_split_changes_counts_and_no_value_also_of_orders() {
    for sizing in ["shares", "value"] {
        for ex in [1, 2] {
            let split = ActionKind::Split { factor: 4.0 };
            let close = (0..4).map(|t| if t < ex { 100.0 } else { 25.0 }).collect();
            let market = market(vec![close], vec![action(ex, split)]);
            let run = run(&once("A = 0.5", &format!("sizing = \"{sizing}\"")), &market);
            assert_eq!(run.account.quantity(A), Quantity::from_shares(2_000), "{sizing}, ex {ex}");
            assert_eq!(run.equity, [100_000.0; 4]);
            assert_eq!(run.trades[0].decision_price, Some(if ex == 1 { 25.0 } else { 100.0 }));
        }
    }
}

#[test]
fn limits_are_split_too() {
    let split = ActionKind::Split { factor: 2.0 };
    let market = market(vec![vec![100.0, 50.0, 49.0]], vec![action(1, split)]);
    let run = run(
        &once("A = 0.5", "fill = \"limit\"\nlimit = { offset_bps = 100, sessions = 2 }"),
        &market,
    );
    assert_eq!((run.trades[0].filled, run.trades[0].fill.price), (Day(2), 49.5));
    assert_eq!(run.account.quantity(A), Quantity::from_shares(1_000));
}

#[test]
fn a_reverse_split_pays_whole_accounts_for_the_fraction() {
    let split = ActionKind::Split { factor: 0.1 };
    let close = vec![9.0, 9.0, 90.0, 90.0];
    let run = |shares: &str| {
        let market = market(vec![close.clone()], vec![action(2, split)]);
        run(&once("A = 1.0", &format!("shares = \"{shares}\"")), &market)
    };
    let whole = run("whole");
    // 11,111 shares become 1,111.1; the tenth is paid with 9.
    assert_eq!(whole.account.quantity(A), Quantity::from_shares(1_111));
    assert_eq!(whole.account.cash(), Money::from_units(10));
    assert_close(whole.last_value(), 100_000.0, 1e-12);
    assert_close(run("fractional").account.quantity(A).as_f64(), 100_000.0 / 90.0, 1e-9);
}

#[test]
fn a_split_in_a_hole_changes_no_value() {
    let split = ActionKind::Split { factor: 2.0 };
    let market = market(vec![vec![100.0, 100.0, NAN, 50.0]], vec![action(2, split)]);
    assert_eq!(run(&once("A = 1.0", ""), &market).equity, [100_000.0; 4]);
}

#[test]
fn a_spin_off_keeps_the_value_and_divides_the_cost() {
    let spin = ActionKind::SpinOff { into: B, ratio: 0.5, basis: 0.25 };
    let columns = vec![vec![100.0, 100.0, 80.0, 80.0], vec![NAN, NAN, 40.0, 44.0]];
    let run = run(&once("A = 1.0", ""), &market(columns, vec![action(2, spin)]));
    assert_eq!(run.equity, [100_000.0, 100_000.0, 100_000.0, 102_000.0]);
    assert_eq!(run.account.quantity(B), Quantity::from_shares(500));
    assert_eq!(run.account.position(B).unwrap().cost(), Money::from_units(25_000));
    assert_eq!(run.account.position(A).unwrap().cost(), Money::from_units(75_000));
}

#[test]
fn a_delisting_turns_shares_into_cash_on_the_session_after() {
    let market = |delisting| {
        let columns = closes(vec![vec![100.0, 100.0, 50.0, NAN, NAN], vec![1.0; 5]]);
        let end = move |ix: usize, asset: &mut trimtab_core::Asset| {
            if ix == 0 {
                asset.delisting = delisting;
            }
        };
        with((2, 5), columns, vec![], end, vec![])
    };
    let text = once("A = 0.8, B = 0.2", "");
    let last = run(&text, &market(Delisting::LastPrice));
    assert_eq!(last.equity, [100_000.0, 100_000.0, 60_000.0, 60_000.0, 60_000.0]);
    assert_eq!(last.account.cash(), Money::from_units(40_000));
    let loss = run(&text, &market(Delisting::Return(-0.3)));
    assert_eq!(loss.equity, [100_000.0, 100_000.0, 60_000.0, 48_000.0, 48_000.0]);
    assert_eq!(run(&text, &market(Delisting::Return(-1.0))).last_value(), 20_000.0);
}

#[test]
fn an_order_ends_with_its_asset() {
    let columns = closes(vec![vec![100.0, NAN, NAN], vec![1.0; 3]]);
    let run = run(&once("A = 0.5, B = 0.5", ""), &with((2, 3), columns, vec![], |_, _| {}, vec![]));
    let ends = |r: &Record| matches!(r, Record::Dropped { day: Day(1), why: Lapse::Delisted, .. });
    assert_eq!(run.journal.iter().filter(|r| ends(r)).count(), 1);
    assert_eq!(run.trades.len(), 1);
}

#[test]
fn the_total_return_of_a_held_asset_is_that_of_the_market() {
    // A buy-and-hold of raw prices with dividends reinvested by the sweep follows the total-return index.
    let dividend = |day| action(day, ActionKind::Dividend { per_share: 0.5, pay: None });
    let close: Vec<f64> =
        (0..200).map(|t| 100.0 + f64::from(t % 7) + 0.01 * f64::from(t)).collect();
    let actions = [40, 80, 120, 160].map(dividend).to_vec();
    let columns = Columns {
        open: None,
        high: None,
        low: None,
        volume: None,
        close: Panel::from_columns(vec![close]),
    };
    let market = with((1, 200), columns, actions, |_, _| {}, vec![]);
    let text =
        once("A = 1.0", "sweep = { above = 0.0 }\nfill = \"same-close\"\nsizing = \"value\"");
    let run = run(&text, &market);
    let index = market.total_return(A);
    for (value, index) in run.equity.iter().zip(index) {
        assert_close(value / 100_000.0, index / market.total_return(A)[0], 1e-9);
    }
}
