//! When decisions are made and how far holdings may drift; flows, sweeps, and runs that fail.
#![allow(clippy::unwrap_used)]
mod support;

use jiff::civil::date;
use support::{assert_close, date_of, market, run, run_with};
use trimtab_core::{Action, ActionKind, AssetId, Day, Kind, Market, Money};
use trimtab_sim::{Flows, Options, Payment, Record, Regular, Run, Why, backtest, light};
use trimtab_strategy::{Every, Schedule};

const A: AssetId = AssetId(0);
const NAN: f64 = f64::NAN;

fn fixed(weights: &str, sections: &str) -> String {
    format!(
        "root = {{ kind = \"fixed\", weights = {{ {weights} }} }}
         {sections}
         [costs]
         preset = \"none\""
    )
}

fn weight(run: &Run, ix: usize, asset: AssetId) -> f64 {
    run.weights(ix).iter().find(|(a, _)| *a == asset).map_or(0.0, |(_, w)| *w)
}

fn banded(to: &str, trade: &str) -> String {
    let band = format!(
        "[schedule]\nevery = \"once\"\nband = {{ absolute = 0.05, to = \"{to}\", trade = \"{trade}\", check = \"session\" }}"
    );
    fixed("A = 0.6, B = 0.4", &band).replace("[costs]", "[execution]\nsizing = \"value\"\n[costs]")
}

/// A doubles on session 5; B stays.
fn doubling() -> Market {
    let a = (0..10).map(|t| if t < 5 { 100.0 } else { 200.0 }).collect();
    market(vec![a, vec![50.0; 10]], vec![])
}

#[test]
fn bands_are_repaired_to_target_centre_or_edge() {
    for (to, expected) in [("target", 0.6), ("centre", 0.625), ("edge", 0.65)] {
        for trade in ["all", "drifted"] {
            let run = run(&banded(to, trade), &doubling());
            assert_close(weight(&run, 5, A), 0.75, 1e-9);
            assert_close(weight(&run, 6, A), expected, 1e-9);
            assert_eq!(run.decisions.len(), 2, "{to}: one breach, one repair");
            assert_eq!((run.decisions[1].why, run.decisions[1].day), (Why::Band, Day(5)));
            assert_eq!(run.rebalances, 2);
        }
    }
}

#[test]
fn inside_the_band_a_scheduled_decision_trades_nothing() {
    let text =
        fixed("A = 0.6, B = 0.4", "[schedule]\nevery = \"session\"\nband = { relative = 0.25 }");
    // Twenty percent more of A: 64 % of the portfolio, inside 45 % to 75 %.
    let a = (0..10).map(|t| if t < 5 { 100.0 } else { 120.0 }).collect();
    let run = run(&text, &market(vec![a, vec![50.0; 10]], vec![]));
    assert_eq!((run.decisions.len(), run.trades.len(), run.rebalances), (10, 2, 1));
}

#[test]
fn a_deposit_is_put_to_work_though_no_holding_left_its_band() {
    let dated = vec![(date(2015, 1, 9), Money::from_units(30_000))];
    let options = Options { flows: Flows { dated, regular: vec![] }, ..Options::default() };
    let text = banded("target", "drifted").replace("absolute = 0.05", "relative = 0.5");
    let market = market(vec![vec![100.0; 10], vec![50.0; 10]], vec![]);
    let run = run_with(&text, &market, &options);
    assert_close(weight(&run, 5, A), 60.0 / 130.0, 1e-9);
    assert_close(weight(&run, 6, A), 0.6, 1e-6);
    assert!(run.trades.iter().all(|trade| trade.fill.buys()));
    // The deposit is no return.
    assert!(run.returns().iter().all(|r| r.abs() < 1e-12));
}

