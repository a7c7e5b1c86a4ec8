//! `trimtab backtest` on a small made-up market.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{
    Place, SYMBOLS, close, market, number, refused, report, said, text, trimtab, weekdays,
};

const HEAD: [&str; 16] = [
    "id",
    "strategy",
    "from",
    "to",
    "sessions",
    "initial_value",
    "final_value",
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "rebalances",
    "turnover",
    "costs_paid",
];

fn prices(place: &Place, sessions: usize) -> String {
    place.file("prices.csv", &market(sessions))
}

fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut lines = csv.lines();
    let ix = lines.next().unwrap().split(',').position(|cell| cell == name).unwrap();
    lines.map(|line| line.split(',').nth(ix).unwrap().parse().unwrap_or(f64::NAN)).collect()
}

#[test]
fn a_report_has_every_figure_and_they_agree_with_each_other() {
    let place = Place::new();
    let data = prices(&place, 700);
    let json = report(&["sector-breadth", "--data", &data, "--capital", "50000"]);
    for key in HEAD {
        assert!(!json[key].is_null(), "{key}");
    }
    assert_eq!(json["sessions"], 700);
    assert_eq!(number(&json, "initial_value"), 50_000.0);
    let (last, total) = (number(&json, "final_value"), number(&json, "total_return"));
    assert!(close(1.0 + total, last / 50_000.0, 1e-12));
    let days = weekdays(700);
    let years = f64::from((days[699] - days[0]).get_days()) / 365.25;
    assert!(close(1.0 + number(&json, "cagr"), (1.0 + total).powf(1.0 / years), 1e-12));
    for name in ["returns", "alpha", "beta", "sharpe", "sortino", "volatility", "max_drawdown"] {
        assert_eq!(json["grid"][name].as_array().unwrap().len(), 4, "{name}");
        assert!(json["grid"][name][3].is_number(), "{name}");
    }
    assert_eq!(json["grid"]["months"], serde_json::json!([1, 3, 6, 12]));
    assert!(json["metrics"].as_object().unwrap().len() >= 80);
    assert_eq!(json["metrics"]["sharpe"], json["sharpe"]);
    assert_eq!(json["benchmark"]["name"], "sixty-forty");
    assert!(json["benchmark"]["against"]["beta"].is_number());
    let names: Vec<&str> = json["benchmarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sixty-forty", "stocks"]);
    assert!(json["conventions"]["figures"]["cagr"].as_str().unwrap().contains("365.25"));
    assert!(json["conventions"]["risk_free"].as_str().unwrap().starts_with("zero"));
    assert!(json["error"].is_null());
    assert!(!json["notices"].as_array().unwrap().is_empty());
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_others_another_id() {
    let place = Place::new();
    let data = prices(&place, 300);
    let run = |more: &[&str]| {
        let all =
            [&["backtest", "sixty-forty", "--format", "json", "--data", &data], more].concat();
        said(&all)
    };
    assert_eq!(run(&[]), run(&[]));
    let id = |text: &str| serde_json::from_str::<Value>(text).unwrap()["id"].clone();
    let first = id(&run(&[]));
    for other in [&["--capital", "1"][..], &["--seed", "1"], &["--set", "mix.weights.SPY=0.5"]] {
        assert_ne!(first, id(&run(other)), "{other:?}");
    }
}

#[test]
fn the_table_names_everything_once() {
    let place = Place::new();
    let data = prices(&place, 600);
    let table = said(&["backtest", "sector-breadth", "--data", &data]);
    for part in ["Sharpe ratio", "sixty-forty", "MaxDrawdown", "Year", "Newest decision", "To know"]
    {
        assert!(table.contains(part), "{part} is missing in:\n{table}");
    }
    assert_eq!(table.matches("not advice").count(), 1);
}

#[test]
fn a_fixed_mix_compounds_as_by_hand() {
    let place = Place::new();
    let data = prices(&place, 50);
    let closes = column(&market(50), "SPY");
    let by_value = ["--capital", "1000", "--set", "execution.sizing=value"];
    let json = report(&[&["SPY@once", "--data", &data], &by_value[..]].concat());
    // Decided at the first close, bought for all the money at the second, without costs.
    let expected = 1000.0 * closes[49] / closes[1];
    assert!(close(number(&json, "final_value"), expected, 1e-9));
    let same = report(&["SPY@once", "--data", &data, "--set", "execution.fill=same-close"]);
    assert!(close(number(&same, "final_value"), 1e5 * closes[49] / closes[0], 1e-9));
}

