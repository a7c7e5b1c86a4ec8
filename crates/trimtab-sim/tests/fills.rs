//! When and at which price orders are filled, in closed form.
#![allow(clippy::unwrap_used)]
mod support;

use support::{assert_close, closes, market, run, with};
use trimtab_core::{AssetId, Columns, Day, Kind, Market, Panel};
use trimtab_sim::{Lapse, Options, Record, Run, Short, Wait, backtest};

const NAN: f64 = f64::NAN;

/// A fixed mix, decided once at the first session, without costs; `rest` adds sections.
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

fn bars(open: Vec<f64>, high: Vec<f64>, low: Vec<f64>, close: Vec<f64>) -> Market {
    let days = close.len();
    let panel = |column: Vec<f64>| Some(Panel::from_columns(vec![column]));
    let columns = Columns {
        close: Panel::from_columns(vec![close]),
        open: panel(open),
        high: panel(high),
        low: panel(low),
        volume: None,
    };
    with((1, days), columns, vec![], |_, _| {}, vec![])
}

fn fills(run: &Run) -> Vec<(u32, f64, f64)> {
    run.trades.iter().map(|t| (t.filled.0, t.fill.price, t.fill.quantity.as_f64())).collect()
}

fn waits(run: &Run) -> Vec<(u32, Wait)> {
    let wait = |r: &Record| match r {
        Record::Waits { day, why, .. } => Some((day.0, *why)),
        _ => None,
    };
    run.journal.iter().filter_map(wait).collect()
}

fn dropped(run: &Run) -> Vec<(u32, Lapse)> {
    let dropped = |r: &Record| match r {
        Record::Dropped { day, why, .. } => Some((day.0, *why)),
        _ => None,
    };
    run.journal.iter().filter_map(dropped).collect()
}

#[test]
fn the_next_close_fills_by_default() {
    let market = market(vec![vec![100.0, 125.0, 150.0]], vec![]);
    let run = run(&once("A = 0.5", ""), &market);
    // Half of 100,000 at the decision's close of 100 is 500 shares, whatever the next close is.
    assert_eq!(fills(&run), [(1, 125.0, 500.0)]);
    assert_eq!(run.equity, [100_000.0, 100_000.0, 112_500.0]);
    assert_eq!(run.trades[0].decision_price, Some(100.0));
    assert_eq!(run.trades[0].shortfall(), Some(12_500.0));
    assert_eq!(run.weights(2), [(AssetId(0), 500.0 * 150.0 / 112_500.0)]);
}

#[test]
fn sized_by_value_the_fill_price_counts() {
    let market = market(vec![vec![100.0, 125.0, 150.0]], vec![]);
    let run = run(&once("A = 0.5", "sizing = \"value\""), &market);
    assert_eq!(fills(&run), [(1, 125.0, 400.0)]);
}

#[test]
fn a_delay_is_counted_in_sessions() {
    let market = market(vec![vec![100.0, 125.0, 150.0, 160.0]], vec![]);
    assert_eq!(fills(&run(&once("A = 0.5", "delay = 2"), &market)), [(3, 160.0, 500.0)]);
}

#[test]
fn the_next_open_fills_at_the_open() {
    let market = bars(vec![99.0, 110.0], vec![101.0, 130.0], vec![98.0, 109.0], vec![100.0, 125.0]);
    let run = run(&once("A = 0.5", "fill = \"next-open\""), &market);
    assert_eq!(fills(&run), [(1, 110.0, 500.0)]);
    assert_eq!(run.equity, [100_000.0, 100_000.0 + 500.0 * 15.0]);
    // The account is worth 100,000 at the open as well: half of it at 110.
    let value = support::run(&once("A = 0.5", "fill = \"next-open\"\nsizing = \"value\""), &market);
    assert_close(fills(&value)[0].2, 50_000.0 / 110.0, 1e-10);
    let closes = support::market(vec![vec![1.0, 1.0]], vec![]);
    let strategy = support::parse(&once("A = 0.5", "fill = \"next-open\""));
    let error = backtest(&strategy, &closes, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), Kind::Data);
}

#[test]
fn the_same_close_says_so() {
    let market = market(vec![vec![100.0, 125.0]], vec![]);
    let run = run(&once("A = 0.5", "fill = \"same-close\""), &market);
    assert_eq!(fills(&run), [(0, 100.0, 500.0)]);
    assert_eq!(run.equity, [100_000.0, 112_500.0]);
    assert!(run.conventions.iter().any(|line| line.starts_with("SAME CLOSE")));
    let honest = support::run(&once("A = 0.5", ""), &market);
    assert!(!honest.conventions.iter().any(|line| line.starts_with("SAME CLOSE")));
    assert!(honest.trades.iter().all(|trade| trade.decided < trade.filled));
}

#[test]
fn an_order_waits_for_a_price() {
    let market = market(vec![vec![100.0, NAN, NAN, 125.0, 130.0]], vec![]);
    let run = run(&once("A = 0.5", ""), &market);
    assert_eq!(fills(&run), [(3, 125.0, 500.0)]);
    assert_eq!(waits(&run), [(1, Wait::NoPrice)], "said once");
    assert_eq!(run.rebalances, 1);
}

