//! A fresh machine: no files, only the history that ships with the program; and the commands that look at data.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, close, market, number, refused, report, said, text, trimtab};

#[test]
fn the_first_command_of_the_readme_runs_on_a_fresh_machine() {
    let output = trimtab().args(["backtest", "sector-breadth-monthly"]).output().unwrap();
    let (table, notes) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{notes}");
    assert!(table.contains("Sharpe ratio") && table.contains("sixty-forty"), "{table}");
    assert!(notes.contains("ships with trimtab, monthly") && notes.contains("2017"), "{notes}");
    let quiet = trimtab().args(["backtest", "sector-breadth-monthly", "--quiet"]).output().unwrap();
    assert_eq!((text(&quiet.stdout), text(&quiet.stderr)), (table, String::new()));
}

#[test]
fn monthly_strategies_have_bills_and_a_plausible_road() {
    for name in ["sector-breadth-monthly", "sixty-forty-monthly"] {
        let json = report(&[name]);
        assert_eq!((&json["from"], &json["frequency"]), (&"1953-04-30".into(), &"monthly".into()));
        assert!(json["conventions"]["risk_free"].as_str().unwrap().contains("bills"));
        assert!((0.05..0.15).contains(&number(&json, "cagr")), "{name}: {}", json["cagr"]);
        assert!((0.2..1.5).contains(&number(&json, "sharpe")), "{name}: {}", json["sharpe"]);
        assert!(json["notices"].to_string().contains("2017"), "the caveat stands in every report");
    }
}

#[test]
fn the_history_follows_the_strategy_or_the_user() {
    let frequency = |arguments: &[&str]| report(arguments)["frequency"].clone();
    assert_eq!(frequency(&["US=0.6,T10=0.4"]), "monthly");
    assert_eq!(frequency(&["US=0.6,T10=0.4@week"]), "daily");
    assert_eq!(frequency(&["US=0.6,T10=0.4", "--history", "daily"]), "daily");
    let error = refused(&["backtest", "sixty-forty"], 3);
    assert!(error.contains("unknown asset") && error.contains("--data"), "{error}");
    refused(&["backtest", "US", "--repair", "sort"], 2);
    refused(&["backtest", "US", "--history", "weekly"], 2);
}

#[test]
fn the_engine_without_books_gives_the_same_figures() {
    let place = Place::new();
    let with = report(&["sector-breadth-monthly"]);
    let out = place.name("out");
    let without = report(&["sector-breadth-monthly", "--no-ledger", "--out", &out]);
    for key in ["final_value", "sharpe", "sortino", "max_drawdown", "costs_paid"] {
        assert!(close(number(&without, key), number(&with, key), 1e-6), "{key}");
    }
    assert_eq!(with["rebalances"], without["rebalances"]);
    assert_eq!(with["sessions"], without["sessions"]);
    assert!(place.path("out/equity.csv").exists() && !place.path("out/trades.csv").exists());
}

#[test]
fn data_show_names_assets_series_and_their_limits() {
    let table = said(&["data", "show"]);
    for part in ["US", "T20", "1953-04-30", "bills", "UNRATE", "To know"] {
        assert!(table.contains(part), "{part} is missing in:\n{table}");
    }
    let json: Value =
        serde_json::from_str(&said(&["data", "show", "--history", "daily", "--format", "json"]))
            .unwrap();
    assert_eq!(json["frequency"], "daily");
    assert_eq!(json["hash"].as_str().unwrap().len(), 64);
    assert!(json["assets"].as_array().unwrap().iter().any(|asset| asset["symbol"] == "T10"));
    assert!(said(&["data", "show", "--provenance"]).contains("Kenneth"));
    let place = Place::new();
    let data = place.file("prices.csv", &market(30));
    assert!(said(&["data", "show", "--data", &data]).contains("XLB"));
}

#[test]
fn data_check_finds_what_loading_refuses() {
    let place = Place::new();
    let clean = place.file("clean.csv", &market(60));
    let json: Value =
        serde_json::from_str(&said(&["data", "check", &clean, "--format", "json"])).unwrap();
    assert_eq!(json["report"]["symbols"], 17);
    let bad = place.file("BAD.csv", "date,close\n2015-01-02,10\n2015-01-05,-3\n2015-01-06,11\n");
    let output = trimtab().args(["data", "check", &bad]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stdout).contains("non-positive"), "{}", text(&output.stdout));
    let error = refused(&["backtest", "BAD", "--data", &bad], 4);
    assert!(error.contains("BAD.csv:3") && error.contains("--repair"), "{error}");
    said(&[
        "backtest",
        "BAD",
        "--data",
        &bad,
        "--repair",
        "drop-nonpositive",
        "--repair",
        "carry=1",
    ]);
    refused(&["data", "check"], 2);
    refused(&["data", "check", "no-such.csv"], 8);
}

#[test]
fn metrics_of_a_curve_from_elsewhere_follow_their_formulas() {
    let place = Place::new();
    let returns = [0.03, -0.02, 0.01, 0.05, -0.04, 0.02];
    let rows: String =
        returns.iter().enumerate().map(|(ix, r)| format!("2020-{:02},{r}\n", ix + 1)).collect();
    let file = place.file("mine.csv", &format!("month,return\n{rows}"));
    let json: Value = serde_json::from_str(&said(&["metrics", &file, "--format", "json"])).unwrap();
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let sd = (returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    assert_eq!(json["periods_a_year"], 12.0);
    assert_eq!(json["from"], "2019-12-31");
    assert!(close(number(&json, "sharpe"), mean / sd * 12f64.sqrt(), 1e-12));
    let growth: f64 = returns.iter().map(|r| 1.0 + r).product();
    assert!(close(number(&json, "total_return"), growth - 1.0, 1e-12));
    let same = ["metrics", &file, "--benchmark", &file, "--rf", "2", "--format", "json"];
    let beside: Value = serde_json::from_str(&said(&same)).unwrap();
    assert!(close(number(&beside["metrics"], "beta"), 1.0, 1e-12));
    assert!(number(&beside, "sharpe") < number(&json, "sharpe"), "cash earned something");
    assert!(said(&["metrics", &file]).contains("Sharpe ratio"));
    refused(&["metrics", &file, "--per-year", "0"], 2);
    refused(&["metrics", "no-such.csv"], 8);
    refused(&["metrics", &file, "--rf", "no-such.csv"], 8);
}
