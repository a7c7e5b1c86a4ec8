//! What trading and holding cost, in closed form.
#![allow(clippy::unwrap_used)]
mod support;

use support::{assert_close, bills, closes, market, run, with};
use trimtab_core::{AssetId, Columns, FundRules, Kind, Levels, Market, Money, Panel};
use trimtab_ledger::Costs;
use trimtab_sim::{Options, Why, backtest, light};

fn text(weight: &str, costs: &str) -> String {
    format!(
        "root = {{ kind = \"fixed\", weights = {{ A = {weight} }} }}
         [schedule]
         every = \"once\"
         [costs]
         {costs}"
    )
}

fn money(x: f64) -> Money {
    Money::round_from(x).unwrap()
}

#[test]
fn each_kind_is_charged_by_itself_beside_the_market_price() {
    let costs = "half_spread = { one_way_bps = 5 }
        slippage = { round_trip_bps = 6 }
        commission = { per_share = 0.01, per_trade = 2.0 }
        cash = \"none\"";
    let run = run(&text("0.5", costs), &market(vec![vec![100.0, 100.0]], vec![]));
    // 500 shares for 50,000: the first purchase is not free.
    let fill = run.trades[0].fill;
    assert_eq!((fill.price, fill.gross), (100.0, money(50_000.0)));
    let expected =
        Costs { commission: money(7.0), spread: money(25.0), slippage: money(15.0), ..Costs::ZERO };
    assert_eq!(fill.costs, expected);
    assert_eq!(run.costs, expected);
    assert_close(run.last_value(), 100_000.0 - 47.0, 1e-12);
}

#[test]
fn impact_follows_the_square_root_law() {
    // Closes alternate, so that daily returns are known; volumes of 1,000 and 3,000 shares.
    let close: Vec<f64> = (0..30).map(|t| if t % 2 == 0 { 100.0 } else { 102.0 }).collect();
    let volume: Vec<f64> = (0..30).map(|t| if t % 2 == 0 { 1_000.0 } else { 3_000.0 }).collect();
    let columns = Columns {
        volume: Some(Panel::from_columns(vec![volume.clone()])),
        ..closes(vec![close.clone()])
    };
    let market = with((1, 30), columns, vec![], |_, _| {}, vec![]);
    let options =
        Options { first_decision: Some(market.calendar().sessions()[20]), ..Options::default() };
    let text = text("0.5", "impact = { coefficient = 0.7, window = 10 }\ncash = \"none\"");
    let run = support::run_with(&text, &market, &options);
    // Filled on session 21 at 102; measured on sessions 11 to 20.
    let window = 11..21;
    let returns: Vec<f64> = close[window.clone()].windows(2).map(|p| p[1] / p[0] - 1.0).collect();
    let mean = returns.iter().sum::<f64>() / 9.0;
    let sigma = (returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 8.0).sqrt();
    let traded = window.map(|t| close[t] * volume[t]).sum::<f64>() / 10.0;
    let value = run.trades[0].fill.gross.as_f64();
    assert_close(value, 500.0 * 102.0, 1e-12);
    let expected = 0.7 * sigma * (value / traded).sqrt() * value;
    assert_close(run.costs.impact.as_f64(), expected, 1e-8);
    assert!(expected > 100.0);
}

#[test]
fn what_is_asked_by_name_must_be_there() {
    let market = market(vec![vec![100.0, 100.0]], vec![]);
    for costs in ["impact = { coefficient = 1.0 }", "cash = { bills = { less = 0.0 } }"] {
        let error = backtest(&support::parse(&text("0.5", costs)), &market, &Options::default())
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Data, "{error}");
    }
    // A preset asks for everything it can get, and says what it could not get.
    let run = run(&text("0.5", "preset = \"conservative\"\ncash = \"none\""), &market);
    assert!(run.notes.iter().any(|note| note.contains("no volumes")));
    assert_eq!(run.costs.commission, money(2.5));
    assert_eq!((run.costs.spread, run.costs.slippage), (money(25.0), money(25.0)));
    let silent = support::run(&text("0.5", ""), &market);
    assert!(silent.notes.iter().any(|note| note.contains("cash earns nothing")));
}

fn two_years(price: f64, series: Vec<trimtab_core::Series>) -> Market {
    with((1, 505), closes(vec![vec![price; 505]]), vec![], |_, _| {}, series)
}

