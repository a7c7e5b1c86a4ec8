//! The trial ledger beside the commands, and `trimtab trials`.
#![allow(clippy::unwrap_used)]

mod support;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Place, market, number, text};

/// A call whose trials go into the ledger of `place`.
fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimtab"));
    command.env("TRIMTAB_TRIALS", place.path("trials.sqlite")).args(arguments);
    command
}

fn said(place: &Place, arguments: &[&str]) -> String {
    let output = command(place, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn json(place: &Place, arguments: &[&str]) -> Value {
    let all = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&said(place, &all)).unwrap()
}

/// What `trials count` says of the strategy on the made-up market.
fn count(place: &Place, data: &str) -> Value {
    json(place, &["trials", "count", "anchor-w1", "--data", data])
}

#[test]
fn every_command_counts_and_repeating_it_does_not() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(700));
    let backtest = |set: &str| {
        json(&place, &["backtest", "anchor-w1", "--data", &data, "--quiet", "--set", set])
    };
    let first = backtest("trend.slow=200");
    assert_eq!(first["budget"]["trials"], 1);
    assert_eq!(number(&first["budget"], "sharpe_expected_max"), 0.0);
    let again = backtest("trend.slow=200");
    assert_eq!(first, again);
    let other = backtest("trend.slow=150");
    assert_eq!(other["budget"]["trials"], 2);
    let sweep =
        ["sweep", "anchor-w1", "--data", &data, "--quiet", "--param", "trend.slow=100..300:10"];
    let swept = json(&place, &sweep);
    // Two of the twenty-one were tried before, with the same books.
    assert_eq!(swept["budget"]["trials"], 21);
    assert_eq!(json(&place, &sweep)["budget"], swept["budget"]);
    let counted = count(&place, &data);
    assert_eq!((&counted["trials"], &counted["curves"]), (&Value::from(21), &Value::from(21)));
    let correlation = number(&counted, "correlation");
    assert!(correlation > 0.5 && correlation < 1.0, "{correlation}");
    let effective = correlation + (1.0 - correlation) * 21.0;
    assert!((number(&counted, "trials_effective") - effective).abs() < 1e-9);
    let table = said(
        &place,
        &["backtest", "anchor-w1", "--data", &data, "--quiet", "--set", "trend.slow=200"],
    );
    let line = table.split("Researcher's budget").nth(1).unwrap();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(line.starts_with("21 trials of this strategy on these data, effective"), "{line}");
    // Hand-edited numbers are the same strategy; --no-ledger leaves no trace.
    let model = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../strategies/anchor-w1.toml"),
    );
    let edited = place.file("mine.toml", &model.unwrap().replace("200", "217"));
    let mine = json(&place, &["backtest", &edited, "--data", &data, "--quiet"]);
    assert_eq!(mine["budget"]["trials"], 22);
    let off = json(
        &place,
        &[
            "backtest",
            &edited,
            "--data",
            &data,
            "--quiet",
            "--no-ledger",
            "--set",
            "trend.slow=218",
        ],
    );
    assert_eq!(off["budget"], Value::Null);
    assert_eq!(count(&place, &data)["trials"], 22);
    let folder = place.name("out");
    said(&place, &["backtest", "anchor-w1", "--data", &data, "--quiet", "--out", &folder]);
    assert!(
        place
            .read("out/report.html")
            .contains("The researcher&#39;s budget: 22 trials of this strategy")
    );
}

#[test]
fn what_is_compared_or_put_on_a_page_is_tried() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(600));
    let list = || {
        let all = json(&place, &["trials", "list"])["studies"].as_array().unwrap().clone();
        let mut names: Vec<(String, u64)> = all
            .iter()
            .map(|s| (s["strategy"].as_str().unwrap().to_owned(), s["trials"].as_u64().unwrap()))
            .collect();
        names.sort();
        names
    };
    let compare = ["compare", "anchor-w1", "sixty-forty", "SPY", "--data", &data, "--quiet"];
    let told = said(&place, &compare);
    let mix = list();
    assert_eq!(mix.len(), 3, "{mix:?}");
    assert!(mix.iter().all(|(_, trials)| *trials == 1));
    let line = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(line.contains("the researcher's budget of anchor-w1: 1 trial"), "{line}");
    // A backtest of the same is the same configuration, and so is its page.
    let own = json(&place, &["backtest", "anchor-w1", "--data", &data, "--quiet"]);
    assert_eq!(own["budget"]["trials"], 1);
    said(&place, &compare);
    let page = said(&place, &["page", "anchor-w1", "--data", &data, "--quiet"]);
    assert!(page.contains("the researcher's budget of anchor-w1: 1 trial"), "{page}");
    assert_eq!(list(), mix);
    let moved = ["page", "anchor-w1", "--data", &data, "--quiet", "--set", "trend.slow=170"];
    assert!(said(&place, &moved).contains("2 trials of this strategy"));
    // --no-ledger leaves no trace.
    let before = list();
    said(
        &place,
        &["compare", "anchor-w1", "SPY", "--data", &data, "-q", "--no-ledger", "--capital=9"],
    );
    assert_eq!(list(), before);
}

