//! Whipsaws, shortfall, capacity and variations on markets small enough to be worked out by hand.
#![allow(clippy::unwrap_used)]

use trimtab_core::{
    Asset, Calendar, Columns, Date, Exchange, Levels, Market, Money, OneWay, Panel,
};
use trimtab_lab::interaction::{self, netted};
use trimtab_lab::trading::{Capacity, Shortfall, Tickets, Whipsaws};
use trimtab_lab::variations::{Base, BreakEvenCost, Gap, Variations};
use trimtab_sim::{Options, Run, TradingCosts, backtest, light};
use trimtab_strategy::{Impact, Schedule, Strategy};

/// Asset A with these closes and a constant volume, and B at a constant price of 100.
fn market(closes: &[f64], volume: f64) -> Market {
    let all = Exchange::Nyse.sessions(Date::constant(2015, 1, 2), Date::constant(2026, 12, 31));
    let n = closes.len();
    let asset = |symbol: &str| Asset { levels: Levels::Adjusted, ..Asset::new(symbol) };
    let columns = Columns {
        close: Panel::from_columns(vec![closes.to_vec(), vec![100.0; n]]),
        open: None,
        high: None,
        low: None,
        volume: Some(Panel::from_columns(vec![vec![volume; n], vec![volume; n]])),
    };
    let calendar = Calendar::new(all[..n].to_vec()).unwrap();
    Market::new(calendar, vec![asset("A"), asset("B")], columns, vec![], vec![]).unwrap()
}

/// All in A after a session in which it rose, all in B after any other; decided every session, filled at the next close.
const CHASER: &str = r#"
    root = "@pick"
    [signal.last]
    kind = "total-return"
    window = 1
    [allocator.pick]
    kind = "top"
    n = 1
    by = "@last"
    among = ["A", "B"]
    [schedule]
    every = "session"
    [execution]
    sizing = "value"
    [costs]
    half_spread = { one_way_bps = 10 }
    cash = "none"
"#;

fn strategy(text: &str) -> Strategy {
    Strategy::parse("test", text).unwrap()
}

fn run(strategy: &Strategy, market: &Market) -> Run {
    let run = backtest(strategy, market, &Options::default()).unwrap();
    assert!(run.ended.is_none(), "{:?}", run.ended);
    run
}

/// A rises, falls, rises again: the chaser sells low and buys back higher.
const SAW: [f64; 8] = [100.0, 110.0, 110.0, 99.0, 99.0, 121.0, 121.0, 121.0];

#[test]
fn a_whipsaw_costs_what_the_price_rose_meanwhile() {
    let market = market(&SAW, 1e6);
    let run = run(&strategy(CHASER), &market);
    // Decisions: close 1 up -> A, filled at close 2 (110). Close 2 flat: the tie goes to A. Close 3 down -> B, so A is
    // sold at close 4 (99). Close 4: flat against B flat: A is bought back at close 5 (121).
    let whipsaws = Whipsaws::of(&run, &market);
    let trips: Vec<_> = whipsaws.trips.iter().filter(|trip| trip.asset.0 == 0).collect();
    assert_eq!(trips.len(), 1, "{:?}", whipsaws.trips);
    let trip = trips[0];
    assert_eq!((trip.sold, trip.bought), (run.sessions[4], run.sessions[5]));
    assert!((trip.moved - (121.0 / 99.0 - 1.0)).abs() < 1e-12);
    // The whole of A was sold, but its value on that day over the account the day before: both at 99. Only what is
    // bought back counts: the money that B returned, less costs, buys fewer units.
    assert!(trip.share < 1.0 && trip.share > 0.7, "{}", trip.share);
    assert!((trip.cost - trip.share * trip.moved).abs() < 1e-12);
    let years = run.sessions.len() as f64 / 252.0;
    let others: f64 = whipsaws.trips.iter().map(|t| t.cost.max(0.0)).sum();
    assert!((whipsaws.cost_yearly - others / years).abs() < 1e-12);
}

#[test]
fn tickets_are_counted_by_the_year() {
    let market = market(&SAW, 1e6);
    let run = run(&strategy(CHASER), &market);
    let tickets = Tickets::of(&run, &market);
    let years = 8.0 / 252.0;
    assert!((tickets.tickets_yearly - run.trades.len() as f64 / years).abs() < 1e-9);
    assert!((tickets.decisions_yearly - run.decisions.len() as f64 / years).abs() < 1e-9);
    assert_eq!(tickets.most_on_one_day, 2);
}

