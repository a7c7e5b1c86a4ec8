//! A live morning: the same decision as the backtest, a ticket that adds up, and prices at which it changes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]
mod support;

use jiff::civil::date;
use proptest::prelude::*;
use support::random::{Dice, random};
use support::{market, parse};
use trimtab_core::{
    AssetId, Calendar, Columns, Day, Fact, Kind, Market, Money, Panel, Quantity, Series, Unit,
    Weights,
};
use trimtab_ledger::{Entry, Terms, What};
use trimtab_sim::{
    Decision, Flip, Holder, Holdings, Marks, Options, Owned, Question, Reach, Record, Run,
    Standing, Ticket, Why, backtest, decide, flips, reading_flips, standing, ticket, watched,
    watched_series,
};
use trimtab_strategy::{AnyAllocator, AnyGauge, Strategy};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../strategies");
const PRICES: &str = "data/etf_adjclose_yahoo_1993_2018.csv.gz";
const LIMIT_BPS: f64 = 50.0;

/// What a live morning on `day` decides, with everything rebuilt from the past.
fn morning(
    strategy: &Strategy,
    market: &Market,
    options: &Options,
    day: Day,
) -> (Standing, Decision) {
    let to = Some(market.calendar().date(day));
    let stands = standing(strategy, market, &Options { to, ..options.clone() }).unwrap();
    let mut memory = stands.memory.clone();
    let decision = decide(strategy, market.as_of(day), &stands.book, &mut memory).unwrap();
    (stands, decision)
}

/// The ticket of a model account.
fn ticket_of(
    strategy: &Strategy,
    market: &Market,
    stands: &Standing,
    decision: &Decision,
) -> Ticket {
    let holdings =
        Holdings { account: &stands.account, marks: &stands.marks, reserved: stands.reserved };
    let holder = Holder {
        holdings,
        in_flight: &stands.orders,
        flow: stands.flow,
        before: stands.newest.as_ref().map(|newest| &newest.target),
    };
    ticket(strategy, market, decision, &holder, LIMIT_BPS).unwrap()
}

/// The orders that a run sent for its `ix`-th decision, without their numbers.
fn sent(run: &Run, ix: u32) -> Vec<String> {
    let of = |record: &Record| match record {
        Record::Ordered(order) if order.decision == Some(ix) => {
            Some(format!("{:?}", trimtab_sim::Order { id: 0, decision: None, ..*order }))
        }
        _ => None,
    };
    run.journal.iter().filter_map(of).collect()
}

