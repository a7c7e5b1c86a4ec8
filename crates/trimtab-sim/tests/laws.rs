//! Laws of whole runs, on random markets with holes, late listings, delistings, dividends, splits and spin-offs.
#![allow(clippy::unwrap_used)]
mod support;

use proptest::prelude::*;
use support::{bills, sessions, with};
use trimtab_core::{
    Action, ActionKind, AssetId, Columns, Day, Delisting, FundRules, Market, Money, Panel, Quantity,
};
use trimtab_sim::{Flows, Options, Payment, Record, Regular, Run, Why, backtest};
use trimtab_strategy::{Every, Schedule};

/// A stream of numbers in [0, 1) from a seed: what proptest draws is only the seed, so a market is small to print.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 29);
        (x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }
    fn happens(&mut self, p: f64) -> bool {
        self.next() < p
    }
}

const DAYS: usize = 90;

/// Prices of `n` assets: random walks, some listed late, some ending early, some with holes, one a fund.
fn random_market(dice: &mut Dice, n: usize) -> Market {
    let nan = || vec![vec![f64::NAN; DAYS]; n];
    let (mut open, mut high, mut low, mut close, mut volume) = (nan(), nan(), nan(), nan(), nan());
    let mut actions = Vec::new();
    for ix in 0..n {
        let first = if ix > 0 && dice.happens(0.3) { dice.below(30) } else { 0 };
        let last = if ix > 0 && dice.happens(0.3) { 50 + dice.below(35) } else { DAYS - 1 };
        let mut price = 1.0 + dice.next() * 300.0;
        let asset = AssetId(ix as u16);
        for t in first..=last {
            let day = Day(t as u32);
            price *= 1.0 + (dice.next() - 0.495) * 0.08;
            if dice.happens(0.02) {
                let later = (t + dice.below(12)).min(DAYS - 1) as u32;
                let pay = dice.happens(0.7).then_some(Day(later));
                let kind = ActionKind::Dividend { per_share: price * 0.02 * dice.next(), pay };
                actions.push(Action { day, asset, kind });
            }
            if dice.happens(0.015) {
                let factor = [2.0, 0.1, 1.5, 3.000_003, 0.37][dice.below(5)];
                actions.push(Action { day, asset, kind: ActionKind::Split { factor } });
                price /= factor;
            }
            if n > 1 && dice.happens(0.01) {
                let into = AssetId(((ix + 1) % n) as u16);
                let kind = ActionKind::SpinOff {
                    into,
                    ratio: dice.next() * price / 2_000.0,
                    basis: dice.next(),
                };
                actions.push(Action { day, asset, kind });
            }
            if dice.happens(0.02) && t > first && t < last {
                continue;
            }
            let from = price * (1.0 + (dice.next() - 0.5) * 0.02);
            open[ix][t] = from;
            high[ix][t] = from.max(price) * (1.0 + dice.next() * 0.01);
            low[ix][t] = from.min(price) * (1.0 - dice.next() * 0.01);
            close[ix][t] = price;
            volume[ix][t] = if dice.happens(0.05) { 0.0 } else { dice.next() * 5_000.0 };
        }
    }
    let panel = |columns| Some(Panel::from_columns(columns));
    let columns = Columns {
        close: Panel::from_columns(close),
        open: panel(open),
        high: panel(high),
        low: panel(low),
        volume: panel(volume),
    };
    let worth = dice.next() * 1.5 - 1.0;
    let fund = dice.happens(0.3);
    let change = |ix: usize, asset: &mut trimtab_core::Asset| {
        asset.delisting =
            if ix.is_multiple_of(2) { Delisting::Return(worth) } else { Delisting::LastPrice };
        asset.fund = (fund && ix == 0).then_some(FundRules { redemption_fee: 0.01, days: 20 });
    };
    with((n, DAYS), columns, actions, change, vec![bills(4.0)])
}

