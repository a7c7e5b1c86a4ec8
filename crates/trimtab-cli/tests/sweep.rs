//! `trimtab sweep`.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, close, market, number, refused, said, shared};

/// The made-up market and a call on it.
fn sweep(place: &Place, arguments: &[&str]) -> Value {
    let data = place.file("prices.csv", &market(700));
    let all = [&["sweep", "anchor-w1", "--data", &data, "--format", "json", "--quiet"], arguments];
    serde_json::from_str(&said(&all.concat())).unwrap()
}

/// The first number called `key` in a JSON text, to its last digit, which a parsed `Value` does not promise.
fn written(json: &str, key: &str) -> f64 {
    let (_, rest) = json.split_once(&format!("\"{key}\": ")).unwrap();
    rest.split([',', '\n']).next().unwrap().parse().unwrap()
}

#[test]
fn a_design_is_run_row_by_row() {
    let place = Place::new();
    let design =
        place.file("design.csv", "trend.slow,portfolio.step\n200,0.16\n120,0.05\n120,0.2\n");
    let out = place.name("out.csv");
    let first = ["--first-decision", "2016-03-01"];
    let json =
        sweep(&place, &[&["--design", &design, "--out", &out, "--no-ledger"], &first[..]].concat());
    assert_eq!((&json["sets"], &json["failed"]), (&Value::from(3), &Value::from(0)));
    let text = place.read("out.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let prices = place.name("prices.csv");
    for (row, (slow, step)) in rows.iter().zip([("200", "0.16"), ("120", "0.05"), ("120", "0.2")]) {
        assert_eq!((&row[0], &row[1]), (slow, step));
        let (slow, step) = (format!("trend.slow={slow}"), format!("portfolio.step={step}"));
        let own = ["anchor-w1", "--data", &prices, "--no-ledger", "--set", &slow, "--set", &step];
        let own = said(&[&["backtest", "--format", "json"], &own[..], &first[..]].concat());
        let keys = [
            ("final_value", "final_value"),
            ("sharpe", "sharpe"),
            ("volatility_yearly", "volatility"),
            ("drawdown_max", "max_drawdown"),
            ("rebalances", "rebalances"),
        ];
        for (column, key) in keys {
            let at = head.iter().position(|name| name == column).unwrap();
            let (swept, own) = (row[at].parse::<f64>().unwrap(), written(&own, key));
            // Ratios are summed in another order than in the registry of metrics.
            let within = if matches!(key, "final_value" | "rebalances") { 0.0 } else { 1e-12 };
            assert!(close(swept, own, within), "{key}: {swept} beside {own}");
        }
    }
}

#[test]
fn a_sweep_that_was_cut_off_goes_on_where_it_stopped() {
    let place = Place::new();
    let out = place.name("out.csv");
    let arguments = [
        "--param",
        "trend.slow=100..200:10",
        "--param",
        "trend.fast=5..20:5",
        "--no-ledger",
        "--out",
        &out,
    ];
    let whole = sweep(&place, &arguments);
    let text = place.read("out.csv");
    assert_eq!(text.lines().count(), 45);
    assert!(!place.path("out.csv.part").exists());
    // Twelve rows and a half. One of them bears a mark, which shows that it was kept and not run again.
    let kept: String = text.lines().take(13).map(|line| format!("{line}\n")).collect();
    let last = kept.lines().last().unwrap();
    let marked = kept.replace(last, &format!("{last}marked"));
    let part =
        format!("# trimtab sweep {}\n{marked}{}", whole["sweep"].as_str().unwrap(), "150,5,1");
    place.file("out.csv.part", &part);
    let again = sweep(&place, &[&arguments[..], &["--jobs", "1"]].concat());
    assert_eq!(place.read("out.csv"), text.replace(last, &format!("{last}marked")));
    assert_eq!(again["final_value_mean"], whole["final_value_mean"]);
    assert_eq!(again["best"][0]["set"], whole["best"][0]["set"]);
    // What another sweep left is not taken.
    place.file("out.csv.part", &part.replace("sweep ", "sweep 0"));
    sweep(&place, &arguments);
    assert_eq!(place.read("out.csv"), text);
}

#[test]
fn draws_are_repeated_by_their_seed() {
    let place = Place::new();
    let draw = |how: &str, seed: &str| {
        let out = place.name("drawn.csv");
        let param = "portfolio.step=0.05..0.25";
        sweep(&place, &["--param", param, how, "8", "--seed", seed, "--no-ledger", "--out", &out]);
        place.read("drawn.csv")
    };
    for how in ["--random", "--latin"] {
        assert_eq!(draw(how, "1"), draw(how, "1"));
        assert_ne!(draw(how, "1"), draw(how, "2"));
    }
    assert_ne!(draw("--random", "1"), draw("--latin", "1"));
}

#[test]
fn wrong_calls_are_explained() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(300));
    let call = |arguments: &[&str], code| {
        refused(&[&["sweep", "anchor-w1", "--data", &data], arguments].concat(), code)
    };
    assert!(call(&["--param", "trend.slow=1..2"], 2).contains("no steps"));
    assert!(call(&["--param", "trend.slow=9..2:1"], 2).contains("9 is above 2"));
    assert!(call(&["--param", "trend.slaw=1,2"], 3).contains("trend.slaw"));
    let empty = place.file("empty.csv", "trend.slow\n");
    assert!(call(&["--design", &empty], 4).contains("no set"));
}

