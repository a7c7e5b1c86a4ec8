//! The light engine gives the numbers of the books.
#![allow(clippy::unwrap_used)]
mod support;

use jiff::civil::date;
use support::random::{random, random_straight};
use support::{BREADTH, assert_close, parse, read, shared};
use trimtab_core::{Kind, Market};
use trimtab_sim::{Light, Options, Run, Track, backtest, light};

fn both(market: &Market, text: &str, options: &Options) -> (Light, Run) {
    let strategy = parse(text);
    let light = light(&strategy, market, options).unwrap();
    (light, backtest(&strategy, market, options).unwrap())
}

/// Shares are rounded to 1e-8 and money to 1e-6; trades that are rounding in one engine may be none in the other.
fn assert_same(light: &Light, run: &Run, text: &str) {
    assert_eq!(light.equity.len(), run.equity.len(), "{text}");
    for (ix, (a, b)) in light.equity.iter().zip(&run.equity).enumerate() {
        assert!((a - b).abs() <= 1e-6 * b.abs(), "{a} is not {b} on {ix}\n{text}");
    }
    assert_eq!(light.decisions, run.decisions.len(), "{text}");
    assert_eq!(light.ended, run.ended, "{text}");
    let costs = run.costs.total().unwrap().as_f64();
    assert!((light.costs - costs).abs() <= 1e-5 * costs + 1e-3, "{} {costs}\n{text}", light.costs);
    for (a, b) in light.returns().iter().zip(run.returns()) {
        assert!((a - b).abs() < 1e-6, "{text}");
    }
}

#[test]
fn breadth_gives_the_known_value() {
    let Some(text) = shared("peers/prices_20.csv.gz") else { return };
    let market = read(&text, date(2000, 1, 1), date(2100, 1, 1), &[]);
    let (light, run) = both(&market, BREADTH, &Options::default());
    assert!(!light.kept_books);
    assert_close(light.last_value(), 677_519.122087428, 1e-12);
    assert_eq!((light.rebalances, light.decisions), (222, run.decisions.len()));
    assert_same(&light, &run, BREADTH);
    assert_close(light.turnover, Light::from(run).turnover, 1e-3);
}

/// Fixed seeds: an order at the very threshold of dust may cost a minimum commission in one engine and nothing in the
/// other, about once in fifty thousand runs.
#[test]
fn straight_roads_agree_with_the_books() {
    for seed in 0..1_000 {
        let (market, text, options) = random_straight(seed);
        let (light, run) = both(&market, &text, &options);
        assert_same(&light, &run, &text);
    }
}

#[test]
fn crooked_roads_agree_with_the_books() {
    for seed in 0..150 {
        let (market, text, options) = random(seed);
        let (light, run) = both(&market, &text, &options);
        assert_same(&light, &run, &text);
    }
}

#[test]
fn straight_roads_need_no_books_as_a_rule() {
    let (mut kept, mut rebalances) = (0, 0);
    for seed in 0..300 {
        let (market, text, options) = random_straight(seed);
        let light = light(&parse(&text), &market, &options).unwrap();
        kept += usize::from(light.kept_books);
        rebalances += if light.kept_books { 0 } else { light.rebalances };
    }
    assert!(kept < 150 && rebalances > 1_000, "{kept} kept books, {rebalances} rebalances");
}

#[test]
fn a_track_serves_strategies_that_differ_in_their_rules_only() {
    let market = support::market(vec![vec![100.0; 60], vec![50.0; 60]], vec![]);
    let text = "root = { kind = \"fixed\", weights = { A = 0.5 } }\n[schedule]\nevery = \"week\"";
    let (a, b) = (parse(text), parse(&text.replace("A = 0.5", "B = 0.7")));
    let options = Options::default();
    let track = Track::new(&a, &market, &options).unwrap();
    for strategy in [&a, &b] {
        assert_eq!(track.run(strategy).unwrap(), light(strategy, &market, &options).unwrap());
    }
    let other = parse(&text.replace("week", "month"));
    assert_eq!(track.run(&other).unwrap_err().kind(), Kind::Spec);
}