/// A strategy file with random settings; equal weights do not mind holes, inverse volatilities do.
fn random_strategy(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice, of: &[&str]| of[dice.below(of.len())].to_owned();
    let root = one(
        dice,
        &[
            "{ kind = \"equal-weight\" }",
            "{ kind = \"equal-weight\" }",
            "{ kind = \"inverse-volatility\", window = 5 }",
            "{ kind = \"top\", n = 1, by = { kind = \"total-return\", window = 3 } }",
            "{ kind = \"fixed\", weights = { A = 0.8 } }",
        ],
    );
    let every = one(dice, &["session", "week", "week", "month", "once"]);
    let band = one(
        dice,
        &[
            "",
            "",
            "",
            "band = { absolute = 0.03, to = \"edge\", trade = \"drifted\", check = \"session\" }",
            "band = { relative = 0.1, to = \"centre\", check = \"session\" }",
            "band = { relative = 0.05, absolute = 0.02 }",
        ],
    );
    let fill = one(
        dice,
        &[
            "",
            "",
            "fill = \"next-open\"",
            "fill = \"limit\"\nlimit = { offset_bps = 30, sessions = 3 }",
            "fill = \"limit\"\nlimit = { offset_bps = -50, sessions = 1 }",
            "fill = \"same-close\"",
            "delay = 2",
        ],
    );
    let sizing = one(dice, &["shares", "value"]);
    let shares = one(dice, &["fractional", "whole"]);
    let extra = one(
        dice,
        &[
            "",
            "participation = 0.05",
            "sweep = { above = 0.01 }",
            "sweep = { above = 0.0 }",
            "minimum_trade = 200",
        ],
    );
    let lots = one(dice, &["fifo", "lifo", "highest-cost"]);
    let costs = one(
        dice,
        &[
            "preset = \"none\"",
            "preset = \"conservative\"",
            "preset = \"liquid\"",
            "commission = { per_trade = 1.0, percent = { one_way_bps = 7 } }\nexpense = { A = 0.02 }",
            "half_spread = { one_way_bps = 20 }\nimpact = { coefficient = 0.5 }",
        ],
    );
    let limit = one(dice, &["", "", "[limit.reserve]\nkind = \"cash-reserve\"\nleast = 0.05"]);
    format!(
        "root = {root}\n{limit}\n[schedule]\nevery = \"{every}\"\n{band}\n[execution]\nsizing = \"{sizing}\"\n\
         shares = \"{shares}\"\nlots = \"{lots}\"\n{fill}\n{extra}\n[costs]\n{costs}"
    )
}

fn random_options(dice: &mut Dice) -> Options {
    let mut flows = Flows::none();
    if dice.happens(0.5) {
        for _ in 0..1 + dice.below(4) {
            let on = sessions(DAYS).sessions()[dice.below(DAYS)];
            let amount = Money::round_from((dice.next() - 0.4) * 20_000.0).unwrap();
            flows.dated.push((on.saturating_add(jiff::Span::new().days(1)), amount));
        }
    }
    if dice.happens(0.3) {
        let amount = match dice.happens(0.5) {
            true => Payment::Fixed(Money::round_from((dice.next() - 0.6) * 2_000.0).unwrap()),
            false => Payment::OfValue((dice.next() - 0.7) * 0.02),
        };
        let schedule = Schedule::of(Every::Week, -1).unwrap();
        flows.regular.push(Regular { schedule, amount, growth_yearly: 0.03 });
    }
    let cash = Money::round_from(1_000.0 + dice.next() * 200_000.0).unwrap();
    Options { flows, cash, ..Options::default() }
}

fn random(seed: u64) -> (Market, String, Options) {
    let mut dice = Dice(seed);
    let n = 1 + dice.below(5);
    let market = random_market(&mut dice, n);
    (market, random_strategy(&mut dice), random_options(&mut dice))
}