/// Ten thousand sets that two independent programs have run. Needs `../shared`.
#[test]
fn ten_thousand_sets_give_the_known_values() {
    let Some(data) = shared("peers/prices_20.csv.gz") else { return };
    let call =
        ["sweep", "anchor-w1", "--data", data.to_str().unwrap(), "--format", "json", "--quiet"];
    let grid = [
        "trend.fast=5..50:5",
        "trend.slow=100..280:20",
        "portfolio.step=0.08..0.24:0.04",
        "portfolio.least=0..0.2:0.05",
        "portfolio.most=0.7..1:0.1",
    ];
    let params = grid.iter().flat_map(|param| ["--param", param]);
    // One common start for all: row 299.
    let rest = ["--no-ledger", "--first-decision", "2005-02-24"];
    let all: Vec<&str> = call.into_iter().chain(params).chain(rest).collect();
    let json: Value = serde_json::from_str(&said(&all)).unwrap();
    assert_eq!((&json["sets"], &json["failed"]), (&Value::from(10_000), &Value::from(0)));
    assert!(close(number(&json, "final_value_mean"), 665_895.317_948_767_2, 1e-9));
    assert_eq!(json["best"][0]["set"], 6_897);
    assert!(close(number(&json["best"][0], "sharpe"), 1.012_530_435_320_1, 1e-9));
}

#[test]
fn rows_as_parquet_are_those_of_the_csv_file() {
    let place = Place::new();
    let params =
        ["--param", "trend.slow=100,150", "--param", "schedule.every=month,quarter", "--no-ledger"];
    let files = ["rows.csv", "rows.parquet"].map(|name| place.name(name));
    for file in &files {
        sweep(&place, &[&params[..], &["--out", file]].concat());
    }
    assert!(!place.path("rows.parquet.part").exists());
    let bytes = std::fs::read(place.path("rows.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    // Every column is there; what is in them is tested where they are written.
    let text = place.read("rows.csv");
    assert_eq!(text.lines().count(), 5);
    for name in text.lines().next().unwrap().split(',') {
        assert!(bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
    }
}

#[test]
fn a_page_shows_maps_and_names_a_lone_peak() {
    let place = Place::new();
    let page = place.name("sweep.html");
    let params = ["--param", "trend.slow=100..200:20", "--param", "portfolio.step=0.08..0.2:0.04"];
    let found = sweep(&place, &[&params[..], &["--engine", "light", "--report", &page]].concat());
    let html = place.read("sweep.html");
    for what in
        ["Maps", "Parallel coordinates", "How wide the heights are", "Parameters one by one"]
    {
        assert!(html.contains(what), "{what}");
    }
    // The page and the table agree on the neighbours of the best set.
    let lone = found["neighbours"]["lone_peak"].as_bool().unwrap();
    assert_eq!(html.contains("It is a lone peak:"), lone);
    assert_eq!(html.contains("It stands on a plateau:"), !lone);
    let mean = format!("{:.3} on average", number(&found["neighbours"], "sharpe_mean"));
    assert!(html.contains(&mean), "{mean}");
    assert!(!html.contains("NaN") && !html.contains("src=\"http"));
}