#[test]
fn parameters_can_be_set_and_a_wrong_one_is_named() {
    let place = Place::new();
    let data = prices(&place, 400);
    let base = report(&["trend-50-200", "--data", &data]);
    let fast = report(&[
        "trend-50-200",
        "--data",
        &data,
        "--set",
        "cross.slow=60",
        "--set",
        "cross.fast=5",
    ]);
    assert_ne!(base["final_value"], fast["final_value"]);
    let error =
        refused(&["backtest", "trend-50-200", "--data", &data, "--set", "cross.slwo=60"], 3);
    assert!(error.contains("cross.slwo"), "{error}");
}

#[test]
fn a_misspelt_key_is_shown_with_its_line() {
    let place = Place::new();
    let data = prices(&place, 50);
    let file = place.file(
        "mine.toml",
        "root = \"@mix\"\n[allocator.mix]\nkind = \"fixed\"\nwieghts = { SPY = 1.0 }\n",
    );
    let error = refused(&["backtest", &file, "--data", &data], 3);
    for part in ["mine.toml:4:1", "wieghts", "^^^", "did you mean `weights`?"] {
        assert!(error.contains(part), "{part} is missing in:\n{error}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let place = Place::new();
    let data = prices(&place, 50);
    assert!(
        refused(&["backtest", "sixty-forty", "--data", "no-such.csv"], 8).contains("no-such.csv")
    );
    refused(&["backtest", "no-such.toml", "--data", &data], 8);
    assert!(refused(&["backtest", "SYP", "--data", &data], 3).contains("SYP"));
    refused(&["backtest", "SPY", "--data", &data, "--from", "2031-01-01"], 4);
    refused(&["backtest", "SPY", "--data", &data, "--capital", "0"], 2);
    refused(&["backtest", "SPY", "--data", &data, "--capital", "nan"], 2);
    refused(&["backtest", "SPY", "--data", &data, "--repair", "everything"], 2);
    refused(&["backtest", "SPY", "--data", &data, "--benchmark", "no-such"], 2);
}

#[test]
fn a_strategy_that_fails_on_the_way_is_reported_as_far_as_it_came() {
    let place = Place::new();
    let mut lines: Vec<String> = market(400).lines().map(str::to_owned).collect();
    // A hole in SPY, 300 sessions in: the average of the next month end reads over it.
    let mut cells: Vec<&str> = lines[300].split(',').collect();
    cells[1] = "";
    lines[300] = cells.join(",");
    let data = place.file("prices.csv", &lines.join("\n"));
    let out = place.name("out");
    let output = trimtab()
        .args(["backtest", "trend-50-200", "--data", &data, "--format", "json", "--out", &out])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sessions = json["sessions"].as_u64().unwrap();
    assert!((300..330).contains(&sessions), "{sessions}");
    assert_eq!(json["error"]["kind"], "data");
    assert_eq!(json["error"]["exit_code"], 4);
    assert!(json["sharpe"].is_number() && json["benchmark"]["sharpe"].is_number());
    assert!(text(&output.stderr).contains("SPY"));
    assert_eq!(place.read("out/equity.csv").lines().count() as u64, sessions + 1);
}

#[test]
fn files_hold_the_run_and_replace_older_ones() {
    let place = Place::new();
    let data = prices(&place, 500);
    let out = place.name("out");
    std::fs::create_dir(place.path("out")).unwrap();
    std::fs::write(place.path("out/run.json"), "old").unwrap();
    std::fs::write(place.path("out/notes.txt"), "mine").unwrap();
    let json = report(&["sector-breadth", "--data", &data, "--out", &out]);
    let mut names: Vec<String> = std::fs::read_dir(place.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "decisions.csv",
        "equity.csv",
        "notes.txt",
        "report.html",
        "run.json",
        "trades.csv",
        "weights.csv",
    ];
    assert_eq!(names, expected);
    assert_eq!(place.read("out/notes.txt"), "mine");
    let stored: Value = serde_json::from_str(&place.read("out/run.json")).unwrap();
    assert_eq!(stored, json);
    let values = column(&place.read("out/equity.csv"), "value");
    assert_eq!(values.len(), 500);
    assert_eq!(values[499].to_bits(), number(&json, "final_value").to_bits());
    let weights = place.read("out/weights.csv");
    let sums = weights
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(1).map(|cell| cell.parse::<f64>().unwrap()).sum::<f64>());
    assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-9));
    let trades = place.read("out/trades.csv");
    assert_eq!(trades.lines().count() as u64, json["trades"].as_u64().unwrap() + 1);
    let paid: f64 = ["commission", "spread", "impact", "slippage", "redemption"]
        .iter()
        .map(|kind| column(&trades, kind).iter().sum::<f64>())
        .sum();
    assert!((paid - number(&json, "costs_paid")).abs() < 1e-5);
    let decisions = place.read("out/decisions.csv");
    assert_eq!(decisions.lines().count() as u64, json["decisions"].as_u64().unwrap() + 1);
    assert!(decisions.contains("weak, defence"), "{decisions}");
}