fn assert_adds_up(ticket: &Ticket) {
    for line in &ticket.lines {
        let (shares, money) = (&line.shares, &line.money);
        let all = shares.signal + shares.drift + shares.cash_flow + shares.rounding;
        assert_eq!(all, line.quantity, "{line:?}");
        assert_eq!(money.signal + money.drift + money.cash_flow + money.rounding, line.value);
        assert!(!line.quantity.is_zero());
    }
    let paid: Money =
        ticket.lines.iter().map(|line| line.value + line.costs.total().unwrap()).sum();
    assert_eq!(ticket.cash_before - paid, ticket.cash_after);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_decision_and_its_orders_are_those_of_the_backtest(seed in any::<u64>(), pick in 0usize..1000) {
        let (market, text, options) = random(seed);
        let strategy = parse(&text);
        let Ok(run) = backtest(&strategy, &market, &options) else { return Ok(()) };
        let scheduled: Vec<usize> =
            (0..run.decisions.len()).filter(|ix| run.decisions[*ix].why == Why::Schedule).collect();
        if scheduled.is_empty() {
            return Ok(());
        }
        let ix = scheduled[pick % scheduled.len()];
        let then = &run.decisions[ix];
        let (stands, decision) = morning(&strategy, &market, &options, then.day);
        prop_assert_eq!(&decision, then);
        prop_assert_eq!(stands.due, Some(Why::Schedule));
        prop_assert_eq!(&stands.decisions[..], &run.decisions[..ix]);
        let ticket = ticket_of(&strategy, &market, &stands, &decision);
        let orders: Vec<String> = ticket.orders.iter().map(|order| format!("{order:?}")).collect();
        prop_assert_eq!(orders, sent(&run, ix as u32));
        assert_adds_up(&ticket);
    }

    #[test]
    fn the_parts_of_any_order_add_up_to_it(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let n = 1 + dice.below(6);
        let prices: Vec<f64> = (0..n).map(|_| (dice.next() * 12.0 - 4.0).exp()).collect();
        let market = market(prices.iter().map(|p| vec![*p]).collect(), vec![]);
        let odd = |dice: &mut Dice| Quantity::round_from((dice.next() * 14.0 - 7.0).exp()).unwrap();
        let mut owned = Owned {
            cash: Money::round_from(dice.next() * 1e5).unwrap(),
            shares: Vec::new(),
            flow: Money::round_from((dice.next() - 0.5) * 2e4).unwrap(),
        };
        for ix in 0..n {
            if dice.happens(0.7) {
                let quantity = odd(&mut dice);
                owned.shares.push((AssetId(ix as u16), quantity.max(Quantity::from_raw(1))));
            }
        }
        let target = weights(&mut dice, n);
        let before = dice.happens(0.7).then(|| weights(&mut dice, n));
        let shares = ["whole", "fractional"][dice.below(2)];
        let costs = ["liquid", "conservative", "none"][dice.below(3)];
        let band = ["", "band = { absolute = 0.05, to = \"edge\", trade = \"drifted\" }"][dice.below(2)];
        let sizing = ["shares", "value"][dice.below(2)];
        let strategy = parse(&format!(
            "root = {{ kind = \"equal-weight\" }}\n[schedule]\n{band}\n[execution]\nshares = \"{shares}\"\n\
             sizing = \"{sizing}\"\nminimum_trade = 5\n[costs]\npreset = \"{costs}\"\ncash = \"none\""
        ));
        let (account, marks) = owned.books(&market, Day(0)).unwrap();
        let holdings = Holdings { account: &account, marks: &marks, reserved: owned.reserved() };
        let decision =
            Decision { day: Day(0), why: Why::Schedule, target, because: Vec::new() };
        let holder = Holder {
            holdings, in_flight: &[], flow: owned.flow.as_f64(), before: before.as_ref(),
        };
        let ticket = ticket(&strategy, &market, &decision, &holder, LIMIT_BPS).unwrap();
        assert_adds_up(&ticket);
        // A purchase never takes what is wanted out.
        let least = (owned.cash + owned.flow.min(Money::ZERO)).min(Money::ZERO);
        let bought = ticket.lines.iter().any(|line| line.quantity > Quantity::ZERO);
        prop_assert!(!bought || ticket.cash_after - owned.reserved() >= least, "{ticket:?}");
        for line in &ticket.lines {
            let whole = line.quantity.whole() == line.quantity;
            prop_assert!(shares != "whole" || whole, "{line:?}");
            prop_assert!(line.held + line.quantity >= Quantity::ZERO);
            // Limits: whole ticks, and never worse than asked.
            let limit = line.limit.unwrap();
            let ticks = limit * if limit >= 1.0 { 100.0 } else { 10_000.0 };
            prop_assert!((ticks - ticks.round()).abs() < 1e-6 || limit < 1e-4, "{limit}");
            let edge = LIMIT_BPS * 1e-4 + 1e-9;
            prop_assert!((limit / line.price - 1.0).abs() <= edge || limit < 0.02, "{line:?}");
            // Without a decision before, nothing is drift.
            prop_assert!(before.is_some() || line.shares.drift.raw().abs() <= 2, "{line:?}");
        }
        let invested = ticket.after.invested();
        prop_assert!((-1e-9..=1.0 + 1e-9).contains(&invested) || owned.flow < Money::ZERO, "{invested}");
    }
}

/// Random weights that sum to at most one.
fn weights(dice: &mut Dice, n: usize) -> Weights {
    let raw: Vec<f64> = (0..n).map(|_| if dice.happens(0.3) { 0.0 } else { dice.next() }).collect();
    let whole = raw.iter().sum::<f64>() * (1.0 + dice.next() * 0.3).max(1.0);
    let part =
        |(ix, x): (usize, f64)| (AssetId(ix as u16), if whole > 0.0 { x / whole } else { 0.0 });
    Weights::new(raw.into_iter().enumerate().map(part))
}

