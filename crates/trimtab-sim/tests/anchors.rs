//! Whole runs that others computed too.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod support;

use jiff::civil::date;
use support::{BREADTH, assert_close, read, run, shared};
use trimtab_core::Market;
use trimtab_sim::Run;

fn sharpe(returns: &[f64]) -> f64 {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    mean / variance.sqrt() * 252f64.sqrt()
}

fn breadth(market: &Market) -> Run {
    let run = run(BREADTH, market);
    assert_eq!(run.ended, None);
    run
}

#[test]
fn breadth_on_made_prices() {
    let Some(text) = shared("peers/prices_20.csv.gz") else { return };
    let all = read(&text, date(2000, 1, 1), date(2100, 1, 1), &[]);
    let run = breadth(&all);
    assert_close(run.last_value(), 677_519.122087428, 1e-9);
    assert_close(sharpe(&run.returns()), 0.891548964165787, 1e-9);
    assert_eq!((run.rebalances, run.returns().len()), (222, 5_039));
    for (days, value) in [(1_260, 190_438.748143135), (2_520, 416_257.062489047)] {
        let sessions = all.calendar().sessions();
        let tail = read(&text, sessions[sessions.len() - days], date(2100, 1, 1), &[]);
        assert_close(breadth(&tail).last_value(), value, 1e-9);
    }
}

#[test]
fn breadth_on_real_funds() {
    let Some(text) = shared("data/etf_adjclose_yahoo_1993_2018.csv.gz") else { return };
    let only = [
        "SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR", "SHY", "TLT",
        "AGG", "TIP",
    ];
    let market = read(&text, date(2004, 1, 2), date(2018, 12, 31), &only);
    let run = breadth(&market);
    assert_close(run.last_value(), 385_030.244952, 1e-9);
    assert_close(sharpe(&run.returns()), 0.932564754794, 1e-9);
}
