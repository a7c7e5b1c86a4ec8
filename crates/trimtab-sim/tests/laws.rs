//! Laws of whole runs, on random markets with holes, late listings, delistings, dividends, splits and spin-offs.
#![allow(clippy::unwrap_used)]
mod support;

use proptest::prelude::*;
use support::random::random;
use trimtab_core::{Day, Market, Quantity};
use trimtab_sim::{Options, Record, Run, Why, backtest};

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