#[test]
fn an_exported_curve_is_the_same_when_it_comes_back() {
    let place = Place::new();
    let data = prices(&place, 500);
    let out = place.name("out");
    let json = report(&["sector-breadth", "--data", &data, "--out", &out]);
    let curve = place.name("out/equity.csv:value");
    let metrics = said(&["metrics", &curve, "--format", "json"]);
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    for key in ["total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown"] {
        assert!(close(number(&metrics, key), number(&json, key), 1e-9), "{key}");
    }
    let again = report(&["sector-breadth", "--data", &data, "--benchmark", &curve]);
    assert!(close(again["benchmark"]["against"]["beta"].as_f64().unwrap(), 1.0, 1e-9));
    assert!(close(
        again["benchmark"]["final_value"].as_f64().unwrap(),
        number(&json, "final_value"),
        1e-9
    ));
}

#[test]
fn deposits_change_the_value_and_not_the_return() {
    let place = Place::new();
    let data = prices(&place, 200);
    let days = weekdays(200);
    let flows =
        place.file("flows.csv", &format!("date,amount\n{},5000\n{},-2000\n", days[50], days[120]));
    let arguments = ["SPY=1", "--data", &data, "--set", "execution.sweep={ above = 0.0 }"];
    let plain = report(&arguments);
    let paid = report(&[&arguments[..], &["--flows", &flows]].concat());
    assert_eq!(number(&paid, "flows"), 3000.0);
    assert!(number(&paid, "final_value") > number(&plain, "final_value"));
    // The deposit waits one session in cash; the rest of the road is the same.
    assert!((number(&paid, "total_return") - number(&plain, "total_return")).abs() < 0.01);
    let bad = place.file("bad.csv", "date,amount\n2015-02-02,much\n");
    assert!(
        refused(&["backtest", "SPY", "--data", &data, "--flows", &bad], 4).contains("bad.csv:2")
    );
}

#[test]
fn bills_are_the_rate_of_cash_and_of_the_sharpe_ratio() {
    let place = Place::new();
    let data = prices(&place, 300);
    let bills: String = weekdays(300).iter().map(|day| format!("{day},3.65\n")).collect();
    let bills = place.file("bills.csv", &format!("date,rate\n{bills}"));
    let with = report(&["SPY=0.5", "--data", &data, "--bills", &bills]);
    let without = report(&["SPY=0.5", "--data", &data]);
    assert!(with["conventions"]["risk_free"].as_str().unwrap().contains("bills"));
    assert!(number(&with, "final_value") > number(&without, "final_value"), "cash earns");
    assert!(
        with["metrics"]["return_excess_yearly"].as_f64()
            < without["metrics"]["return_excess_yearly"].as_f64()
    );
}

#[test]
fn every_strategy_on_funds_runs_on_the_made_up_market() {
    let place = Place::new();
    let data = prices(&place, 600);
    for name in [
        "anchor-w1",
        "dynamic-sleeve",
        "permanent",
        "sector-breadth",
        "sixty-forty",
        "target-date-2030",
        "trend-12-month",
        "trend-12-month-sleeve",
        "trend-50-200",
        "volatility-target",
    ] {
        let json = report(&[name, "--data", &data]);
        assert!(number(&json, "rebalances") >= 1.0, "{name}");
        assert!(json["error"].is_null(), "{name}");
    }
    assert_eq!(SYMBOLS.len(), 17);
}