/// One asset at 50, 100 shares of it and 5,000 of cash, of which 1,000 came in: by hand.
#[test]
fn a_ticket_by_hand() {
    let market = market(vec![vec![50.0], vec![20.0]], vec![]);
    let strategy = parse(
        "root = { kind = \"equal-weight\" }\n[execution]\nshares = \"whole\"\n\
         [costs]\nhalf_spread = { one_way_bps = 10 }\ncash = \"none\"",
    );
    let (a, b) = (AssetId(0), AssetId(1));
    let owned = Owned {
        cash: Money::from_units(4_000),
        shares: vec![(a, Quantity::from_shares(100))],
        flow: Money::from_units(1_000),
    };
    let (account, marks) = owned.books(&market, Day(0)).unwrap();
    let before = Weights::new([(a, 0.5)]);
    let target = Weights::new([(a, 0.71), (b, 0.20)]);
    let decision = Decision { day: Day(0), why: Why::Schedule, target, because: vec![] };
    let holdings = Holdings { account: &account, marks: &marks, reserved: Money::ZERO };
    let holder = Holder { holdings, in_flight: &[], flow: 1_000.0, before: Some(&before) };
    let ticket = ticket(&strategy, &market, &decision, &holder, 50.0).unwrap();
    // Worth 10,000 with the flow. A: 7,100 / 50 = 142 shares wanted, 42 to buy. Signal 0.21 * 10,000 / 50 = 42, drift
    // 0.5 * 9,000 / 50 - 100 = -10, flow 0.5 * 1,000 / 50 = 10. B: 2,000 / 20 = 100 shares, all signal.
    let shares = |n: i64| Quantity::from_shares(n);
    let line = &ticket.lines[0];
    assert_eq!((line.asset, line.quantity, line.limit), (a, shares(42), Some(50.25)));
    let parts = &line.shares;
    assert_eq!((parts.signal, parts.drift), (shares(42), shares(-10)));
    assert_eq!((parts.cash_flow, parts.rounding), (shares(10), Quantity::ZERO));
    assert_eq!(line.money.drift, Money::from_units(-500));
    assert_eq!(line.costs.spread, Money::from_micros(2_100_000)); // a tenth of a percent of 2,100
    let line = &ticket.lines[1];
    assert_eq!(
        (line.quantity, line.shares.signal, line.limit),
        (shares(100), shares(100), Some(20.1))
    );
    assert_eq!(ticket.cash_after, Money::from_micros(895_900_000)); // 5,000 - 4,100 - 4.10
    assert!((ticket.after.of(a) - 7_100.0 / 9_995.9).abs() < 1e-12);
}

#[test]
fn holdings_that_cannot_be_valued_are_refused_with_the_reason() {
    let nan = f64::NAN;
    let columns = vec![
        vec![1.0, 2.0, 3.0, 4.0],
        vec![nan, nan, 3.0, 4.0],
        vec![1.0, 2.0, nan, nan],
        vec![1.0, nan, 3.0, 4.0],
    ];
    let market = market(columns, vec![]);
    let refused = |asset: u16, day: u32| {
        let shares = vec![(AssetId(asset), Quantity::from_shares(1))];
        let owned = Owned { shares, ..Owned::default() };
        let error = owned.books(&market, Day(day)).unwrap_err();
        assert_eq!(error.kind(), Kind::Data);
        error.to_string()
    };
    assert!(refused(1, 1).contains("its prices begin on"));
    assert!(refused(2, 3).contains("its last price is of"));
    assert!(refused(3, 1).contains("has no close on"));
    let owned = Owned { cash: Money::from_units(-5), ..Owned::default() };
    assert_eq!(owned.books(&market, Day(0)).unwrap_err().kind(), Kind::Ledger);
}

/// The turns of one asset.
fn turns(text: &str, market: &Market, day: u32, asset: u16) -> Flip {
    let strategy = parse(text);
    let (stands, decision) = morning(&strategy, market, &Options::default(), Day(day));
    let question = Question {
        strategy: &strategy,
        book: &stands.book,
        memory: &stands.memory,
        answer: &decision,
    };
    let reach = Reach::default();
    flips(&question, market, &[AssetId(asset)], &reach).remove(0)
}

