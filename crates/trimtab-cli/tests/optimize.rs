//! `optimize` and `frontier`: answers that anyone can check, limits by name, refusals with reasons.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{close, number, refused, said, shared, trimtab};

/// Means and covariance as files; their paths stay valid as long as the folder.
fn files(means: &str, covariance: &str) -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (means, covariance) = (put("mu.csv", means), put("cov.csv", covariance));
    (folder, means, covariance)
}

const MEANS: &str = "asset,mean\nA,0.05\nB,0.08\nC,0.12\n";
const COVARIANCE: &str =
    ",A,B,C\nA,0.0004,0.0004,0.0002\nB,0.0004,0.0025,0.001\nC,0.0002,0.001,0.01\n";

fn optimize(arguments: &[&str]) -> Value {
    let (_folder, means, covariance) = files(MEANS, COVARIANCE);
    let given = ["optimize", "--means", &means, "--covariance", &covariance, "--format", "json"];
    serde_json::from_str(&said(&[&given, arguments].concat())).unwrap()
}

/// The line between two corner portfolios of Kwan's spreadsheet (see the kernels' tests): at a mean of 0.08 the weights
/// are a mixture of the corners (0, 0.6485, 0.3515) and (0.9754, 0, 0.0246).
#[test]
fn a_target_return_on_given_estimates_is_the_textbook_s() {
    let answer = optimize(&["--objective", "target-return", "--target", "0.08"]);
    let (low, high) = (
        [0.975_409_836_065_573_7, 0.0, 0.024_590_163_934_426_305],
        [0.0, 0.648_501_362_397_820_3, 0.351_498_637_602_179_7],
    );
    let mean = |w: [f64; 3]| 0.05 * w[0] + 0.08 * w[1] + 0.12 * w[2];
    let part = (0.08 - mean(low)) / (mean(high) - mean(low));
    for (ix, name) in ["A", "B", "C"].into_iter().enumerate() {
        let expected = low[ix] + part * (high[ix] - low[ix]);
        assert!((number(&answer["weights"], name) - expected).abs() < 1e-10, "{answer}");
    }
    assert!(close(number(&answer, "expected_return"), 0.08, 1e-12));
    // What the assets add to the risk is the risk.
    let risks = answer["risks"].as_array().unwrap();
    let sum: f64 = risks.iter().map(|r| number(r, "contribution")).sum();
    assert!(close(sum, number(&answer, "risk"), 1e-12));
    let bound = answer["binding"].as_array().unwrap();
    let target = bound.iter().find(|b| b["constraint"] == "target-return").unwrap();
    assert!(close(number(target, "limit"), 0.08, 1e-12));
    // The price of the target is the slope of the variance: by a difference of two answers.
    let variance = |target: &str| {
        number(&optimize(&["--objective", "target-return", "--target", target]), "variance")
    };
    let slope = (variance("0.0801") - variance("0.0799")) / 0.0002;
    assert!(close(number(target, "shadow_price"), slope, 1e-6), "{target} {slope}");
}

#[test]
fn constraints_in_words_bind_by_name() {
    let ask = [
        "--objective",
        "minimum-variance",
        "--group",
        "risky=B,C",
        "--constraint",
        "floor: risky >= 0.5",
    ];
    let answer = optimize(&[&ask[..], &["--constraint", "C <= 20%"]].concat());
    let weights = &answer["weights"];
    assert!(close(number(weights, "A"), 0.5, 1e-12), "{answer}");
    assert!((number(weights, "B") + number(weights, "C") - 0.5).abs() < 1e-12);
    let bound = answer["binding"].as_array().unwrap();
    assert_eq!(bound.iter().filter(|b| b["constraint"] == "floor").count(), 1, "{bound:?}");
    assert!(bound.iter().any(|b| b["constraint"] == "floor" && number(b, "shadow_price") > 0.0));
}