#[test]
fn the_shortfall_is_the_sum_over_the_trades() {
    let market = market(&SAW, 1e6);
    let run = run(&strategy(CHASER), &market);
    let short = Shortfall::of(&run, &market);
    let (mut delay, mut spread) = (0.0, 0.0);
    for trade in &run.trades {
        let at = (trade.filled.0 - run.first.0) as usize;
        let value = run.equity[at - 1];
        let moved = trade.fill.price - trade.decision_price.unwrap();
        delay += trade.fill.quantity.as_f64() * moved / value;
        spread += trade.fill.gross.as_f64().abs() * 1e-3 / value;
    }
    let years = 8.0 / 252.0;
    assert!((short.delay_yearly - delay / years).abs() < 1e-9);
    assert!((short.costs_yearly[1].1 - spread / years).abs() < 1e-4 * spread / years);
    assert!((short.total_yearly - (delay + spread) / years).abs() < 1e-4);
    assert_eq!((short.unfilled, short.unpriced), (0, 0));
}

#[test]
fn impact_grows_with_the_root_of_the_capital_as_the_simulator_charges_it() {
    // A wanders, so that it has a volatility; the account trades it up and down.
    let closes: Vec<f64> =
        (0..400).map(|t| 100.0 * (1.0 + 0.1 * (f64::from(t) * 0.7).sin())).collect();
    let market = market(&closes, 1e5);
    let free = strategy(&CHASER.replace("half_spread = { one_way_bps = 10 }", ""));
    let run = run(&free, &market);
    let capacity = Capacity::of(&run, &market, run.sessions[0]).unwrap();
    // By hand: every trade's share of the account, at a capital of 1e7, with the law that the simulator charges.
    let capital = 1e7;
    let impact = Impact { coefficient: 1.0_f64.try_into().unwrap(), window: 21 };
    let law = TradingCosts { impact: Some(impact), ..TradingCosts::default() };
    let mut paid = 0.0;
    for trade in &run.trades {
        let value = run.equity[(trade.filled.0 - run.first.0) as usize - 1];
        let shares = trade.fill.quantity.as_f64() * capital / value;
        paid += law.of(trade.fill.asset, shares, trade.fill.price, market.bar(trade.filled)).impact;
    }
    let yearly = paid / capital / (400.0 / 252.0);
    assert!((capacity.at(capital).impact_yearly / yearly - 1.0).abs() < 1e-9);
    let fits = capacity.where_impact_costs(yearly).unwrap();
    assert!((fits / capital - 1.0).abs() < 1e-9);
    assert!(capacity.where_impact_costs(-0.01).is_none());
    assert_eq!(capacity.unknown, 0);
}

/// A in May to October, B else: two trades a year, on a curve that makes it worth while.
fn seasonal() -> (Strategy, Market) {
    let closes: Vec<f64> = (0..1000)
        .map(|t| 100.0 * (1.0 + 0.2 * (f64::from(t) / 252.0 * std::f64::consts::TAU).sin()))
        .collect();
    let text = CHASER
        .replace("window = 1", "window = 40")
        .replace("every = \"session\"", "every = \"month\"");
    (strategy(&text), market(&closes, 1e6))
}

#[test]
fn at_the_break_even_cost_strategy_and_benchmark_end_level() {
    let (strategy, market) = seasonal();
    let options = Options::default();
    let benchmark = vec![0.0; 999];
    let base = Base {
        strategy: &strategy,
        market: &market,
        options: &options,
        benchmark: Some(&benchmark),
    };
    let variations = Variations::of(base).unwrap();
    let Some(BreakEvenCost::At(cost)) = variations.cost else { panic!("{:?}", variations.cost) };
    let mut dear = strategy.clone();
    dear.costs.half_spread = Some(OneWay::bps(cost * 1e4).unwrap());
    let last = light(&dear, &market, &options).unwrap().last_value();
    assert!((last / 100_000.0 - 1.0).abs() < 1e-3, "{last} at {cost}");
    // What trails for nothing has no break-even cost.
    let steep = vec![0.01; 999];
    let base = Base { benchmark: Some(&steep), ..base };
    assert_eq!(Variations::of(base).unwrap().cost, Some(BreakEvenCost::TrailsFree));
}