#[test]
fn the_price_at_which_an_average_is_crossed_is_that_of_the_closed_form() {
    let closes: Vec<f64> = (0..40).map(|t| 80.0 + 6.0 * (f64::from(t) * 0.4).sin()).collect();
    let market = market(vec![closes.clone()], vec![]);
    let text = "root = { kind = \"filter\", above = 0.0, of = { kind = \"equal-weight\" }, \
                by = { kind = \"sma-distance\", window = 10 } }\n[schedule]\nevery = \"session\"";
    for day in 12..40usize {
        // p above the mean of itself and the nine before: p > sum / 9.
        let edge = closes[day - 9..day].iter().sum::<f64>() / 9.0;
        let flip = turns(text, &market, day as u32, 0);
        let held = closes[day] > edge;
        let (near, none) = if held { (&flip.down, &flip.up) } else { (&flip.up, &flip.down) };
        let turn = near.as_ref().unwrap();
        assert_eq!(*none, None);
        let (low, high) = (turn.at.min(turn.same), turn.at.max(turn.same));
        assert!((low - 1e-9..=high + 1e-9).contains(&edge), "{edge} is not in {low}..{high}");
        assert!(((high - low) * 100.0 - 1.0).abs() < 1e-6);
        assert_eq!(turn.target.is_empty(), held);
        // Distances by their definition.
        let (change, sigmas) = flip.distance(turn);
        assert!((change - (turn.at / closes[day] - 1.0)).abs() < 1e-15);
        let returns: Vec<f64> = closes[..=day].windows(2).map(|p| p[1] / p[0] - 1.0).collect();
        let mean = returns.iter().sum::<f64>() / returns.len() as f64;
        let squares: f64 = returns.iter().map(|r| (r - mean).powi(2)).sum();
        let sigma = (squares / (returns.len() - 1) as f64).sqrt();
        assert!((sigmas.unwrap() - change / sigma).abs() < 1e-9);
    }
}

#[test]
fn the_price_at_which_the_best_of_two_changes_is_that_of_the_closed_form() {
    let grow = |daily: f64| (0..30).map(|t| 50.0 * f64::powi(daily, t)).collect::<Vec<f64>>();
    let (a, b) = (grow(1.004), grow(1.003));
    let market = market(vec![a.clone(), b.clone()], vec![]);
    let text = "root = { kind = \"top\", n = 1, by = { kind = \"total-return\", window = 10 } }\n\
                [schedule]\nevery = \"session\"";
    // The second wins when its return is above the first's: p > b0 * a1 / a0. Of equals the first is held.
    let edge = b[19] * a[29] / a[19];
    let turn = turns(text, &market, 29, 1).up.unwrap();
    assert!(turn.same <= edge && edge < turn.at, "{edge} {turn:?}");
    assert_eq!(turn.target.of(AssetId(1)), 1.0);
    assert!(turn.because[0].why.contains('B'), "{turn:?}");
    let edge = a[19] * b[29] / b[19];
    let turn = turns(text, &market, 29, 0).down.unwrap();
    assert!(turn.at < edge && edge <= turn.same + 1e-9, "{edge} {turn:?}");
}

