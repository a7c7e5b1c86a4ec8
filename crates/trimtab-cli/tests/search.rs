//! `trimtab search`.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, close, market, number, refused, said, text, trimtab};

const RANGES: [&str; 6] = [
    "--param",
    "trend.slow=60..180:20",
    "--param",
    "trend.fast=5..25:5",
    "--param",
    "portfolio.step=0.08..0.2:0.04",
];

/// A search on the made-up market.
fn search(place: &Place, arguments: &[&str]) -> Value {
    let data = place.file("prices.csv", &market(900));
    let head = ["search", "anchor-w1", "--data", &data, "--format", "json", "--quiet"];
    let output = trimtab()
        .env("TRIMTAB_TRIALS", place.path("trials.sqlite"))
        .args([&head[..], arguments].concat())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows(found: &Value) -> &Vec<Value> {
    found["trials"].as_array().unwrap()
}

fn sharpe(row: &Value) -> f64 {
    number(&row["objectives"], "sharpe")
}

#[test]
fn a_grid_finds_what_a_sweep_finds_and_the_estimator_most_of_it() {
    let place = Place::new();
    let grid = search(&place, &[&RANGES[..], &["--by", "grid"]].concat());
    assert_eq!(rows(&grid).len(), 7 * 5 * 4);
    let data = place.name("prices.csv");
    let sweep =
        ["sweep", "anchor-w1", "--data", &data, "--format", "json", "-q", "--engine", "light"];
    let swept: Value = serde_json::from_str(&said(&[&sweep[..], &RANGES].concat())).unwrap();
    let best = &grid["best"][0];
    assert_eq!(best["trial"], swept["best"][0]["set"]);
    assert_eq!(sharpe(best), number(&swept["best"][0], "sharpe"));
    // A third of the sets reaches at least the best tenth of all.
    let mut all: Vec<f64> = rows(&grid).iter().map(sharpe).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let tpe = search(&place, &[&RANGES[..], &["--trials", "45", "--seed", "4"]].concat());
    assert_eq!(rows(&tpe).len(), 45);
    assert!(sharpe(&tpe["best"][0]) >= all[13], "{} {}", sharpe(&tpe["best"][0]), all[13]);
    // Whatever was found is in the ledger once: the estimator tried nothing that the grid did not.
    assert_eq!(tpe["budget"]["trials"], 140);
    let again =
        search(&place, &[&RANGES[..], &["--trials", "45", "--seed", "4", "--jobs", "1"]].concat());
    assert_eq!(again["trials"], tpe["trials"]);
    let other = search(&place, &[&RANGES[..], &["--trials", "45", "--seed", "5"]].concat());
    assert_ne!(other["trials"], tpe["trials"]);
}

#[test]
fn several_objectives_end_in_a_front_and_constraints_hold() {
    let place = Place::new();
    let asked = ["--by", "grid", "--objective", "sharpe,drawdown_max,turnover_yearly"];
    let found = search(&place, &[&RANGES[..], &asked].concat());
    let losses = |row: &Value| {
        let of = |key| number(&row["objectives"], key);
        [-of("sharpe"), of("drawdown_max"), of("turnover_yearly")]
    };
    let better = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).all(|(x, y)| *x <= y) && a != b;
    let all: Vec<[f64; 3]> = rows(&found).iter().map(losses).collect();
    // The front, by comparing all with all.
    let front: Vec<usize> =
        (0..all.len()).filter(|k| !all.iter().any(|other| better(*other, all[*k]))).collect();
    let told: Vec<usize> = found["best"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["trial"].as_u64().unwrap() as usize)
        .collect();
    assert_eq!(told, front);
    assert!(front.len() > 1);
    let mut falls: Vec<f64> = all.iter().map(|l| l[1]).collect();
    falls.sort_by(f64::total_cmp);
    let limit = format!("drawdown_max <= {}", falls[40]);
    let asked =
        ["--trials", "60", "--constraint", &limit, "--constraint", "trend.fast < trend.slow"];
    let found = search(&place, &[&RANGES[..], &asked, &["--objective", "sharpe,sortino"]].concat());
    for best in found["best"].as_array().unwrap() {
        assert_eq!(number(best, "violation"), 0.0);
    }
    let broken = rows(&found).iter().filter(|row| number(row, "violation") > 0.0).count();
    assert!(broken > 0 && broken < 60, "{broken}");
}

