//! Whole runs of the library against an independent program: `../trimtab-strategy/tests/oracle/decisions.py`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]
mod support;

use jiff::civil::date;
use support::{assert_close, read, shared};
use trimtab_core::Market;
use trimtab_sim::{Options, Run, backtest};
use trimtab_strategy::Strategy;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../strategies");
const ORACLE: &str = include_str!("../../trimtab-strategy/tests/oracle/decisions.json");
const PRICES: &str = "data/etf_adjclose_yahoo_1993_2018.csv.gz";

fn funds() -> Option<Market> {
    Some(read(&shared(PRICES)?, date(1990, 1, 1), date(2018, 12, 31), &[]))
}

fn run(name: &str, market: &Market, set: &[(&str, &str)]) -> Run {
    let text = std::fs::read_to_string(format!("{FOLDER}/{name}.toml")).unwrap();
    let set: Vec<(String, String)> =
        set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    // No mortgage fund is in the file; the rule is the same with another one.
    let text = text.replace("\"REM\"", "\"IYR\"").replace("\"VEU\"", "\"VEA\"");
    let strategy = Strategy::parse_with(name, &text, &set).unwrap_or_else(|e| panic!("{e}"));
    let options = Options { from: Some(date(2009, 1, 30)), ..Options::default() };
    let run = backtest(&strategy, market, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(run.ended, None, "{name}");
    run
}

/// Names with the growth that the other program found, where it found one.
fn oracle() -> Vec<(String, Option<f64>)> {
    let found: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_str(ORACLE).unwrap();
    found.into_iter().map(|(name, of)| (name, of["growth"].as_f64())).collect()
}

#[test]
fn growth_without_costs_is_that_of_an_independent_program() {
    let Some(market) = funds() else { return };
    let plain = [
        ("execution.fill", "same-close"),
        ("execution.sizing", "value"),
        ("costs.preset", "none"),
        ("costs.slippage", "{ one_way_bps = 0 }"),
        ("costs.cash", "none"),
    ];
    let mut compared = 0;
    for (name, growth) in oracle() {
        let Some(growth) = growth else { continue };
        let run = run(&name, &market, &plain);
        println!("{name}");
        assert_close(run.last_value() / 100_000.0, growth, 1e-7);
        compared += 1;
    }
    assert!(compared >= 40, "only {compared} compared");
}

#[test]
fn every_strategy_runs_as_its_file_says() {
    let Some(market) = funds() else { return };
    // Two strategies are on indices, whose prices are elsewhere.
    let on_funds = |name: &String| !name.ends_with("-monthly") || name.starts_with("paired");
    for (name, _) in oracle().into_iter().filter(|(name, _)| on_funds(name)) {
        // The price file has no bills, so cash earns nothing.
        let run = run(&name, &market, &[("costs.cash", "none")]);
        run.audit().unwrap();
        let growth = run.last_value() / 100_000.0;
        assert!((1.1..6.0).contains(&growth), "{name} grew to {growth}");
    }
}