/// Of two positions the pair of least variance, by hand: each pair in closed form.
#[test]
fn positions_are_counted_inside_the_optimisation() {
    let ask = [
        "--objective",
        "minimum-variance",
        "--constraint",
        "positions <= 2",
        "--constraint",
        "smallest >= 0.2",
    ];
    let answer = optimize(&ask);
    let s = [[0.0004, 0.0004, 0.0002], [0.0004, 0.0025, 0.001], [0.0002, 0.001, 0.01]];
    let pair = |i: usize, j: usize| {
        let free = (s[j][j] - s[i][j]) / (s[i][i] + s[j][j] - 2.0 * s[i][j]);
        let w: f64 = f64::clamp(free, 0.2, 0.8);
        w * w * s[i][i] + 2.0 * w * (1.0 - w) * s[i][j] + (1.0 - w) * (1.0 - w) * s[j][j]
    };
    let alone = s[0][0];
    let best = pair(0, 1).min(pair(0, 2)).min(pair(1, 2)).min(alone);
    assert!(close(number(&answer, "variance"), best, 1e-9), "{best} {answer}");
}

#[test]
fn what_cannot_hold_together_is_named_and_the_exit_code_says_so() {
    let (_folder, means, covariance) = files(MEANS, COVARIANCE);
    let ask = [
        "optimize",
        "--means",
        &means,
        "--covariance",
        &covariance,
        "--objective",
        "minimum-variance",
        "--constraint",
        "cautious: B + C <= 0.3",
        "--constraint",
        "bold: C >= 0.4",
        "--constraint",
        "A >= 0.1",
    ];
    let error = refused(&ask, 5);
    assert!(
        error.contains("cautious") && error.contains("bold") && !error.contains("A >= 0.1"),
        "{error}"
    );
    let output = trimtab().args(ask).args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["weights"].is_null());
    let names = answer["conflict"].to_string();
    assert!(
        names.contains("cautious") && names.contains("bold") && !names.contains("A >= 0.1"),
        "{names}"
    );
    // One of them gives way as far as it must.
    let relaxed = optimize(&[
        "--objective",
        "minimum-variance",
        "--constraint",
        "cautious: B + C <= 0.3",
        "--constraint",
        "bold: C >= 0.4",
        "--relax",
        "bold",
    ]);
    assert!((number(&relaxed["weights"], "C") - 0.3).abs() < 1e-8, "{relaxed}");
    assert!(relaxed["notes"].to_string().contains("bold"));
}

#[test]
fn mistakes_are_refused_with_a_hint() {
    let (_folder, means, covariance) = files(MEANS, COVARIANCE);
    let given = ["optimize", "--means", &means, "--covariance", &covariance];
    let refused = |arguments: &[&str], code| refused(&[&given, arguments].concat(), code);
    let unknown = refused(&["--objective", "minimum-varience"], 3);
    assert!(unknown.contains("minimum-variance"), "{unknown}");
    let asset = refused(&["--objective", "minimum-variance", "--constraint", "D <= 0.1"], 2);
    assert!(asset.contains("no asset `D`"), "{asset}");
    let cvar = "{ kind = \"minimum-cvar\", confidence = 0.95 }";
    let panel = refused(&["--objective", cvar], 4);
    assert!(panel.contains("returns"), "{panel}");
    let riskless = refused(&["--objective", "maximum-sharpe"], 4);
    assert!(riskless.contains("--riskless"), "{riskless}");
    let unreachable = refused(&["--objective", "target-return", "--target", "0.2"], 5);
    assert!(unreachable.contains("target-return"), "{unreachable}");
}