#[test]
fn the_reading_at_which_a_gauge_turns_is_that_of_the_closed_form() {
    let plain = market(vec![vec![100.0; 40], vec![50.0; 40]], vec![]);
    let days = plain.calendar().sessions().to_vec();
    let x: Vec<f64> = (0..40).map(|t| 18.0 + 3.0 * (f64::from(t) * 0.7).sin()).collect();
    let fact = |t: usize| Fact { about: days[t], known: days[t], value: x[t] };
    let series = Series::new("fear", Unit::Level, (0..40).map(fact).collect()).unwrap();
    let hidden = Series::new("other", Unit::Level, (0..40).map(fact).collect()).unwrap();
    let columns = Columns {
        close: Panel::from_columns(vec![vec![100.0; 40], vec![50.0; 40]]),
        open: None,
        high: None,
        low: None,
        volume: None,
    };
    let calendar = Calendar::new(days.clone()).unwrap();
    let assets = plain.assets().to_vec();
    let market = Market::new(calendar, assets, columns, vec![], vec![series, hidden]).unwrap();
    let symbols = [market.symbol(AssetId(0)), market.symbol(AssetId(1))];
    // Above the mean of the last ten readings, itself among them: x > sum of the nine before / 9.
    let text = format!(
        "root = \"@p\"\n[gauge.fear]\nkind = \"series-to-average\"\nseries = \"fear\"\nreadings = 10\n[allocator.p]\nkind = \"when\"\n\
         gauge = \"@fear\"\nabove = 0.0\nthen = {{ kind = \"fixed\", weights = {{ {} = 1.0 }} }}\n\
         otherwise = {{ kind = \"fixed\", weights = {{ {} = 1.0 }} }}\n[schedule]\nevery = \"session\"",
        symbols[0], symbols[1]
    );
    let strategy = parse(&text);
    let mut seen = [0, 0];
    for day in 12..40usize {
        let (stands, decision) = morning(&strategy, &market, &Options::default(), Day(day as u32));
        let (book, memory) = (&stands.book, &stands.memory);
        let question = Question { strategy: &strategy, book, memory, answer: &decision };
        let series = watched_series(&strategy, &market, Day(day as u32));
        assert_eq!(series, ["fear"]);
        let flip = reading_flips(&question, &market, &series, &Reach::default()).remove(0);
        let edge = x[day - 9..day].iter().sum::<f64>() / 9.0;
        let above = x[day] > edge;
        let (near, none) = if above { (&flip.down, &flip.up) } else { (&flip.up, &flip.down) };
        let turn = near.as_ref().unwrap();
        assert_eq!(*none, None);
        seen[usize::from(above)] += 1;
        assert!(
            (turn.at - edge).abs() < 1e-5 && (turn.same - edge).abs() < 1e-5,
            "{edge} {turn:?}"
        );
        assert_eq!(turn.target.of(AssetId(u16::from(above))), 1.0);
        let changes: Vec<f64> = x[..=day].windows(2).map(|p| p[1] - p[0]).collect();
        let mean = changes.iter().sum::<f64>() / changes.len() as f64;
        let squares: f64 = changes.iter().map(|c| (c - mean).powi(2)).sum();
        let sigma = (squares / (changes.len() - 1) as f64).sqrt();
        assert!((flip.distance(turn).1 - (turn.at - x[day]) / sigma).abs() < 1e-9);
    }
    assert!(seen[0] > 5 && seen[1] > 5);
}

fn funds() -> Option<Market> {
    support::funds(PRICES, date(2005, 1, 1))
}

/// Strategies with every way of remembering, and some of the library, by name.
fn remembering() -> Vec<(String, Strategy)> {
    let stateful =
        ["latch", "hysteresis", "confirmed", "cppi", "tipp", "tranches", "drawdown-brake"];
    let kinds = [AnyAllocator::kinds(), AnyGauge::kinds()].concat();
    let of = |info: &trimtab_strategy::KindInfo| {
        let mut strategy = parse(info.example);
        strategy.costs.cash = Some(trimtab_strategy::CashInterest::None);
        (info.kind.to_owned(), strategy)
    };
    let mut all: Vec<(String, Strategy)> =
        kinds.iter().filter(|info| stateful.contains(&info.kind)).map(of).collect();
    assert!(all.len() >= 6);
    for name in [
        "gem",
        "vaa-g4",
        "percentile-channels",
        "gtaa-5-daily",
        "permanent",
        "papa-bear",
        "efficient-eight-ranked",
        "sector-breadth",
        "volatility-target",
        "golden-butterfly",
    ] {
        all.push((name.to_owned(), library(name)));
    }
    all
}

fn library(name: &str) -> Strategy {
    let text = std::fs::read_to_string(format!("{FOLDER}/{name}.toml")).unwrap();
    let set = [("costs.cash".to_owned(), "none".to_owned())];
    Strategy::parse_with(name, &text, &set).unwrap()
}

#[test]
fn today_is_the_backtest_of_that_day_with_memory_rebuilt_by_replay() {
    let Some(market) = funds() else { return };
    let options = Options { from: Some(date(2009, 1, 30)), ..Options::default() };
    for (name, strategy) in remembering() {
        let run = backtest(&strategy, &market, &options).unwrap();
        assert_eq!(run.ended, None, "{name}");
        let n = run.decisions.len();
        for ix in [0, n / 3, n - 1] {
            let then = &run.decisions[ix];
            if then.why != Why::Schedule {
                continue;
            }
            // A live morning has no later data.
            let live = market.cut(then.day).unwrap();
            let (stands, decision) = morning(&strategy, &live, &options, then.day);
            let named = |market: &Market, decision: &Decision| {
                let target: Vec<(String, f64)> =
                    decision.target.iter().map(|(a, w)| (market.symbol(a).to_owned(), w)).collect();
                (decision.day, target, decision.because.clone())
            };
            assert_eq!(named(&live, &decision), named(&market, then), "{name} at {ix}");
            assert_adds_up(&ticket_of(&strategy, &live, &stands, &decision));
        }
    }
}