#[test]
fn cash_earns_bills_on_civil_days() {
    let market = two_years(100.0, vec![bills(3.65)]);
    let run = run(&text("0.0", "cash = { bills = { less = 0.65 } }"), &market);
    let sessions = market.calendar().sessions();
    let mut expected = 100_000.0;
    for pair in sessions.windows(2) {
        expected *= 1.0 + 0.03 * f64::from((pair[1] - pair[0]).get_days()) / 365.0;
    }
    assert_close(run.last_value(), expected, 1e-9);
    assert_close(run.account.interest().as_f64(), expected - 100_000.0, 1e-6);
    // Below the spread cash earns nothing, and never costs.
    let poor = support::run(&text("0.0", "cash = { bills = { less = 5.0 } }"), &market);
    assert_eq!(poor.last_value(), 100_000.0);
    let constant = support::run(&text("0.0", "cash = { percent = 3.0 }"), &market);
    assert_close(constant.last_value(), expected, 1e-9);
}

#[test]
fn a_rate_counts_from_the_day_after_it_is_known() {
    use jiff::civil::date;
    use trimtab_core::{Fact, Series, Unit};
    let fact = |known, value| Fact { about: known, known, value };
    // Known on the second session: earned from there to the third.
    let facts = vec![fact(date(2015, 1, 5), 36.5)];
    let series = Series::new("bills", Unit::PercentPerYear, facts).unwrap();
    let market = with((1, 3), closes(vec![vec![1.0; 3]]), vec![], |_, _| {}, vec![series]);
    let run = run(&text("0.0", "cash = { bills = { less = 0.0 } }"), &market);
    assert_eq!(run.equity, [100_000.0, 100_000.0, 100_100.0]);
    assert!(run.notes.iter().any(|note| note.contains("known from 2015-01-05 on")));
}

#[test]
fn borrowed_money_costs_bills_and_a_spread() {
    let market = two_years(100.0, vec![bills(3.0)]);
    let costs = "borrow_spread = 1.5\n[limit.leverage]\nkind = \"leverage\"\nmost = 2.0";
    let run = run(&text("1.8", costs), &market);
    let mut debt = -80_000.0;
    for pair in market.calendar().sessions()[1..].windows(2) {
        debt *= 1.0 + 0.045 * f64::from((pair[1] - pair[0]).get_days()) / 365.0;
    }
    // The first session still earned bills on the cash.
    let first = 100_000.0 * 0.03 * 3.0 / 365.0;
    let grown = debt * (1.0 - first / 80_000.0);
    assert_close(run.account.cash().as_f64(), grown, 1e-6);
    assert!(run.account.financing() > money(7_000.0));
    // Without bills nobody knows what borrowing costs.
    let bare = two_years(100.0, vec![]);
    let error =
        backtest(&support::parse(&text("1.8", costs)), &bare, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("borrowed cash needs the series `bills`"), "{error}");
}

#[test]
fn holdings_may_pay_the_interest_on_debt() {
    let market = two_years(100.0, vec![bills(3.0)]);
    let text =
        text("1.8", "borrow_spread = 1.5\n[limit.leverage]\nkind = \"leverage\"\nmost = 2.0");
    let text = text.replace("[schedule]", "[execution]\nfinancing = \"holdings\"\n[schedule]");
    let run = run(&text, &market);
    let sessions = &market.calendar().sessions()[1..];
    let day = 80_000.0 * 0.045 / 365.0;
    // What the sale of a session brings arrives a session later: never more than a long weekend is owed.
    let first = 100_000.0 * 0.03 * 3.0 / 365.0;
    let debt = -run.account.cash().as_f64() + first;
    assert!((80_000.0..80_000.0 + 10.0 * day).contains(&debt), "{debt}");
    let days = f64::from((sessions[sessions.len() - 1] - sessions[0]).get_days());
    assert!((run.account.financing().as_f64() / (day * days) - 1.0).abs() < 1e-3);
    let sales: Vec<_> = run.trades.iter().filter(|t| t.why == Why::Financing).collect();
    assert!(sales.len() > 400 && sales.iter().all(|trade| !trade.fill.buys()));
    let light = light(&support::parse(&text), &market, &Options::default()).unwrap();
    assert_eq!((light.kept_books, light.last_value()), (true, run.last_value()));
}