#[test]
fn delays_and_offsets_are_those_of_runs_by_hand() {
    let (strategy, market) = seasonal();
    let options = Options::default();
    let base = Base { strategy: &strategy, market: &market, options: &options, benchmark: None };
    let variations = Variations::of(base).unwrap();
    assert_eq!(variations.cost, None);
    let yearly = |run: &Run| (run.last_value() / 1e5).powf(252.0 / 999.0) - 1.0;
    let mut late = strategy.clone();
    late.execution.delay = 5;
    let expected = yearly(&run(&late, &market));
    let row = variations.delay.iter().find(|row| row.sessions == 5).unwrap();
    assert!((row.return_yearly - expected).abs() < 1e-6);
    let luck = variations.luck.as_ref().unwrap();
    assert_eq!(luck.offsets.len(), 21);
    let mut third = strategy.clone();
    third.schedule = Schedule { session: 3.try_into().unwrap(), ..strategy.schedule.clone() };
    assert!((luck.offsets[2].return_yearly - yearly(&run(&third, &market))).abs() < 1e-6);
    // The tranches end with the mean of what the 21 accounts end with.
    let ends: f64 = luck.offsets.iter().map(|o| (1.0 + o.return_yearly).powf(999.0 / 252.0)).sum();
    let mean = (ends / 21.0).powf(252.0 / 999.0) - 1.0;
    assert!((luck.tranches.return_yearly - mean).abs() < 1e-9);
    // The paper portfolio: the same close, nothing paid.
    let text = strategy.canonical();
    let mut paper = Strategy::from_canonical(&text).unwrap();
    paper.costs.half_spread = None;
    paper.execution.fill = trimtab_strategy::FillAt::SameClose;
    assert!((variations.paper - yearly(&run(&paper, &market))).abs() < 1e-6);
    assert_eq!(Money::from_units(100_000), options.cash);
}

/// The opposite of the chaser: all in what rose less.
fn contrarian() -> String {
    CHASER.replace("n = 1", "n = 1\n    lowest = true")
}

#[test]
fn trades_that_undo_each_other_are_netted() {
    // A moves on every session, so that the two always disagree: up, down, up, down, up.
    let market = market(&[100.0, 110.0, 104.0, 112.0, 106.0, 114.0], 1e6);
    let (one, other) = (run(&strategy(CHASER), &market), run(&strategy(&contrarian()), &market));
    let netted = netted(&[&one, &other], &market).unwrap();
    // They begin on session 2 with A and with B; on sessions 3, 4 and 5 they change places. Shares are of the account at the close
    // before: who leaves A sells 112/104, 106/112 and 114/106 of its half, who leaves B all of it, and the smaller side crosses, in
    // A as in B. What trading cost makes the halves a little smaller.
    let (up, down, back) = (112.0 / 104.0, 106.0 / 112.0, 114.0 / 106.0);
    let years = 6.0 / 252.0;
    let cancelled = 1.0 + down + 1.0;
    let near = |x: f64, y: f64| (x * years / y - 1.0).abs() < 5e-3;
    assert_eq!(netted.days, 3);
    assert!(near(netted.cancelled_yearly, cancelled), "{netted:?}");
    // Ten basis points on both sides of what crosses.
    assert!(near(netted.saved_yearly, 2.0 * 0.001 * cancelled), "{netted:?}");
    let traded = 0.5 + (1.0 + up) / 2.0 + (1.0 + down) / 2.0 + (1.0 + back) / 2.0;
    assert!(near(netted.traded_yearly, traded), "{netted:?}");
    assert!(near(netted.costs_yearly, 2.0 * 0.001 * traded), "{netted:?}");
    assert_eq!(interaction::netted(&[&one], &market), None);
    // Beside itself nothing cancels.
    let same = interaction::netted(&[&one, &one], &market).unwrap();
    assert_eq!((same.cancelled_yearly, same.saved_yearly, same.days), (0.0, 0.0, 0));
}

#[test]
fn a_fall_between_two_rebalances_breaks_the_floor() {
    let closes: Vec<f64> = (0..60)
        .map(|t| match t {
            0..25 => 100.0,
            25 => 90.0,
            26 => 80.0,
            27..30 => 70.0,
            _ => 85.0,
        })
        .collect();
    let market = market(&closes, 1e6);
    let text = "root = \"@insured\"\n[allocator.insured]\nkind = \"cppi\"\nfloor = 0.85\nmultiplier = 4\n\
                risky = { kind = \"fixed\", weights = { A = 1.0 } }\n[schedule]\nevery = \"month\"\nsession = -1\n\
                [costs]\ncash = \"none\"";
    let strategy = strategy(text);
    let run = run(&strategy, &market);
    let gap = Gap::all(&strategy, &market, &Options::default(), &run).unwrap().remove(0);
    // Decided at the last close of January, the twentieth session, filled at the next; sold a month later.
    let sessions = market.calendar().sessions();
    assert_eq!(gap.worst_span, (sessions[20], sessions[39]));
    assert!((gap.worst - 0.30).abs() < 1e-6 && (gap.allowed - 0.25).abs() < 1e-12, "{gap:?}");
    assert_eq!((gap.broken, gap.node.as_str(), gap.multiplier), (1, "insured", 4.0));
    assert!((gap.loss_mean.unwrap() - 0.2).abs() < 1e-5);
    assert!((gap.multiplier_held.unwrap() - 1.0 / 0.3).abs() < 1e-4);
    assert!(gap.words().contains("happened 1 times"));
    let plain = self::strategy(CHASER);
    assert!(Gap::all(&plain, &market, &Options::default(), &run).unwrap().is_empty());
}