#[test]
fn the_sweep_buys_what_is_most_below_its_target_and_never_sells() {
    // A falls on session 3 and pays on session 5: the dividend goes to A alone, the one below its target.
    let dividend = ActionKind::Dividend { per_share: 1.0, pay: Some(date_of(6)) };
    let actions = vec![Action { day: Day(5), asset: A, kind: dividend }];
    let a: Vec<f64> = (0..12).map(|t| if t < 3 { 100.0 } else { 80.0 }).collect();
    let text = fixed(
        "A = 0.5, B = 0.5",
        "[schedule]\nevery = \"once\"\n[execution]\nsweep = { above = 0.001 }",
    );
    let run = run(&text, &market(vec![a, vec![50.0; 12]], actions));
    let sweeps: Vec<_> = run.trades.iter().filter(|trade| trade.why == Why::Sweep).collect();
    assert_eq!(sweeps.len(), 1);
    assert_eq!((sweeps[0].fill.asset, sweeps[0].filled), (A, Day(7)));
    // 500 paid, one thousandth of 90,500 kept.
    assert_close(sweeps[0].fill.gross.as_f64(), 500.0 - 90.5, 1e-9);
    assert!(run.trades.iter().all(|trade| trade.fill.buys()));
}

#[test]
fn the_sweep_in_whole_shares_waits_for_a_share() {
    let regular = Regular {
        schedule: Schedule::of(Every::Session, -1).unwrap(),
        amount: Payment::Fixed(Money::from_units(30)),
        growth_yearly: 0.0,
    };
    let options =
        Options { flows: Flows { dated: vec![], regular: vec![regular] }, ..Options::default() };
    let text = fixed(
        "A = 0.5, B = 0.5",
        "[schedule]\nevery = \"once\"\n[execution]\nshares = \"whole\"\nsweep = { above = 0.0 }",
    );
    let market = market(vec![vec![100.0; 12], vec![100.0; 12]], vec![]);
    let run = run_with(&text, &market, &options);
    let sweeps: Vec<_> = run.trades.iter().filter(|trade| trade.why == Why::Sweep).collect();
    // Thirty a session buy a share of a hundred every third or fourth.
    let when: Vec<u32> = sweeps.iter().map(|trade| trade.filled.0).collect();
    assert_eq!(when, [5, 8, 11]);
    assert!(sweeps.iter().all(|trade| trade.fill.quantity.as_f64() == 1.0));
    assert_eq!(run.account.cash(), Money::from_units(30));
}

#[test]
fn withdrawals_sell_what_is_most_above_its_target() {
    let dated = vec![(date(2015, 1, 12), Money::from_units(-10_000))];
    let options = Options { flows: Flows { dated, regular: vec![] }, ..Options::default() };
    let text = fixed("A = 0.5, B = 0.5", "[schedule]\nevery = \"once\"");
    let a: Vec<f64> = (0..12).map(|t| if t < 3 { 100.0 } else { 160.0 }).collect();
    let run = run_with(&text, &market(vec![a, vec![50.0; 12]], vec![]), &options);
    assert_eq!(run.account.withdrawals(), Money::from_units(10_000));
    let sales: Vec<_> = run.trades.iter().filter(|trade| !trade.fill.buys()).collect();
    assert_eq!(sales.len(), 1);
    assert_eq!((sales[0].fill.asset, sales[0].why), (A, Why::Withdrawal));
    // One percent more than needed is sold, for costs.
    assert_close(sales[0].fill.gross.as_f64(), -10_100.0, 1e-9);
    // Due on session 6, paid on session 7, when the sale has brought the cash.
    let paid: Vec<f64> = run.flows.clone();
    assert_eq!((paid[6], paid[7]), (0.0, -10_000.0));
    assert!(run.returns()[5..].iter().all(|r| r.abs() < 1e-12));
}