#[test]
fn expense_ratios_accrue_on_value_and_wait_for_cash() {
    let market = two_years(100.0, vec![]);
    let run = run(&text("1.0", "cash = \"none\"\nexpense = { A = 0.0365 }"), &market);
    let days = f64::from(
        (*market.calendar().sessions().last().unwrap() - market.calendar().sessions()[1])
            .get_days(),
    );
    // There is no cash: the expense is owed, and the value is net of it.
    assert_close(run.account.expenses().as_f64(), 10.0 * days, 1e-9);
    assert_eq!(run.account.payable(), run.account.expenses());
    assert_close(run.last_value(), 100_000.0 - 10.0 * days, 1e-9);
    let half = support::run(&text("0.5", "cash = \"none\"\nexpense = { A = 0.0365 }"), &market);
    assert_eq!(half.account.payable(), Money::ZERO);
    assert_close(half.account.cash().as_f64(), 50_000.0 - 5.0 * days, 1e-9);
}

#[test]
fn a_fund_is_bought_by_amount_and_keeps_a_fee_of_young_shares() {
    let rules = FundRules { redemption_fee: 0.02, days: 30 };
    let step = |weight_to: &str| {
        format!(
            "root = {{ kind = \"glide-path\", points = [
                {{ date = \"2015-01-05\", weights = {{ A = 1.0 }} }},
                {{ date = \"2015-01-06\", weights = {{ A = {weight_to} }} }} ] }}
             [schedule]
             every = \"session\"
             [execution]
             fill = \"next-open\"
             shares = \"whole\"
             [costs]
             preset = \"none\""
        )
    };
    let close = vec![30.0, 31.0, 31.0, 31.0, 31.0];
    let columns = Columns {
        open: Some(Panel::from_columns(vec![close.iter().map(|x| x + 1.0).collect()])),
        ..closes(vec![close])
    };
    let market = with((1, 5), columns, vec![], |_, asset| asset.fund = Some(rules), vec![]);
    let run = run(&step("0.0"), &market);
    // 100,000 at the next net asset value, in parts of shares, though others trade whole shares at the open.
    assert_close(run.trades[0].fill.quantity.as_f64(), 100_000.0 / 31.0, 1e-9);
    assert_close(run.trades[0].fill.gross.as_f64(), 100_000.0, 1e-9);
    // Redeemed two civil days later: two percent stay with the fund.
    let sale = run.trades.last().unwrap().fill;
    assert_close(sale.costs.redemption.as_f64(), 2_000.0, 1e-9);
    assert_close(run.last_value(), 98_000.0, 1e-9);
    let old = with(
        (1, 5),
        closes(vec![vec![31.0; 5]]),
        vec![],
        |_, asset| {
            asset.fund = Some(FundRules { days: 1, ..rules });
        },
        vec![],
    );
    assert_close(
        support::run(&step("0.0").replace("next-open", "next-close"), &old).last_value(),
        100_000.0,
        1e-9,
    );
}

#[test]
fn costs_that_exceed_the_proceeds_do_not_break_the_books() {
    let text = "root = { kind = \"glide-path\", points = [
            { date = \"2015-01-05\", weights = { A = 1.0 } },
            { date = \"2015-01-06\", weights = { A = 0.0 } } ] }
         [schedule]
         every = \"session\"
         [costs]
         commission = { minimum = 400.0 }
         cash = \"none\"";
    // Nearly everything is lost before the sale.
    let run = run(text, &market(vec![vec![100.0, 100.0, 1e-6, 1e-6]], vec![]));
    assert!(run.account.cash() >= Money::ZERO);
    assert_eq!(run.account.held(), [AssetId(0)]);
}

#[test]
fn adjusted_prices_pay_no_dividend_twice() {
    use trimtab_core::{Action, ActionKind, Day};
    let dividend = ActionKind::Dividend { per_share: 5.0, pay: None };
    let split = ActionKind::Split { factor: 2.0 };
    let actions: Vec<Action> = [(2, dividend), (3, split)]
        .map(|(day, kind)| Action { day: Day(day), asset: AssetId(0), kind })
        .to_vec();
    let market = with(
        (1, 5),
        closes(vec![vec![100.0; 5]]),
        actions,
        |_, a| a.levels = Levels::Adjusted,
        vec![],
    );
    let run = run(&text("1.0", "preset = \"none\""), &market);
    assert_eq!(run.last_value(), 100_000.0);
    assert!(run.conventions.iter().any(|line| line.contains("adjusted prices")));
}
