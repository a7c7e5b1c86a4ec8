//! Fixed mixes against a public backtesting site, on its own month-end closes. Needs `../shared`.
//!
//! The site invests at the start, rebalances at the close at the end of each calendar year or month, borrows at the bill rate, and
//! takes Sharpe and Sortino from monthly returns above the bill of the month before.
#![allow(clippy::unwrap_used)]

mod support;

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
/// Borrowing 65 % of the portfolio is matched less closely: the site's own bill series is not in the file, and with any
/// rate from it the final value comes out 0.3 to 0.6 % higher. So that row has wider bounds, in the order above.
const BORROWED: [f64; 5] = [0.04, 0.05, 0.2, 0.01, 0.006];

#[test]
fn fixed_mixes_agree_with_the_site() {
    let folder = "truth/portfolio_visualizer";
    let Some(closes) = shared(&format!("{folder}/month_end_adjusted_closes.csv")) else { return };
    let Some(results) = shared(&format!("{folder}/results.json")) else { return };
    let place = Place::new();
    let closes = std::fs::read_to_string(closes).unwrap();
    let data = place.file("closes.csv", &closes.replacen("month_end,", "date,", 1));
    let head = closes.lines().next().unwrap().to_owned();
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
            check(&place, &data, test, &weights, &portfolio["exp"]);
            checked += 1;
        }
    }
    assert!(checked >= 8, "only {checked} portfolios could be checked");
}

fn check(place: &Place, data: &str, test: &Value, weights: &[(&str, f64)], expected: &Value) {
    let month = |key: &str| {
        format!("{}-01", test[key].as_str().unwrap()).parse::<trimtab_core::Date>().unwrap()
    };
    let from = month("start").yesterday().unwrap().to_string();
    let to = month("end").last_of_month().to_string();
    let every = match test["rebalance"].as_str() {
        Some("monthly") => "month",
        _ => "year",
    };
    let strategy = place.file("mix.toml", &strategy(weights, every));
    let initial = test["initial"].to_string();
    let json =
        report(&[&strategy, "--data", data, "--from", &from, "--to", &to, "--capital", &initial]);
    let near = |name: &str, ours: f64, tolerance: f64| {
        let Some(theirs) = expected[name].as_f64() else { return };
        assert!(
            (ours - theirs).abs() <= tolerance + PRINTED,
            "{} {weights:?}: {name} is {ours}, the site has {theirs}",
            test["id"]
        );
    };
    let borrowed = weights.iter().any(|(_, w)| *w < 0.0);
    let [cagr, deviation, drawdown, ratio, last] =
        if borrowed { BORROWED } else { [CAGR, DEVIATION, DRAWDOWN, RATIO, FINAL] };
    near("cagr", 100.0 * number(&json["metrics"], "return_yearly_periods"), cagr);
    near("stdev", 100.0 * number(&json, "volatility"), deviation);
    near("mdd", -100.0 * number(&json, "max_drawdown"), drawdown);
    near("sharpe", number(&json, "sharpe"), ratio);
    near("sortino", number(&json, "sortino"), ratio);
    let theirs = number(expected, "final");
    let ours = number(&json, "final_value");
    assert!(close(ours, theirs, last), "{} {weights:?}: {ours}, the site has {theirs}", test["id"]);
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
         [schedule]\nevery = \"{every}\"\nfirst = \"at-once\"\n[execution]\nfill = \"same-close\"\n",
        lines.join(", ")
    )
}