#[test]
fn a_warm_start_tries_nothing_twice() {
    let place = Place::new();
    let first = search(
        &place,
        &[&RANGES[..], &["--by", "random", "--trials", "50", "--seed", "1"]].concat(),
    );
    let warm = search(&place, &[&RANGES[..], &["--trials", "30", "--warm"]].concat());
    assert_eq!(warm["known_before"], 50);
    let sets = |found: &Value| -> Vec<String> {
        rows(found).iter().map(|row| row["parameters"].to_string()).collect()
    };
    let before = sets(&first);
    assert!(sets(&warm).iter().all(|set| !before.contains(set)));
    assert_eq!(warm["budget"]["trials"], 80);
    // Where everything was tried, a search ends.
    let rest = search(&place, &[&RANGES[..], &["--trials", "200", "--warm"]].concat());
    assert_eq!(
        (rest["sets"].as_u64().unwrap(), &rest["budget"]["trials"]),
        (60, &Value::from(140))
    );
}

#[test]
fn halving_looks_at_more_history_with_fewer_sets() {
    let place = Place::new();
    let asked =
        ["--by", "halving", "--trials", "20", "--eta", "2", "--seed", "2", "--from", "2015-01-01"];
    // Two years at the least of three and a half: two rounds cannot be.
    let short = search(&place, &[&RANGES[..], &asked].concat());
    assert_eq!(short["rounds"].as_array().unwrap().len(), 1);
    let data = place.file("long.csv", &market(2_200));
    let call = ["search", "anchor-w1", "--data", &data, "--format", "json", "--quiet"];
    let found: Value = serde_json::from_str(&said(&[&call[..], &RANGES, &asked].concat())).unwrap();
    let rounds = found["rounds"].as_array().unwrap();
    let counts: Vec<u64> = rounds.iter().map(|r| r["sets"].as_u64().unwrap()).collect();
    assert_eq!((counts, &rounds[1]["history"]), (vec![20, 10, 5], &Value::from(0.5)));
    assert_eq!(found["trials"].as_array().unwrap().len(), 5);
    let notes = found["notes"].to_string();
    assert!(notes.contains("20 on the first 25 %") && notes.contains("dropped unseen"), "{notes}");
    // The survivors' figures are those of a run over the whole history.
    let best = &found["best"][0];
    let sets = best["parameters"].as_object().unwrap().iter();
    let sets: Vec<String> = sets.map(|(k, v)| format!("{k}={}", v.as_str().unwrap())).collect();
    let mut run =
        vec!["backtest", "anchor-w1", "--data", &data, "--format", "json", "--no-ledger", "-q"];
    sets.iter().for_each(|set| run.extend(["--set", set]));
    let own: Value = serde_json::from_str(&said(&run)).unwrap();
    assert!(close(number(&own, "sharpe"), sharpe(best), 1e-12));
}

