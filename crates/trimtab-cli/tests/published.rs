//! Fixed mixes against a public backtesting site, on its own month-end closes. Needs `../shared`.
//!
//! The site invests at the start, rebalances at the close at the end of each calendar year or month, borrows at the bill
//! rate and lets the holdings pay the interest, and takes Sharpe and Sortino from monthly returns above the bill of the
//! month before.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::{Place, close, number, report, shared};

/// Stated with the figures: percentage points for the first three, a share of the value for the last.
const CAGR: f64 = 0.02;
const DEVIATION: f64 = 0.01;
const DRAWDOWN: f64 = 0.11;
const RATIO: f64 = 0.01;
const FINAL: f64 = 0.0015;
/// The site prints two digits.
const PRINTED: f64 = 0.005;

#[test]
fn fixed_mixes_agree_with_the_site() {
    let folder = "truth/portfolio_visualizer";
    let Some(closes) = shared(&format!("{folder}/month_end_adjusted_closes.csv")) else { return };
    let Some(results) = shared(&format!("{folder}/results.json")) else { return };
    let place = Place::new();
    let data = closes.to_str().unwrap();
    let head = std::fs::read_to_string(&closes).unwrap();
    let head = head.lines().next().unwrap().to_owned();
    let results: Value = serde_json::from_str(&std::fs::read_to_string(results).unwrap()).unwrap();
    let mut checked = 0;
    for test in results["backtests"].as_array().unwrap() {
        for portfolio in test["portfolios"].as_array().unwrap() {
            let Some(mix) = portfolio["w"].as_object() else { continue };
            let weights: Vec<(&str, f64)> =
                mix.iter().map(|(symbol, w)| (symbol.as_str(), w.as_f64().unwrap())).collect();
            let known =
                |symbol: &str| symbol == "CASHX" || head.split(',').any(|name| name == symbol);
            if !weights.iter().all(|(symbol, _)| known(symbol)) {
                continue;
            }
            check(&place, data, test, &weights, &portfolio["exp"]);
            checked += 1;
        }
    }
    assert!(checked >= 8, "only {checked} portfolios could be checked");
}

fn check(place: &Place, data: &str, test: &Value, weights: &[(&str, f64)], expected: &Value) {
    let every = match test["rebalance"].as_str() {
        Some("monthly") => "month",
        _ => "year",
    };
    let strategy = place.file("mix.toml", &strategy(weights, every));
    let json = run(test, &[&strategy, "--data", data]);
    agree(&json, expected, &format!("{} {weights:?}", test["id"]));
}

/// A run over the months of a row, from the close before the first one.
fn run(test: &Value, arguments: &[&str]) -> Value {
    let month = |key: &str| {
        format!("{}-01", test[key].as_str().unwrap()).parse::<trimtab_core::Date>().unwrap()
    };
    let from = month("start").yesterday().unwrap().to_string();
    let to = month("end").last_of_month().to_string();
    let initial = test["initial"].to_string();
    let span = ["--from", &from, "--to", &to, "--capital", &initial];
    report(&[arguments, &span].concat())
}

fn agree(json: &Value, expected: &Value, what: &str) {
    let near = |name: &str, ours: f64, tolerance: f64| {
        let Some(theirs) = expected[name].as_f64() else { return };
        let close = (ours - theirs).abs() <= tolerance + PRINTED;
        assert!(close, "{what}: {name} is {ours}, the site has {theirs}");
    };
    near("cagr", 100.0 * number(&json["metrics"], "return_yearly_periods"), CAGR);
    near("stdev", 100.0 * number(json, "volatility"), DEVIATION);
    near("mdd", -100.0 * number(json, "max_drawdown"), DRAWDOWN);
    near("sharpe", number(json, "sharpe"), RATIO);
    near("sortino", number(json, "sortino"), RATIO);
    let (ours, theirs) = (number(json, "final_value"), number(expected, "final"));
    assert!(close(ours, theirs, FINAL), "{what}: {ours}, the site has {theirs}");
}

/// The closes of the file by symbol, and the month-ends; `NAN` before a fund began.
fn columns(text: &str) -> (Vec<String>, BTreeMap<String, Vec<f64>>) {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut dates = Vec::new();
    for line in lines {
        let mut cells = line.split(',');
        dates.push(cells.next().unwrap().to_owned());
        for (name, cell) in names.iter().zip(cells) {
            all.entry((*name).to_owned()).or_default().push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    (dates, all)
}

#[test]
fn dual_momentum_agrees_with_the_site_and_with_ten_lines() {
    let folder = "truth/portfolio_visualizer";
    let Some(closes) = shared(&format!("{folder}/month_end_adjusted_closes.csv")) else { return };
    let Some(results) = shared(&format!("{folder}/results.json")) else { return };
    let results: Value = serde_json::from_str(&std::fs::read_to_string(results).unwrap()).unwrap();
    let tests = results["backtests"].as_array().unwrap();
    let row = tests.iter().find(|test| test["id"] == "tm3_dualmom_vti_veu").unwrap();
    let place = Place::new();
    let (data, out) = (closes.to_str().unwrap(), place.name("out"));
    let as_there = ["--set", "execution.fill=same-close", "--set", "costs.preset=none"];
    let arguments = [&["dual-momentum", "--data", data, "--out", &out], &as_there[..]].concat();
    let json = run(row, &arguments);
    let expected = row["portfolios"].as_array().unwrap().iter().find(|p| p["model"].is_string());
    agree(&json, &expected.unwrap()["exp"], "dual momentum");

    // What was held after each decision, worked out from the file alone.
    let (dates, of) = columns(&std::fs::read_to_string(closes).unwrap());
    let score = |symbol: &str, t: usize| {
        let back = |k: usize| of[symbol][t] / of[symbol][t - k] - 1.0;
        (back(1) + back(3) + back(6)) / 3.0
    };
    let decisions = place.read("out/decisions.csv");
    let mut lines = decisions.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut compared = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let t = dates.iter().position(|date| date == cells[0]).unwrap();
        let best = if score("VEU", t) > score("VTI", t) { "VEU" } else { "VTI" };
        let held = if score(best, t) > score("BIL", t) { best } else { "SHY" };
        let ix = head.iter().position(|name| *name == held).unwrap();
        assert_eq!(cells[ix].parse::<f64>(), Ok(1.0), "{line}");
        compared += 1;
    }
    assert_eq!(compared, 157, "from 2007-12 to 2020-12");
}

/// What is left out of the money is cash at the bill rate; more than the money is borrowed at it.
fn strategy(weights: &[(&str, f64)], every: &str) -> String {
    let funds = weights.iter().filter(|(symbol, _)| *symbol != "CASHX");
    let lines: Vec<String> = funds.clone().map(|(symbol, w)| format!("{symbol} = {w:?}")).collect();
    let gross: f64 = funds.map(|(_, w)| w).sum();
    let limit = match gross > 1.0 {
        true => format!("[limit.leverage]\nkind = \"leverage\"\nmost = {gross:?}\n"),
        false => String::new(),
    };
    format!(
        "root = \"@mix\"\n[allocator.mix]\nkind = \"fixed\"\nweights = {{ {} }}\n{limit}\
         [schedule]\nevery = \"{every}\"\nfirst = \"at-once\"\n[execution]\nfill = \"same-close\"\n\
         financing = \"holdings\"\n",
        lines.join(", ")
    )
}