fn live(market: &Market, text: &str, options: &Options) -> Run {
    backtest(&support::parse(text), market, options).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Equal up to the bytes of every number.
fn same(a: &Run, b: &Run) -> bool {
    format!("{:?}{:?}{:?}", a.equity, a.journal, a.trades)
        == format!("{:?}{:?}{:?}", b.equity, b.journal, b.trades)
}

/// Cash below zero, more sold than held, time running backwards: the books would have refused them with an error.
fn assert_lawful(run: &Run, market: &Market, text: &str) {
    run.audit().unwrap();
    if let Some(ended) = &run.ended {
        let allowed = [trimtab_core::Kind::Data, trimtab_core::Kind::Infeasible];
        let exhausted = ended.error.to_string().contains("nothing is left")
            || ended.error.to_string().contains("the account is worth");
        assert!(allowed.contains(&ended.error.kind()) || exhausted, "{:?}\n{text}", ended.error);
    }
    let same_close = text.contains("same-close");
    for trade in &run.trades {
        assert!(
            trade.decided < trade.filled || same_close,
            "filled at the close that decided\n{text}"
        );
        assert_eq!(trade.fill.date, market.calendar().date(trade.filled));
        assert!(trade.why != Why::Sweep || trade.fill.buys(), "a sweep sold\n{text}");
        assert!(trade.why != Why::Withdrawal || !trade.fill.buys(), "a withdrawal bought\n{text}");
        let (low, high) = (
            market.bar(trade.filled).low(trade.fill.asset),
            market.bar(trade.filled).high(trade.fill.asset),
        );
        assert!(
            trade.fill.price >= low.unwrap() - 1e-9 && trade.fill.price <= high.unwrap() + 1e-9,
            "{trade:?}"
        );
        let whole = text.contains("\"whole\"") && market.asset(trade.fill.asset).fund.is_none();
        assert!(!whole || trade.fill.quantity.whole() == trade.fill.quantity, "{trade:?}");
    }
    assert!(run.equity.iter().all(|v| v.is_finite()));
    for ix in 0..run.equity.len() {
        let invested: f64 = run.weights(ix).iter().map(|(_, w)| w).sum();
        let owed = 0.2; // dividends owed are neither cash nor shares
        assert!((-1e-9..=1.0 + owed).contains(&invested), "{invested} on {ix}\n{text}");
    }
    assert_accounted(run);
}

/// The value is what was paid in, earned and gained: the books' identity, in floats and with the market's prices.
fn assert_accounted(run: &Run) {
    let account = &run.account;
    let open: f64 = account.lots().map(|lot| lot.cost.as_f64()).sum();
    let sources = account.deposits().as_f64() - account.withdrawals().as_f64()
        + account.dividends().as_f64()
        + account.interest().as_f64()
        - account.financing().as_f64()
        - account.expenses().as_f64()
        + account.gains().as_f64();
    let uses =
        account.cash().as_f64() + account.receivable().as_f64() - account.payable().as_f64() + open;
    assert!((sources - uses).abs() < 1e-4, "{sources} and {uses}");
    let flows: f64 = run.flows.iter().sum();
    let opened = run.entries().find_map(|e| match e.what {
        trimtab_ledger::What::Opened { cash, .. } => Some(cash.as_f64()),
        _ => None,
    });
    let outside = account.deposits().as_f64() - account.withdrawals().as_f64();
    assert!((flows + opened.unwrap() - outside).abs() < 1e-4);
}

/// What failed is printed as a seed; nothing is written into the source tree.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn no_unit_of_money_is_lost_and_no_order_looks_ahead(seed: u64) {
        let (market, text, options) = random(seed);
        let run = live(&market, &text, &options);
        assert_lawful(&run, &market, &text);
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn the_same_inputs_make_the_same_run(seed: u64) {
        let (market, text, options) = random(seed);
        prop_assert!(same(&live(&market, &text, &options), &live(&market, &text, &options)));
    }

    #[test]
    fn the_future_changes_nothing_before_it(seed: u64, cut in 20u32..80) {
        let (market, text, options) = random(seed);
        let other = market.scrambled_after(Day(cut), |_, _, price| price * 1.7, |x| x + 9.0);
        let other = other.unwrap();
        let (a, b) = (live(&market, &text, &options), live(&other, &text, &options));
        let n = (cut as usize + 1).min(a.equity.len());
        prop_assert!(b.equity.len() >= n);
        prop_assert_eq!(&a.equity[..n], &b.equity[..n]);
        let until = |run: &Run| run.trades.iter().filter(|t| t.filled.0 <= cut).copied().collect::<Vec<_>>();
        prop_assert_eq!(until(&a), until(&b));
    }
}

/// Laws prove little on runs in which nothing happens.
#[test]
fn random_runs_are_eventful() {
    let (mut trades, mut sweeps, mut raises, mut bands, mut partial) = (0, 0, 0, 0, 0);
    let (mut waits, mut dropped, mut ended, mut delisted) = (0, 0, 0, 0);
    for seed in 0..400 {
        let (market, text, options) = random(seed);
        let run = live(&market, &text, &options);
        trades += run.trades.len();
        sweeps += run.trades.iter().filter(|t| t.why == Why::Sweep).count();
        raises += run.trades.iter().filter(|t| t.why == Why::Withdrawal).count();
        bands += run.trades.iter().filter(|t| t.why == Why::Band).count();
        partial += run.trades.iter().filter(|t| t.short.is_some()).count();
        waits += run.journal.iter().filter(|r| matches!(r, Record::Waits { .. })).count();
        dropped += run.journal.iter().filter(|r| matches!(r, Record::Dropped { .. })).count();
        ended += usize::from(run.ended.is_some());
        delisted +=
            run.account.realized().iter().filter(|r| r.quantity > Quantity::ZERO).count().min(1);
    }
    let counts = [trades, sweeps, raises, bands, partial, waits, dropped, delisted];
    assert!(counts.iter().all(|n| *n > 20), "{counts:?}");
    assert!((10..320).contains(&ended), "{ended} of 400 runs ended early");
}

#[test]
#[ignore = "half a minute of CPU: run by hand after changes of the loop"]
fn many_more_random_runs() {
    for seed in 0..100_000u64 {
        let (market, text, options) = random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert_lawful(&live(&market, &text, &options), &market, &text);
    }
}