#[test]
fn rows_and_a_page_are_left_behind() {
    let place = Place::new();
    let (rows_csv, page) = (place.name("rows.csv"), place.name("page.html"));
    let asked = ["--by", "grid", "--objective", "sortino,drawdown_max", "--no-ledger"];
    let files = ["--out", &rows_csv, "--report", &page];
    let found = search(&place, &[&RANGES[..], &asked, &files].concat());
    let mut csv = csv::Reader::from_path(place.path("rows.csv")).unwrap();
    let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let at = |name: &str| names.iter().position(|own| own == name).unwrap();
    let table: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(table.len(), 140);
    for (row, own) in table.iter().zip(rows(&found)) {
        assert_eq!(row[at("trend.slow")], *own["parameters"]["trend.slow"].as_str().unwrap());
        let figure = |name: &str| row[at(name)].parse::<f64>().unwrap();
        // JSON is read back to the last bit but one.
        for name in ["sortino", "drawdown_max"] {
            assert!(close(figure(name), number(&own["objectives"], name), 1e-15), "{name}");
        }
        assert_eq!(figure("violation"), 0.0);
    }
    let best = table.iter().filter(|row| row[at("best")] == *"true").count();
    assert_eq!(best, found["best"].as_array().unwrap().len());
    // The figures are those that a sweep writes.
    let data = place.name("prices.csv");
    let swept = place.name("sweep.csv");
    let sweep = ["sweep", "anchor-w1", "--data", &data, "-q", "--engine", "light", "--out", &swept];
    said(&[&sweep[..], &RANGES].concat());
    let mut sweep = csv::Reader::from_path(place.path("sweep.csv")).unwrap();
    let width = sweep.headers().unwrap().len();
    for (row, own) in table.iter().zip(sweep.records().map(Result::unwrap)) {
        assert!(row.iter().take(width).eq(own.iter()));
    }
    let html = place.read("page.html");
    for part in [
        "The front",
        "matter of taste",
        "sortino and drawdown_max of each set",
        "How wide the heights are",
        "sortino by",
        "Parallel coordinates",
    ] {
        assert!(html.contains(part), "{part}");
    }
    // Parquet reads back to the same rows; one objective has no front.
    let parquet = place.name("rows.parquet");
    let asked = ["--trials", "12", "--no-ledger", "--out", &parquet, "--report", &page];
    search(&place, &[&RANGES[..], &asked].concat());
    assert_eq!(&std::fs::read(place.path("rows.parquet")).unwrap()[..4], b"PAR1");
    assert!(!place.read("page.html").contains("The front"));
}

/// Returns of a run with the numbers of a set over the days on which a step held it.
fn earned(place: &Place, data: &str, best: &Value, step: &Value) -> Vec<f64> {
    let mut run = vec![
        "backtest",
        "anchor-w1",
        "--data",
        data,
        "--format",
        "json",
        "--no-ledger",
        "-q",
        "--from",
        "2016-01-01",
    ];
    let sets = best["parameters"].as_object().unwrap().iter();
    let sets: Vec<String> = sets.map(|(k, v)| format!("{k}={}", v.as_str().unwrap())).collect();
    sets.iter().for_each(|set| run.extend(["--set", set]));
    let out = place.name("out");
    run.extend(["--out", &out]);
    said(&run);
    let mut equity = csv::Reader::from_path(place.path("out/equity.csv")).unwrap();
    let held = (step["held"]["from"].as_str().unwrap(), step["held"]["to"].as_str().unwrap());
    let values: Vec<f64> = equity
        .records()
        .map(Result::unwrap)
        .filter(|row| (held.0..=held.1).contains(&&row[0]))
        .map(|row| row[1].parse().unwrap())
        .collect();
    values.windows(2).map(|w| w[1] / w[0] - 1.0).collect()
}