#[test]
fn a_withdrawal_on_the_day_of_a_decision_is_part_of_it() {
    let dated = vec![(date(2015, 1, 30), Money::from_units(-40_000))];
    let options = Options {
        flows: Flows { dated, regular: vec![] },
        first_decision: None,
        ..Options::default()
    };
    let text = fixed("A = 0.6, B = 0.4", "[schedule]\nevery = \"week\"");
    let market = market(vec![vec![100.0; 40], vec![50.0; 40]], vec![]);
    let run = run_with(&text, &market, &options);
    let end = run.sessions.len() - 1;
    assert_close(run.last_value(), 60_000.0, 1e-9);
    assert_close(weight(&run, end, A), 0.6, 1e-9);
    assert!(run.trades.iter().all(|trade| trade.why == Why::Schedule));
}

#[test]
fn regular_payments_grow_by_the_year() {
    let regular = Regular {
        schedule: Schedule::of(Every::Month, -1).unwrap(),
        amount: Payment::Fixed(Money::from_units(-100)),
        growth_yearly: 0.1,
    };
    let share = Regular { amount: Payment::OfValue(0.01), growth_yearly: 0.0, ..regular.clone() };
    let options = |regular| Options {
        flows: Flows { dated: vec![], regular: vec![regular] },
        ..Options::default()
    };
    let text = fixed("A = 0.5", "[schedule]\nevery = \"once\"");
    let market = market(vec![vec![100.0; 505]], vec![]);
    // Two calendar years from 2015-01-02: twelve payments of 100, twelve of 110, and that of January 2017 is not there yet.
    let run = run_with(&text, &market, &options(regular));
    assert_eq!(run.sessions.last().unwrap().to_string(), "2017-01-03");
    assert_eq!(run.account.withdrawals(), Money::from_units(12 * 100 + 12 * 110));
    let saved = run_with(&text, &market, &options(share));
    assert_close(saved.last_value(), 100_000.0 * 1.01f64.powi(24), 1e-9);
}

#[test]
fn withdrawals_that_exhaust_the_account_end_the_run() {
    let dated = vec![(date(2015, 1, 12), Money::from_units(-150_000))];
    let options = Options { flows: Flows { dated, regular: vec![] }, ..Options::default() };
    let text = fixed("A = 0.5, B = 0.5", "[schedule]\nevery = \"once\"");
    let run = run_with(&text, &market(vec![vec![100.0; 20], vec![50.0; 20]], vec![]), &options);
    let ended = run.ended.unwrap();
    assert_eq!(ended.error.kind(), Kind::Ledger);
    assert_eq!(run.account.withdrawals(), Money::from_units(100_000));
    assert_eq!(*run.equity.last().unwrap(), 0.0);
}

#[test]
fn a_strategy_that_fails_leaves_everything_up_to_there() {
    let text = fixed("A = 0.5", "[schedule]\nevery = \"week\"");
    let mut close: Vec<f64> = (0..60).map(|t| 100.0 + f64::from(t)).collect();
    let whole = run(&text, &market(vec![close.clone()], vec![]));
    let hole = whole.decisions[7].day;
    close[hole.index()] = NAN;
    let failing = market(vec![close], vec![]);
    let run = run(&text, &failing);
    let ended = run.ended.clone().unwrap();
    assert_eq!((ended.day, ended.error.kind()), (hole, Kind::Data));
    let said = run.error(&failing).unwrap().to_string();
    assert!(said.starts_with(&format!("test on {}", failing.calendar().date(hole))), "{said}");
    assert!(said.contains("A has no close on"), "{said}");
    assert_eq!(run.equity.len(), hole.index() + 1);
    assert_eq!(run.equity[..hole.index()], whole.equity[..hole.index()]);
    assert_eq!(run.decisions.len(), 7);
}