#[test]
fn a_newer_decision_replaces_what_waits() {
    let text = once("A = 0.5", "").replace("once", "session");
    // Equal weights do not ask for a price, so the second decision is made in the hole.
    let text = text.replace("kind = \"fixed\", weights = { A = 0.5 }", "kind = \"equal-weight\"");
    let market = market(vec![vec![100.0, NAN, 125.0, 125.0]], vec![]);
    let run = run(&text, &market);
    // 1,000 shares were wanted at 100; in the hole the order of 100,000 is made by amount, and filled at 125.
    assert_eq!(dropped(&run)[0], (1, Lapse::Replaced));
    assert_eq!(fills(&run)[0], (2, 125.0, 800.0));
}

#[test]
fn limits_wait_and_expire() {
    let limit = |sessions| {
        once(
            "A = 0.5",
            &format!("fill = \"limit\"\nlimit = {{ offset_bps = 100, sessions = {sessions} }}"),
        )
    };
    let open = vec![100.0, 100.0, 100.0, 98.5];
    let low = vec![99.5, 99.2, 99.1, 98.0];
    let high = vec![101.0; 4];
    let close = vec![100.0, 100.0, 99.5, 99.0];
    let market = bars(open.clone(), high.clone(), low, close.clone());
    // Limit 99: the lows of two sessions do not reach it, the third opens below it.
    let late = run(&limit(3), &market);
    assert_eq!(fills(&late), [(3, 98.5, 500.0)]);
    assert_eq!(waits(&late), [(1, Wait::Limit)]);
    let expired = run(&limit(2), &market);
    assert!(expired.trades.is_empty());
    assert_eq!(dropped(&expired), [(2, Lapse::Expired)]);
    assert_eq!((expired.decisions.len(), expired.rebalances), (1, 0));
    let touched = bars(open, high, vec![99.5, 99.2, 98.9, 98.0], close);
    assert_eq!(fills(&run(&limit(3), &touched)), [(2, 99.0, 500.0)]);
}