#[test]
fn a_walk_forward_searches_in_each_window_alone() {
    let place = Place::new();
    let data = place.file("long.csv", &market(1_700));
    let call = |arguments: &[&str]| -> Value {
        let head = ["search", "anchor-w1", "--data", &data, "--format", "json", "--quiet"];
        let from = ["--from", "2016-01-01", "--by", "grid"];
        let output = trimtab()
            .env("TRIMTAB_TRIALS", place.path("trials.sqlite"))
            .args([&head[..], &RANGES, &from, arguments].concat())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let walked = call(&["--walk-forward", "2:1"]);
    let steps = walked["steps"].as_array().unwrap();
    assert!(steps.len() >= 3, "{walked}");
    let mut chained: Vec<f64> = Vec::new();
    for (ix, step) in steps.iter().enumerate() {
        let (from, to) = (&step["searched"]["from"], &step["searched"]["to"]);
        // What is held begins where the search ends, and ends where the next begins to hold.
        assert_eq!(to, &step["held"]["from"]);
        if let Some(next) = steps.get(ix + 1) {
            assert_eq!(step["held"]["to"], next["held"]["from"]);
        }
        // The set is the best of a search that knows nothing else: the same search by itself on prices that end there.
        let found = place.read("long.csv");
        let end = to.as_str().unwrap();
        let known: Vec<&str> =
            found.lines().filter(|line| &line[..4] == "date" || &line[..10] <= end).collect();
        let cut = place.file("cut.csv", &(known.join("\n") + "\n"));
        let head = ["search", "anchor-w1", "--data", &cut, "--format", "json", "-q", "--no-ledger"];
        let span = ["--from", from.as_str().unwrap(), "--by", "grid"];
        let alone: Value =
            serde_json::from_str(&said(&[&head[..], &RANGES, &span].concat())).unwrap();
        let best = &alone["best"][0];
        assert_eq!(best["parameters"], step["parameters"], "step {ix}");
        assert_eq!(sharpe(best), number(step, "within"));
        // What it earned is what a run with these numbers earned over these days.
        chained.extend(earned(&place, &data, best, step));
    }
    let returns: Vec<f64> =
        walked["returns"].as_array().unwrap().iter().map(|r| r.as_f64().unwrap()).collect();
    assert_eq!(returns.len(), chained.len());
    for (a, b) in returns.iter().zip(&chained) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
    // Every set of every window is in the ledger; growing windows are others than rolling ones.
    assert_eq!(walked["budget"]["trials"], 140 * steps.len());
    let anchored = call(&["--walk-forward", "2:1", "--anchored"]);
    assert_eq!(anchored["steps"][0], steps[0]);
    assert_eq!(anchored["steps"][1]["searched"]["from"], steps[0]["searched"]["from"]);
    let head = ["search", "anchor-w1", "--data", &data, "--param", "trend.slow=100..200:10"];
    assert!(refused(&[&head[..], &["--walk-forward", "5"]].concat(), 2).contains("as in 5:1"));
    assert!(refused(&[&head[..], &["--walk-forward", "9:1"]].concat(), 2).contains("ask for"));
}

#[test]
fn wrong_searches_are_explained() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(300));
    let call = |arguments: &[&str]| {
        let head = ["search", "anchor-w1", "--data", &data, "--param", "trend.slow=100..200:10"];
        refused(&[&head[..], arguments].concat(), 2)
    };
    assert!(call(&["--objective", "beta"]).contains("needs a benchmark"));
    assert!(call(&["--objective", "sharpee"]).contains("no figure `sharpee`"));
    assert!(call(&["--constraint", "drawdown = 2"]).contains("not a condition"));
    assert!(call(&["--constraint", "trend.slaw < 150"]).contains("trend.slaw"));
    assert!(call(&["--trials", "0"]).contains("0 is too few: 1 or more"));
    assert!(call(&["--batch", "0"]).contains("0 is too few: 1 or more"));
    assert!(call(&["--eta", "1"]).contains("1 is too few: 2 or more"));
    assert!(call(&["--trials", "many"]).contains("not a whole number"));
    assert!(call(&["--warm"]).contains("needs the trial ledger"));
    assert!(call(&["--by", "halving", "--objective", "sharpe,sortino"]).contains("one objective"));
    let none = refused(
        &["search", "anchor-w1", "--data", &data, "--param", "trend.slow=1..2", "--by", "grid"],
        2,
    );
    assert!(none.contains("no steps"), "{none}");
}