#[test]
fn missing_data_before_the_first_decision_mean_not_yet() {
    let trend = "root = { kind = \"top\", n = 1, by = { kind = \"total-return\", window = 30 } }
        [schedule]
        every = \"session\"
        [costs]
        preset = \"none\"";
    let market = market(vec![(0..40).map(|t| 100.0 + f64::from(t)).collect()], vec![]);
    let run = run(trend, &market);
    assert_eq!(run.decisions[0].day, Day(30), "thirty returns need thirty-one closes");
    assert_eq!((run.ended, run.equity.len(), run.equity[30]), (None, 40, 100_000.0));
    let never = support::run(&trend.replace("30", "300"), &market);
    let ended = never.ended.unwrap();
    assert_eq!(ended.error.kind(), Kind::Data);
    assert_eq!((never.equity.len(), never.decisions.len()), (40, 0));
}

#[test]
fn a_refuge_that_lists_later_is_waited_for() {
    // A rises until session 30 and then falls; its refuge B lists on session 20.
    let text = "root = { kind = \"top\", n = 1, among = [\"A\"], by = { kind = \"total-return\", window = 5 },
            above = 0.0, instead = { kind = \"fixed\", weights = { B = 1.0 } } }
        [schedule]
        every = \"session\"
        [costs]
        preset = \"none\"";
    let a = (0..60).map(|t| 100.0 - (f64::from(t) - 30.0).abs()).collect();
    let b = (0..60).map(|t| if t < 20 { NAN } else { 50.0 }).collect();
    let market = market(vec![a, b], vec![]);
    let run = run(text, &market);
    assert_eq!(run.ended, None, "a run that begins can go on");
    assert_eq!(run.decisions[0].day, Day(20));
    assert_eq!(weight(&run, 59, AssetId(1)), 1.0);
    let light = light(&support::parse(text), &market, &Options::default()).unwrap();
    assert!(!light.kept_books);
    assert_close(light.last_value(), run.last_value(), 1e-9);
    // A failure that the file wants rescued does not hold a run back.
    let rescued = text.replace(
        "instead = { kind = \"fixed\", weights = { B = 1.0 } }",
        "instead = { kind = \"fallback\", on = [\"data\"], keep = true, of = [{ kind = \"fixed\", weights = { B = 1.0 } }] }",
    );
    assert_eq!(support::run(&rescued, &market).decisions[0].day, Day(5));
}

#[test]
fn a_run_starts_and_ends_where_it_is_told() {
    let text = fixed("A = 1.0", "[schedule]\nevery = \"session\"\n[execution]\nsizing = \"value\"");
    let market = market(vec![(0..40).map(|t| 100.0 + f64::from(t)).collect()], vec![]);
    let sessions = market.calendar().sessions().to_vec();
    let options =
        Options { from: Some(date(2015, 1, 10)), to: Some(date(2015, 2, 1)), ..Options::default() };
    let part = run_with(&text, &market, &options);
    assert_eq!((part.first, part.sessions[0]), (Day(6), date(2015, 1, 12)));
    assert_eq!(*part.sessions.last().unwrap(), date(2015, 1, 30));
    assert_eq!((part.equity[0], part.trades[0].filled), (100_000.0, Day(7)));
    let late = Options { first_decision: Some(date(2015, 1, 20)), ..options.clone() };
    let late = run_with(&text, &market, &late);
    assert_eq!((late.equity.len(), late.first), (part.equity.len(), part.first));
    assert_eq!(late.sessions[0..].iter().position(|d| *d == date(2015, 1, 20)), Some(5));
    assert_eq!(market.calendar().date(late.decisions[0].day), date(2015, 1, 20));
    late.equity[..=6].iter().for_each(|v| assert_close(*v, 100_000.0, 1e-11));
    assert!(late.equity[7] > 100_800.0);
    let strategy = support::parse(&text);
    for options in [
        Options { from: Some(date(2030, 1, 1)), ..Options::default() },
        Options { to: Some(date(2000, 1, 1)), ..Options::default() },
        Options { from: Some(sessions[9]), to: Some(sessions[8]), ..Options::default() },
    ] {
        assert_eq!(backtest(&strategy, &market, &options).unwrap_err().kind(), Kind::Data);
    }
    let broke = Options { cash: Money::ZERO, ..Options::default() };
    assert_eq!(backtest(&strategy, &market, &broke).unwrap_err().kind(), Kind::Spec);
}

#[test]
fn a_schedule_that_looks_at_the_market_decides_more_often_while_it_moves() {
    let brisk = "[schedule]\nevery = \"month\"\nbrisk = { of = \"A\", window = 5, above = 0.3, every = \"week\" }";
    let calm: Vec<f64> = (0..120).map(|t| 100.0 + 0.01 * f64::from(t)).collect();
    let wild: Vec<f64> = (0..120).map(|t| if t % 2 == 0 { 100.0 } else { 110.0 }).collect();
    let decisions =
        |close| run(&fixed("A = 0.5", brisk), &market(vec![close], vec![])).decisions.len();
    assert_eq!(decisions(calm), 5);
    assert!(decisions(wild) >= 20);
}

#[test]
fn leverage_that_ruins_ends_the_run() {
    let text = fixed(
        "A = 1.9",
        "[schedule]\nevery = \"month\"\n[limit.leverage]\nkind = \"leverage\"\nmost = 2.0",
    )
    .replace("preset = \"none\"", "cash = \"none\"");
    let close = (0..60).map(|t| if t < 25 { 100.0 } else { 40.0 }).collect();
    let run = run(&text, &market(vec![close], vec![]));
    let ended = run.ended.unwrap();
    assert_eq!(ended.error.kind(), Kind::Ledger);
    assert!(run.equity.last().unwrap() < &0.0);
}

#[test]
fn short_positions_are_refused_by_name() {
    let text = fixed("A = 0.5, B = -0.5", "[schedule]\nevery = \"once\"");
    let run = run(&text, &market(vec![vec![100.0; 5], vec![50.0; 5]], vec![]));
    let error = run.ended.unwrap().error;
    assert_eq!(error.kind(), Kind::Infeasible);
    assert!(error.to_string().contains("the weight of B is -0.5"), "{error}");
}

#[test]
fn the_book_shows_the_peak_without_flows() {
    // Deposits do not make a peak: after a fall of a fifth and a large deposit the drawdown is still a fifth.
    let dated = vec![(date(2015, 1, 12), Money::from_units(900_000))];
    let options = Options { flows: Flows { dated, regular: vec![] }, ..Options::default() };
    let close = (0..12).map(|t| if t < 4 { 100.0 } else { 80.0 }).collect();
    let text = fixed("A = 1.0", "[schedule]\nevery = \"once\"");
    let run = run_with(&text, &market(vec![close], vec![]), &options);
    let mut unit = 1.0;
    let units: Vec<f64> = run
        .returns()
        .iter()
        .map(|r| {
            unit *= 1.0 + r;
            unit
        })
        .collect();
    assert_close(*units.last().unwrap(), 0.8, 1e-9);
    assert!(run.last_value() > 900_000.0);
}

#[test]
fn the_journal_tells_the_story_in_order() {
    let text = fixed("A = 0.5", "[schedule]\nevery = \"once\"");
    let run = run(&text, &market(vec![vec![100.0; 3]], vec![]));
    let kinds: Vec<&str> = run
        .journal
        .iter()
        .map(|record| match record {
            Record::Booked(_) => "booked",
            Record::Decided(0) => "decided",
            Record::Ordered(order) if order.decision == Some(0) => "ordered",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["booked", "decided", "ordered", "booked"]);
}

#[test]
fn the_first_decision_can_be_made_at_once() {
    let text = fixed("A = 1.0", "[schedule]\nevery = \"year\"\nfirst = \"at-once\"");
    let run = run(&text, &market(vec![vec![100.0; 300]], vec![]));
    let days: Vec<String> =
        run.decisions.iter().map(|d| run.sessions[d.day.index()].to_string()).collect();
    assert_eq!(days, ["2015-01-02", "2015-12-31"]);
}