#[test]
fn just_below_a_turn_the_decision_is_the_same_and_at_it_another() {
    let Some(market) = funds() else { return };
    let options = Options { from: Some(date(2017, 1, 31)), ..Options::default() };
    let mut found = 0;
    for (name, strategy) in remembering() {
        let day = market.calendar().on_or_before(date(2018, 10, 31)).unwrap();
        let (stands, decision) = morning(&strategy, &market, &options, day);
        let question = Question {
            strategy: &strategy,
            book: &stands.book,
            memory: &stands.memory,
            answer: &decision,
        };
        let assets: Vec<AssetId> = watched(&strategy, &market, day).into_iter().take(6).collect();
        assert!(!assets.is_empty(), "{name}");
        let reach = Reach::default();
        for flip in flips(&question, &market, &assets, &reach) {
            let turns = [flip.up.as_ref(), flip.down.as_ref()];
            for turn in turns.into_iter().flatten() {
                let far = |price: f64| {
                    let mut other = market.clone();
                    other.requote(flip.asset, day, price).unwrap();
                    let now = stands.book.weights.clone();
                    let times = price / flip.close;
                    let value = stands.book.value * (1.0 + now.of(flip.asset) * (times - 1.0));
                    let worth = |(a, w): (AssetId, f64)| {
                        (
                            a,
                            w * if a == flip.asset { times } else { 1.0 } * stands.book.value
                                / value,
                        )
                    };
                    let book = trimtab_strategy::Book {
                        weights: Weights::new(now.iter().map(worth)),
                        value,
                        peak: stands.book.peak.max(value),
                    };
                    let mut memory = stands.memory.clone();
                    let made = decide(&strategy, other.as_of(day), &book, &mut memory).unwrap();
                    made.target.turnover_to(&decision.target)
                };
                assert!(far(turn.at) > reach.least, "{name}: {turn:?}");
                assert!(far(turn.same) <= reach.least, "{name}: {turn:?}");
                found += 1;
            }
        }
    }
    assert!(found > 30, "only {found} turns");
}

#[test]
fn money_that_came_since_the_last_decision_is_seen_as_flow() {
    let market = market(vec![vec![10.0; 60], vec![20.0; 60]], vec![]);
    let strategy = parse(
        "root = { kind = \"fixed\", weights = { A = 0.5, B = 0.5 } }\n[costs]\npreset = \"none\"",
    );
    let day = |ix: usize| market.calendar().sessions()[ix];
    let mut options = Options { cash: Money::from_units(10_000), ..Options::default() };
    // Decisions are on the last sessions of January (19) and February (38); money comes in between.
    options.flows.dated =
        vec![(day(25), Money::from_units(1_000)), (day(38), Money::from_units(500))];
    let (stands, decision) = morning(&strategy, &market, &options, Day(38));
    assert_eq!((stands.due, stands.flow), (Some(Why::Schedule), 1_500.0));
    let ticket = ticket_of(&strategy, &market, &stands, &decision);
    let flow: Vec<i64> = ticket.lines.iter().map(|line| line.money.cash_flow.micros()).collect();
    assert_eq!(flow, [750_000_000, 750_000_000]);
    assert!(ticket.lines.iter().all(|line| line.shares.drift.is_zero()));
}

#[test]
fn an_empty_account_of_its_own_is_valued_at_its_cash() {
    let market = market(vec![vec![10.0; 3]], vec![]);
    let mut account = trimtab_ledger::Account::default();
    let cash = Money::from_units(100);
    let opened = What::Opened { cash, terms: Terms::default() };
    account.apply(&Entry::new(market.calendar().date(Day(0)), opened)).unwrap();
    let owned = Owned { cash, ..Owned::default() };
    assert_eq!(owned.books(&market, Day(0)).unwrap(), (account, Marks::new(1)));
}
