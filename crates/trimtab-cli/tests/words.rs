//! Commands that only speak: list, explain, schema, new, recover, and how mistakes are answered.
#![allow(clippy::unwrap_used)]

mod support;

use std::process::{Command, Stdio};

use support::{Place, refused, said, trimtab};

#[test]
fn everything_that_is_listed_can_be_explained() {
    let all: serde_json::Value =
        serde_json::from_str(&said(&["list", "--format", "json"])).unwrap();
    let topics = all.as_object().unwrap();
    let names: Vec<&str> = topics.keys().map(String::as_str).collect();
    let topics_of_files = ["strategies", "signals", "gauges", "allocators", "limits"];
    let optimisers = ["objectives", "means", "covariances", "metrics"];
    assert_eq!(names, [&topics_of_files[..], &optimisers[..]].concat());
    for (topic, items) in topics {
        let items = items.as_array().unwrap();
        assert!(!items.is_empty(), "{topic}");
        for item in items {
            assert!(!item["about"].as_str().unwrap().is_empty(), "{topic}: {item}");
        }
        // One process each would be slow for two hundred metrics; the first and the last will do there.
        let step = if topic == "metrics" { items.len() - 1 } else { 1 };
        for item in items.iter().step_by(step) {
            let page = said(&["explain", item["name"].as_str().unwrap()]);
            assert!(page.lines().count() >= 3, "{page}");
        }
    }
}

#[test]
fn a_strategy_in_words_says_where_it_comes_from() {
    let words = said(&["explain", "sector-breadth"]);
    for part in ["20", "200", "XLB", "IYR", "bond-trend", "Evidence", "What to expect", "choppy:"] {
        assert!(words.contains(part), "{part} is missing in:\n{words}");
    }
    assert_eq!(words.matches("Source\n").count() + words.matches("source:").count(), 1);
}

#[test]
fn a_manual_page_has_parameters_example_and_source() {
    let page = said(&["explain", "ladder"]);
    for part in
        ["ladder (allocator)", "Parameters", "least", "required", "Example", "Source", "Keller"]
    {
        assert!(page.contains(part), "{part} is missing in:\n{page}");
    }
}

#[test]
fn the_schema_is_that_of_the_strategy_file() {
    let schema = serde_json::to_string_pretty(&trimtab_strategy::schema()).unwrap();
    assert!(said(&["schema"]).trim_end() == schema);
}

#[test]
fn a_new_strategy_is_a_copy_that_runs_and_nothing_is_overwritten() {
    let place = Place::new();
    let in_place = |arguments: &[&str]| {
        trimtab().args(arguments).current_dir(place.path("")).output().unwrap()
    };
    let made = in_place(&["new", "mine", "--like", "sector-breadth"]);
    assert!(made.status.success());
    let copy = place.read("mine.toml");
    assert!(copy.contains("# A copy of sector-breadth."));
    assert!(copy.contains("# A sector is weak when"), "comments are kept");
    let words = in_place(&["explain", "mine.toml"]);
    assert!(support::text(&words.stdout).starts_with("mine: "));
    std::fs::write(place.path("mine.toml"), "precious").unwrap();
    let again = in_place(&["new", "mine", "--like", "sector-breadth"]);
    assert_eq!(again.status.code(), Some(8));
    assert_eq!(place.read("mine.toml"), "precious");
    assert_eq!(in_place(&["new", "other", "--like", "no-such"]).status.code(), Some(2));
    assert!(!place.path("other.toml").exists());
}

#[test]
fn half_lost_needs_double() {
    assert!(said(&["recover", "50"]).contains("100 %"));
    let json = said(&["recover", "20", "--at", "7", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!((json["gain"].as_f64().unwrap() - 0.25).abs() < 1e-15);
    assert!((json["years"].as_f64().unwrap() - 1.25f64.ln() / 1.07f64.ln()).abs() < 1e-12);
    refused(&["recover", "100"], 2);
    refused(&["recover", "50", "--at", "0"], 2);
}

#[test]
fn names_that_nothing_has_are_answered_with_the_nearest() {
    assert!(refused(&["explain", "sma-ration"], 2).contains("did you mean `sma-ratio`?"));
    assert!(refused(&["explain", "sharp"], 2).contains("did you mean `sharpe`?"));
    assert!(refused(&["backtest", "sector-bredth"], 2).contains("did you mean `sector-breadth`?"));
    refused(&["backtest"], 2);
    refused(&["backtest", "sixty-forty", "--from", "yesterday"], 2);
    refused(&["backtest", "sixty-forty", "--set", "nonsense"], 2);
    refused(&["list", "nonsense"], 2);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trimtab"))
        .args(["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(support::text(&output.stderr), "");
}
