//! `trimtab audit`, on the history that ships with the program and on a made-up market.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, market, refused, said};

fn certificate(arguments: &[&str]) -> Value {
    let all = [&["audit", "--quiet", "--format", "json"], arguments].concat();
    serde_json::from_str(&said(&all)).unwrap()
}

#[test]
fn the_library_passes_on_the_shipped_history_where_its_assets_are() {
    for strategy in ["sector-breadth-monthly", "sixty-forty-monthly"] {
        let made = certificate(&[strategy]);
        assert_eq!(made["passed"], true, "{made}");
        let checks: Vec<&str> = made["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|check| check["name"].as_str().unwrap())
            .collect();
        assert_eq!(checks, ["future", "repeatable", "books", "history"]);
    }
    let daily = certificate(&["US=0.6,T10=0.4", "--history", "daily", "--dates", "3"]);
    assert_eq!(daily["passed"], true, "{daily}");
}

#[test]
fn the_certificate_names_the_run_that_a_backtest_repeats() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(500));
    let made = certificate(&["sector-breadth", "--data", &data, "--dates", "4"]);
    let run = support::report(&["sector-breadth", "--data", &data]);
    assert_eq!(made["run_id"], run["id"]);
    assert!(
        made["delay"]["cagr"].is_number() && made["delay"]["cagr_one_session_later"].is_number()
    );
    let shown = said(&["audit", "sector-breadth", "--data", &data, "--dates", "4"]);
    assert!(shown.starts_with("Audit of sector-breadth: passed"), "{shown}");
    assert!(shown.contains("scrambled after 4 dates and cut off after 4"), "{shown}");
}

#[test]
fn the_report_carries_the_certificate() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(500));
    said(&["backtest", "sector-breadth", "--data", &data, "--out", &place.name("out"), "-q"]);
    let page = place.read("out/report.html");
    assert!(page.contains("The strategy passed every test of honesty."));
    for said in ["future passed: scrambled after 6 dates", "repeatable passed", "history passed"] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_strategy_that_cannot_run_has_no_certificate() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(100));
    let err = refused(&["audit", "sector-breadth", "--data", &data, "-q"], 4);
    assert!(err.contains("needs closes of"), "{err}");
    refused(&["audit", "gem", "--data", &data, "-q"], 3);
}