/// Every point that the OR-Library publishes for its smallest market, at a few returns along the way.
#[test]
fn published_frontier_points_are_met() {
    let (Some(market), Some(points)) =
        (shared("truth/orlib/port1.txt"), shared("truth/orlib/portef1.txt"))
    else {
        return;
    };
    let text = std::fs::read_to_string(market).unwrap();
    let mut numbers = text.split_whitespace().map(|w| w.parse::<f64>().unwrap());
    let n = numbers.next().unwrap() as usize;
    let pairs: Vec<(f64, f64)> =
        (0..n).map(|_| (numbers.next().unwrap(), numbers.next().unwrap())).collect();
    let mut covariance = vec![vec![0.0; n]; n];
    while let Some(i) = numbers.next() {
        let (i, j) = (i as usize - 1, numbers.next().unwrap() as usize - 1);
        let value = numbers.next().unwrap() * pairs[i].1 * pairs[j].1;
        (covariance[i][j], covariance[j][i]) = (value, value);
    }
    let line = |row: &Vec<f64>| row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let covariance: String = covariance.iter().map(|row| line(row) + "\n").collect();
    let means: String = pairs.iter().map(|(mean, _)| format!("{mean}\n")).collect();
    let (_folder, means, covariance) = files(&means, &covariance);
    let published = std::fs::read_to_string(points).unwrap();
    for line in published.lines().skip(100).step_by(300) {
        let mut cells = line.split_whitespace();
        let (mean, variance) =
            (cells.next().unwrap(), cells.next().unwrap().parse::<f64>().unwrap());
        let answer = said(&[
            "optimize",
            "--means",
            &means,
            "--covariance",
            &covariance,
            "--objective",
            "target-return",
            "--target",
            mean,
            "--format",
            "json",
        ]);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(close(number(&answer, "variance"), variance, 1e-6), "{mean}: {answer}");
    }
}

#[test]
fn a_frontier_has_corners_levels_and_a_picture() {
    let (folder, means, covariance) = files(MEANS, COVARIANCE);
    let plot = folder.path().join("frontier.svg").display().to_string();
    let ask = [
        "frontier",
        "--means",
        &means,
        "--covariance",
        &covariance,
        "--riskless",
        "0.02",
        "--plot",
        &plot,
    ];
    let answer: Value =
        serde_json::from_str(&said(&[&ask[..], &["--format", "json"]].concat())).unwrap();
    let corners = answer["corners"].as_array().unwrap();
    assert_eq!(corners.len(), 4, "{answer}");
    assert!((number(&corners[0]["weights"], "A") - 0.98).abs() < 1e-10);
    assert_eq!(number(&corners[3]["weights"], "C"), 1.0);
    let points = answer["points"].as_array().unwrap();
    assert_eq!(points.len(), 11);
    let risks: Vec<f64> = points.iter().map(|p| number(p, "risk")).collect();
    assert!(risks.windows(2).all(|w| w[0] < w[1]));
    let levels = answer["levels"].as_array().unwrap();
    let means: Vec<f64> = levels.iter().map(|l| number(l, "expected_return")).collect();
    assert!((means[2] - means[1] - 0.02).abs() < 1e-9, "{levels:?}");
    assert!(means[0] >= number(&corners[0], "expected_return") - 1e-12);
    let svg = std::fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("risk levels") && !svg.contains("NaN"));
    let slow = ["--held", "A=0.9", "--held", "B=0.1", "--constraint", "turnover <= 0.3"];
    let slow = said(&[&ask[..], &slow[..]].concat());
    assert!(slow.contains("corner"), "{slow}");
    let table = said(&ask);
    assert!(table.contains("corner") && table.contains("medium"), "{table}");
}

/// A question on prices says from which close and which data the answer is.
#[test]
fn prices_of_the_shipped_history_are_enough() {
    let ask = [
        "optimize",
        "--objective",
        "minimum-variance",
        "--date",
        "2010-06-30",
        "--constraint",
        "each <= 0.4",
    ];
    let answer: Value =
        serde_json::from_str(&said(&[&ask[..], &["--format", "json"]].concat())).unwrap();
    assert_eq!(answer["date"], "2010-06-30");
    let weights = answer["weights"].as_object().unwrap();
    let sum: f64 = weights.values().map(|w| w.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    assert!(weights.values().all(|w| w.as_f64().unwrap() <= 0.4 + 1e-9));
    assert!(said(&ask).contains("Bound by"));
}