/// All of A on the first two sessions, nothing of it from the third on.
fn in_and_out(execution: &str) -> String {
    format!(
        "root = {{ kind = \"glide-path\", points = [
            {{ date = \"2015-01-05\", weights = {{ A = 1.0 }} }},
            {{ date = \"2015-01-06\", weights = {{ A = 0.0 }} }} ] }}
         [schedule]
         every = \"session\"
         [execution]
         {execution}
         [costs]
         preset = \"none\""
    )
}

#[test]
fn sales_have_their_limit_above() {
    let text = in_and_out("fill = \"limit\"\nlimit = { offset_bps = 100, sessions = 1 }");
    // Bought at the limit of 99; at 99 the sale asks for 99.99, at 99.9 for 100.899, which the close passes through.
    let market = market(vec![vec![100.0, 98.0, 99.0, 99.9, 101.5, 102.0]], vec![]);
    let run = run(&text, &market);
    let sale = fills(&run).into_iter().find(|fill| fill.2 < 0.0).unwrap();
    assert_eq!(fills(&run)[0], (1, 99.0, 1_000.0));
    assert_eq!(sale, (4, 99.9 * 1.01, -1_000.0));
    assert!(run.notes.iter().any(|note| note.contains("only closes")));
}

#[test]
fn volume_fills_in_parts() {
    let columns = Columns {
        volume: Some(Panel::from_columns(vec![vec![9.0, 2_000.0, NAN, 3_000.0, 9_000.0]])),
        ..closes(vec![vec![100.0; 5]])
    };
    let market = with((1, 5), columns, vec![], |_, _| {}, vec![]);
    let run = run(&once("A = 0.5", "participation = 0.1"), &market);
    assert_eq!(fills(&run), [(1, 100.0, 200.0), (3, 100.0, 300.0)]);
    assert_eq!(run.trades[0].short, Some(Short::Volume));
    assert_eq!(run.trades[1].short, None);
    assert_eq!(waits(&run), [(2, Wait::Volume)]);
    let by_value =
        support::run(&once("A = 0.5", "participation = 0.1\nsizing = \"value\""), &market);
    assert_eq!(fills(&by_value), fills(&run));
}

#[test]
fn whole_shares_are_rounded_towards_less() {
    let market = market(vec![vec![333.0, 333.0, 333.0], vec![7.0, 7.0, 7.0]], vec![]);
    let run = run(&once("A = 0.5, B = 0.5", "shares = \"whole\""), &market);
    assert_eq!(fills(&run), [(1, 333.0, 150.0), (1, 7.0, 7_142.0)]);
}

#[test]
fn small_orders_are_not_sent() {
    let text = once("A = 0.5", "minimum_trade = 100").replace("once", "session");
    // The drift of half a percent asks for trades of 250; then of less than 100.
    let market = market(vec![vec![100.0, 100.0, 101.0, 101.0, 101.1, 101.1]], vec![]);
    let run = run(&text, &market);
    assert_eq!(run.trades.len(), 2);
    assert!(dropped(&run).iter().all(|(_, why)| *why == Lapse::Small));
    assert_eq!(run.trades[1].filled, Day(3));
}

#[test]
fn purchases_that_cash_cannot_pay_are_scaled_by_one_factor() {
    // Both rise by a fifth after the decision.
    let market = market(vec![vec![100.0, 120.0], vec![50.0, 60.0]], vec![]);
    let run = run(&once("A = 0.7, B = 0.3", ""), &market);
    let quantities: Vec<f64> = fills(&run).iter().map(|f| f.2).collect();
    assert_close(quantities[0], 700.0 / 1.2, 1e-9);
    assert_close(quantities[1], 600.0 / 1.2, 1e-9);
    assert!(run.trades.iter().all(|trade| trade.short == Some(Short::Cash)));
    let left = run.account.cash().as_f64();
    assert!((0.0..1e-4).contains(&left), "{left}");
}

#[test]
fn fees_are_paid_out_of_cash_too() {
    let text = once("A = 1.0", "").replace(
        "preset = \"none\"",
        "commission = { per_trade = 10.0, percent = { one_way_bps = 20 } }\ncash = \"none\"",
    );
    let market = market(vec![vec![100.0, 100.0]], vec![]);
    let run = run(&text, &market);
    // q (100 + 0.2) + 10 = 100,000.
    assert_close(run.trades[0].fill.quantity.as_f64(), 99_990.0 / 100.2, 1e-9);
    assert!(run.account.cash().as_f64() < 1e-4);
}

#[test]
fn identical_rebalances_do_not_drift() {
    for (weight, price) in [(0.5, 7.0), (0.35, 333.33), (0.999, 12.345_678), (1.0, 0.07)] {
        for shares in ["whole", "fractional"] {
            for sizing in ["shares", "value"] {
                let text = once(
                    &format!("A = {weight}"),
                    &format!("shares = \"{shares}\"\nsizing = \"{sizing}\""),
                )
                .replace("once", "session");
                let run = run(&text, &market(vec![vec![price; 30]], vec![]));
                assert_eq!(run.trades.len(), 1, "{weight} at {price}, {shares}, {sizing}");
                assert_eq!(run.decisions.len(), 30);
            }
        }
    }
}

#[test]
fn a_daily_decision_with_a_delay_does_not_buy_twice() {
    for sizing in ["shares", "value"] {
        let text = once("A = 0.5", &format!("delay = 3\nsizing = \"{sizing}\""))
            .replace("once", "session");
        let run = run(&text, &market(vec![vec![100.0; 12]], vec![]));
        assert_eq!(fills(&run), [(4, 100.0, 500.0)], "{sizing}");
    }
}

#[test]
fn sales_pay_for_purchases_of_the_same_session() {
    let text = "
        root = { kind = \"top\", n = 1, by = { kind = \"total-return\", window = 1 } }
        [schedule]
        every = \"session\"
        [costs]
        preset = \"none\"";
    let market =
        market(vec![vec![100.0, 110.0, 110.0, 110.0], vec![50.0, 50.0, 60.0, 60.0]], vec![]);
    let run = run(text, &market);
    // A from its rise; then B from its own: everything of A is sold, and B bought with it.
    assert_eq!(run.trades.len(), 3);
    assert!(run.trades[1].fill.quantity.as_f64() < 0.0);
    assert_eq!(run.trades[2].fill.asset, AssetId(1));
    assert_close(run.trades[2].fill.gross.as_f64(), 100_000.0, 1e-9);
}

#[test]
fn purchases_wait_for_the_cash_of_sales_that_wait() {
    let text = "root = { kind = \"glide-path\", points = [
            { date = \"2015-01-05\", weights = { A = 1.0 } },
            { date = \"2015-01-06\", weights = { B = 1.0 } } ] }
         [schedule]
         every = \"month\"
         session = 2
         brisk = { of = \"B\", window = 2, above = 9.0, every = \"session\" }
         [execution]
         delay = 2
         [costs]
         preset = \"none\"";
    // Decides on session 1 for A; the jump of B makes decisions for B instead on sessions 7 and 8, to be filled on 10 and
    // 11. A has no price on session 10, when it should be sold.
    let mut a = vec![100.0; 14];
    a[10] = NAN;
    let b = (0..14).map(|t| if t < 7 { 50.0 } else { 200.0 }).collect();
    let run = run(text, &market(vec![a, b], vec![]));
    assert_eq!(run.ended, None);
    assert_eq!(waits(&run), [(10, Wait::NoPrice), (10, Wait::Cash)]);
    assert_eq!(fills(&run)[0], (4, 100.0, 1_000.0));
    // Both decisions ask to sell everything; it is sold once.
    assert_eq!(fills(&run)[1..], [(11, 100.0, -1_000.0), (11, 200.0, 500.0)]);
    assert_eq!(dropped(&run), [(11, Lapse::Small)]);
}