#[test]
fn the_ledger_is_listed_shown_and_exported() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(500));
    let param = ["--param", "trend.slow=100..200:10", "--param", "portfolio.step=0.1..0.2:0.05"];
    said(
        &place,
        &[&["sweep", "anchor-w1", "--data", &data, "--quiet", "--engine", "light"], &param[..]]
            .concat(),
    );
    said(&place, &["backtest", "sixty-forty", "--data", &data, "--quiet"]);
    let list = json(&place, &["trials", "list"]);
    let studies = list["studies"].as_array().unwrap();
    assert_eq!(studies.len(), 2);
    let swept = studies.iter().find(|s| s["strategy"] == "anchor-w1").unwrap();
    assert_eq!(swept["trials"], 33);
    let id = swept["study"].to_string();
    let shown = json(&place, &["trials", "show", &id, "--most", "3"]);
    assert_eq!(shown.as_array().unwrap().len(), 3);
    assert_eq!((&shown[0]["command"], &shown[0]["mode"]), (&"sweep".into(), &"light".into()));
    assert_eq!(shown[1]["parameters"]["trend.slow"], "100");
    assert_eq!(shown[1]["parameters"]["portfolio.step"], "0.15");
    let (out, returns) = (place.name("trials.csv"), place.name("returns.csv"));
    said(&place, &["trials", "export", &id, "--out", &out, "--returns", &returns]);
    assert_eq!(place.read("trials.csv").lines().count(), 34);
    let mut curves = csv::Reader::from_path(place.path("returns.csv")).unwrap();
    assert_eq!(curves.headers().unwrap().len(), 34);
    let rows: Vec<csv::StringRecord> = curves.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 499);
    // The exported returns multiply to the final value of the trial.
    let growth: f64 = rows.iter().map(|row| 1.0 + row[1].parse::<f64>().unwrap()).product();
    let last = shown[0]["final_value"].as_f64().unwrap();
    assert!((growth * 100_000.0 / last - 1.0).abs() < 1e-5, "{growth} {last}");
    assert_eq!(said(&place, &["trials", "where"]).trim(), place.name("trials.sqlite"));
}

#[test]
fn validation_counts_what_was_tried_before() {
    let place = Place::new();
    let validated = |more: &[&str]| {
        let quick = [
            "validate",
            "sector-breadth-monthly",
            "--markets=0",
            "--trials=12",
            "--no-library",
            "-q",
        ];
        json(&place, &[&quick[..], more].concat())
    };
    let alone = validated(&[]);
    let tests = &alone["validation"]["tests"];
    assert_eq!((&tests["trials"], &tests["compared"]), (&Value::from(12), &Value::from(12)));
    assert_eq!(alone["budget"]["trials"], 12);
    // The budget's deflated Sharpe ratio is that of the tests.
    // The ledger keeps returns in single precision.
    assert!((number(&alone["budget"], "deflated") - number(tests, "deflated")).abs() < 1e-6);
    let param = "sector-breadth-monthly";
    said(&place, &["sweep", param, "-q", "--random", "40", "--seed", "3", "--engine", "light"]);
    let more = validated(&[]);
    let tests = &more["validation"]["tests"];
    let trials = tests["trials"].as_u64().unwrap();
    assert!(trials > 40, "{trials}");
    assert_eq!(more["budget"]["trials"], trials);
    assert!(
        number(tests, "trials_effective")
            > number(&alone["validation"]["tests"], "trials_effective")
    );
    let without = validated(&["--no-ledger"]);
    assert_eq!(without["validation"]["tests"]["trials"], 12);
    assert_eq!(without["validation"]["tests"]["earlier_known"], false);
}

fn spawn(place: &Place, arguments: &[&str]) -> Child {
    command(place, arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn two_processes_write_at_once() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(500));
    let half = |param: &'static str| {
        spawn(
            &place,
            &[
                "sweep",
                "anchor-w1",
                "--data",
                &data,
                "-q",
                "--engine",
                "light",
                "--jobs",
                "1",
                "--param",
                param,
                "--param",
                "trend.fast=5..24:1",
            ],
        )
    };
    // The middle belongs to both.
    for child in [half("trend.slow=100..200:5"), half("trend.slow=150..250:5")] {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "");
    }
    let counted = count(&place, &data);
    assert_eq!(
        (&counted["trials"], &counted["curves"]),
        (&Value::from(31 * 20), &Value::from(256))
    );
}

#[test]
fn a_killed_sweep_leaves_whole_trials_and_goes_on() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(1_000));
    let out = place.name("rows.csv");
    let sweep = [
        "sweep",
        "anchor-w1",
        "--data",
        &data,
        "-q",
        "--out",
        &out,
        "--param",
        "trend.slow=100..219:1",
        "--param",
        "trend.fast=5..16:1",
    ];
    let mut child = spawn(&place, &sweep);
    // Killed without warning as soon as something is written down.
    let begun = Instant::now();
    let recorded = || {
        let known = place.path("trials.sqlite").exists();
        if known { count(&place, &data)["trials"].as_u64().unwrap() } else { 0 }
    };
    while recorded() == 0 && child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(300), "nothing was recorded");
        std::thread::sleep(Duration::from_millis(20));
    }
    let early = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    let before = recorded();
    assert!(!early || (before > 0 && before < 1_440), "{before}");
    assert!(place.path("rows.csv.part").exists() || !early);
    said(&place, &sweep);
    let counted = count(&place, &data);
    assert_eq!((&counted["trials"], &counted["curves"]), (&Value::from(1_440), &Value::from(256)));
    // The rows are those of a sweep that nobody disturbed.
    let rows = place.read("rows.csv");
    let whole = place.name("whole.csv");
    let calm: Vec<&str> =
        sweep.iter().map(|word| if *word == out { whole.as_str() } else { *word }).collect();
    said(&place, &calm);
    assert!(rows == place.read("whole.csv"));
}

#[test]
fn a_ledger_that_cannot_be_written_stops_nobody() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(400));
    let blocked = place.file("file", "not a folder");
    let run = Command::new(env!("CARGO_BIN_EXE_trimtab"))
        .env("TRIMTAB_TRIALS", format!("{blocked}/trials.sqlite"))
        .args(["backtest", "sixty-forty", "--data", &data, "--quiet"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", text(&run.stderr));
    let table = text(&run.stdout);
    assert!(table.contains("how often this was tried is unknown"), "{table}");
}
