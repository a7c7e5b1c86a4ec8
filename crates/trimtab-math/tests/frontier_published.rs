//! Frontiers that others published.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use trimtab_math::frontier::{self, BestRatio, Frontier};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, Row};

fn shared(path: &str) -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    let text = std::fs::read_to_string(root).ok();
    if text.is_none() {
        println!("skipped: ../shared/{path} is absent");
    }
    text
}

/// OR-Library (J. E. Beasley): means, deviations and correlations of a market.
fn market(text: &str) -> (Vec<f64>, Sym) {
    let mut numbers = text.split_whitespace().map(|w| w.parse::<f64>().unwrap());
    let n = numbers.next().unwrap() as usize;
    let (mut mean, mut deviation) = (vec![], vec![]);
    for _ in 0..n {
        mean.push(numbers.next().unwrap());
        deviation.push(numbers.next().unwrap());
    }
    let mut q = Sym::zeros(n);
    while let Some(i) = numbers.next() {
        let (i, j) = (i as usize - 1, numbers.next().unwrap() as usize - 1);
        q.set(i, j, numbers.next().unwrap() * deviation[i] * deviation[j]);
    }
    (mean, q)
}

#[test]
fn or_library_frontiers_at_all_published_points() {
    for market_number in [1, 2, 4] {
        let Some(text) = shared(&format!("truth/orlib/port{market_number}.txt")) else { return };
        let Some(points) = shared(&format!("truth/orlib/portef{market_number}.txt")) else {
            return;
        };
        let (mean, q) = market(&text);
        let n = mean.len();
        let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
        let problem =
            Problem { quadratic: &q, linear: &mean, lower: &lower, upper: &upper, rows: &rows };
        let f = Frontier::trace(&problem).unwrap();
        let (mut count, mut worst) = (0, 0.0_f64);
        for line in points.lines().filter(|l| !l.trim().is_empty()) {
            let v: Vec<f64> = line.split_whitespace().map(|w| w.parse().unwrap()).collect();
            // The ends are printed with ten decimals: they may lie a rounding off the frontier.
            let top = f.corners().last().unwrap().mean;
            let p =
                f.at_mean(v[0].min(top)).or_else(|_| frontier::at_mean(&problem, v[0])).unwrap();
            worst = worst.max((p.variance / v[1] - 1.0).abs());
            let budget: f64 = p.x.iter().sum();
            assert!((budget - 1.0).abs() < 1e-12 && p.x.iter().all(|x| *x >= -1e-15));
            assert!((q.quadratic_form(&p.x) / p.variance - 1.0).abs() < 1e-10);
            count += 1;
        }
        println!(
            "market {market_number}: {} corners, {count} points, worst {worst:e}",
            f.corners().len()
        );
        assert!(count >= 2000);
        assert!(worst < 1e-6, "market {market_number}: {worst:e}");
    }
}

fn fixtures() -> Option<serde_json::Value> {
    shared("truth/papers/fixtures.json").map(|t| serde_json::from_str(&t).unwrap())
}

fn vector(v: &serde_json::Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn matrix(v: &serde_json::Value) -> Sym {
    Sym::from_rows(&v.as_array().unwrap().iter().map(vector).collect::<Vec<_>>()).unwrap()
}

fn assert_near(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (x, y) in a.iter().zip(b) {
        assert!((x - y).abs() <= tolerance, "{what}: {a:?} instead of {b:?}");
    }
}

#[test]
fn turning_points_of_the_textbooks() {
    let Some(all) = fixtures() else { return };
    for (name, key, cap) in [
        ("cla_sharpe_macroinvest", "turning_points", None),
        ("cla_markowitz_book_ch8", "turning_points", None),
        ("cla_kwan", "turning_points", None),
        ("cla_kwan", "turning_points_ub70", Some(0.7)),
    ] {
        let case = &all[name];
        let (mean, q) = (vector(&case["mu"]), matrix(&case["cov"]));
        let n = mean.len();
        let bound = |key: &str, other: f64| match case.get(key) {
            Some(v) => vector(v),
            None => vec![other; n],
        };
        let (lower, upper) = (bound("lb", 0.0), bound("ub", cap.unwrap_or(1.0)));
        let rows = [Row::budget(n, 1.0)];
        let problem =
            Problem { quadratic: &q, linear: &mean, lower: &lower, upper: &upper, rows: &rows };
        let f = Frontier::trace(&problem).unwrap();
        let printed = case[key].as_array().unwrap();
        let points = f.turning_points();
        assert_eq!(points.len(), printed.len(), "{name} {key}: {points:#?}");
        for (corner, line) in points.iter().rev().zip(printed) {
            assert_near(&corner.x, &vector(&line[0]), 1e-10, name);
            assert_near(&[corner.gamma], &[line[1].as_f64().unwrap()], 1e-10, name);
        }
    }
}

#[test]
fn least_variance_and_greatest_ratio_of_the_papers() {
    let Some(all) = fixtures() else { return };
    for name in
        ["gmv_bai_scheinberg_tutuncu", "gmv_roncalli", "gmv_roncalli_lb20", "gmv_roncalli_ub50"]
    {
        let case = &all[name];
        let q = matrix(&case["cov"]);
        let n = q.n();
        let lower = case.get("lb").map_or(vec![0.0; n], vector);
        let upper = case.get("ub").map_or(vec![1.0; n], vector);
        let rows = [Row::budget(n, 1.0)];
        let problem =
            Problem { quadratic: &q, linear: &[], lower: &lower, upper: &upper, rows: &rows };
        let s = trimtab_math::qp::solve(&problem, None).unwrap();
        assert_near(&s.x, &vector(&case["weights"]), case["tol"].as_f64().unwrap(), name);
        assert!(s.residual < 1e-12);
    }
    let case = &all["maxsharpe_kopman_liu"];
    let (mean, q) = (vector(&case["mu"]), matrix(&case["cov"]));
    let (lower, rows) = (vec![0.0; 2], [Row::budget(2, 1.0)]);
    // The second limit does not bind, but it sends the search along the frontier.
    for upper in [f64::INFINITY, 0.9] {
        let upper = vec![upper; 2];
        let problem =
            Problem { quadratic: &q, linear: &mean, lower: &lower, upper: &upper, rows: &rows };
        let Ok(BestRatio::Tangency(p)) = frontier::max_ratio(&problem, None) else { panic!() };
        assert_near(&p.x, &vector(&case["weights"]), 1e-4, "Kopman and Liu");
        assert_near(&p.x, &[3.0 / 11.0, 8.0 / 11.0], 1e-14, "closed form");
        assert_near(&[p.gamma], &[p.variance / p.mean], 1e-14, "gamma");
    }
}
