//! The validation methods against other people's programs and published examples.
//!
//! `tests/validation/oracles.json` was written by `tests/validation/oracles.py` with the packages that it names; the
//! series and the resampled periods come from formulas that both sides repeat. `../shared/truth` is optional.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stderr)]
#![allow(clippy::single_range_in_vec_init)]
mod shared;

use serde_json::Value;
use shared::shared;
use std::ops::Range;
use trimtab_lab::inference::SharpeEstimate;
use trimtab_lab::validation::{
    Blocks, Combinatorial, Draws, FoldSize, PurgedFolds, RankOver, Scale, SetRule, Start, Tail,
    Trials, WalkForward, block_length, confidence_set, long_run_variance, overfitting,
    reality_check, sharpe_band, step_down, superior_ability,
};

const T: usize = 120;
const N: usize = 6;
const REPLICATES: usize = 200;
const BLOCK: usize = 8;

fn oracles() -> Value {
    serde_json::from_str(include_str!("validation/oracles.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn size(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

fn near(what: &str, value: f64, expected: f64, relative: f64) {
    assert!(
        (value - expected).abs() <= relative * expected.abs(),
        "{what}: {value} is not {expected}"
    );
}

fn panel() -> Vec<Vec<f64>> {
    let at = |t: usize, j: usize| {
        let (t, j) = (t as f64 + 1.0, j as f64 + 1.0);
        0.01 * (0.7 * t * t % 9973.0 * j).sin() + 0.004 * (1.3 * t * j).cos() + 0.0008 * (j - 3.0)
    };
    (0..N).map(|j| (0..T).map(|t| at(t, j)).collect()).collect()
}

fn differences() -> Trials {
    let benchmark: Vec<f64> =
        (0..T).map(|t| 0.002 * (0.9 * (t as f64 + 1.0)).sin() + 0.0004).collect();
    Trials::new(&panel()).unwrap().less(&benchmark).unwrap()
}

/// Stationary resamples by Knuth's congruential generator, as in `oracles.py`.
fn resamples() -> Vec<Vec<usize>> {
    let mut state = 12_345_u64;
    let mut bits = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as usize
    };
    let mut resample = |_| {
        let mut row: Vec<usize> = Vec::with_capacity(T);
        for s in 0..T {
            let (jump, place) = (bits() % BLOCK == 0, bits() % T);
            row.push(if s == 0 || jump { place } else { (row[s - 1] + 1) % T });
        }
        row
    };
    (0..REPLICATES).map(&mut resample).collect()
}

fn draws(trials: &Trials) -> Draws {
    Draws::of_indices(trials, &resamples()).unwrap()
}

fn p_values(tails: [Tail; 3]) -> [f64; 3] {
    tails.map(Tail::share)
}

#[test]
fn superior_ability_is_that_of_arch_and_of_the_paper() {
    let (oracle, trials) = (oracles(), differences());
    let variances = long_run_variance(&trials, BLOCK as f64);
    for (w2, expected) in variances.iter().zip(list(&oracle["spa"]["variance"])) {
        near("long-run variance", *w2, number(expected), 1e-12);
    }
    let draws = draws(&trials);
    for (name, scale) in [("spa", Scale::Common), ("hansen", Scale::Own)] {
        let found = superior_ability(&draws, &variances, scale);
        near(name, found.statistic, number(&oracle[name]["statistic"]), 1e-12);
        let p = p_values([found.lower, found.consistent, found.upper]);
        for (p, expected) in p.into_iter().zip(list(&oracle[name]["p"])) {
            near(name, p, number(expected), 1e-12);
        }
        assert_eq!(found.each[found.best], found.consistent);
    }
    let (_, tail) = reality_check(&draws);
    near("reality check", tail.share(), number(&oracle["reality_check"]), 1e-12);
}

#[test]
fn the_step_down_set_is_that_of_arch() {
    let (oracle, trials) = (oracles(), differences());
    let variances = long_run_variance(&trials, BLOCK as f64);
    let expected: Vec<usize> = list(&oracle["stepm"]).map(size).collect();
    assert_eq!(step_down(&draws(&trials), &variances, Scale::Common, 0.10), expected);
}

#[test]
fn the_confidence_set_is_that_of_arch() {
    let (oracle, trials) = (oracles(), Trials::new(&panel()).unwrap());
    for (name, rule) in [("mcs_R", SetRule::Range), ("mcs_max", SetRule::Maximum)] {
        let found = confidence_set(&draws(&trials), rule).unwrap();
        for ((k, p), expected) in found.order.iter().zip(list(&oracle[name])) {
            assert_eq!(*k, size(&expected[0]), "{name}");
            near(name, *p, number(&expected[1]), 1e-12);
        }
        assert_eq!(found.order.len(), N);
    }
}

#[test]
fn own_dice_agree_with_arch_within_their_error() {
    let (oracle, trials) = (oracles(), differences());
    let replicates = 20_000;
    let blocks = Blocks::stationary(T, BLOCK as f64).unwrap();
    let draws = Draws::new(&trials, &blocks, replicates, 5).unwrap();
    let variances = long_run_variance(&trials, BLOCK as f64);
    let found = superior_ability(&draws, &variances, Scale::Common);
    let p = p_values([found.lower, found.consistent, found.upper]);
    for (p, expected) in p.into_iter().zip(list(&oracle["monte_carlo"]["spa"]).map(number)) {
        // Four standard errors of the difference of two shares.
        let error = (2.0 * expected * (1.0 - expected) / replicates as f64).sqrt();
        assert!((p - expected).abs() < 4.0 * error + 1e-4, "{p} {expected}");
    }
    let returns: Vec<f64> = Trials::new(&panel()).unwrap().trial(3).collect();
    let band = sharpe_band(&returns, &blocks, replicates, 0.95, 5).unwrap();
    for (end, expected) in [band.low, band.high].iter().zip(list(&oracle["monte_carlo"]["sharpe"]))
    {
        // The 2.5 % quantile of a normal has the standard error 2.67 s / sqrt(B).
        let error = 2.0_f64.sqrt() * 2.67 * band.error / (replicates as f64).sqrt();
        assert!((end - number(expected)).abs() < 4.0 * error, "{end} {expected}");
    }
}

#[test]
fn block_lengths_are_those_of_arch() {
    for case in list(&oracles()["block_lengths"]) {
        let (phi, n) = (number(&case[0]), size(&case[1]));
        let mut x = 0.0;
        let next = |t: usize| {
            x = phi * x + (0.7 * (t * t % 9973) as f64).sin();
            x
        };
        let series: Vec<f64> = (1..=n).map(next).collect();
        let found = block_length(&series).unwrap();
        near("stationary", found.stationary, number(&case[2]), 1e-9);
        near("circular", found.circular, number(&case[3]), 1e-9);
    }
}

fn range(value: &Value) -> Range<usize> {
    size(&value[0])..size(&value[1])
}

#[test]
fn combinatorial_splits_and_paths_are_those_of_skfolio() {
    for case in list(&oracles()["combinatorial"]) {
        let [n, folds, tests, purge, embargo] =
            ["n", "folds", "tests", "purge", "embargo"].map(|key| size(&case[key]));
        let folds = PurgedFolds::new(n, folds, purge, embargo, FoldSize::RestLast).unwrap();
        let cv = Combinatorial::new(folds, tests).unwrap();
        let expected: Vec<&Value> = list(&case["splits"]).collect();
        assert_eq!(cv.tested().len(), expected.len());
        for (split, expected) in cv.splits().zip(expected) {
            assert_eq!(split.train, list(&expected[0]).map(range).collect::<Vec<_>>());
            assert_eq!(split.test, list(&expected[1]).map(range).collect::<Vec<_>>());
        }
        let paths: Vec<Vec<usize>> =
            list(&case["paths"]).map(|path| list(path).map(size).collect()).collect();
        assert_eq!(cv.paths(), paths);
    }
}

#[test]
fn walks_are_those_of_skfolio() {
    for case in list(&oracles()["walk_forward"]) {
        let [n, train, test, gap] = ["n", "train", "test", "gap"].map(|key| size(&case[key]));
        let start = if case["anchored"] == true { Start::Anchored } else { Start::Rolling };
        let plan = WalkForward { train, test, gap, start, last_short: case["short"] == true };
        let splits = plan.splits(n).unwrap();
        let expected: Vec<&Value> = list(&case["splits"]).collect();
        assert_eq!(splits.len(), expected.len());
        for (split, expected) in splits.iter().zip(expected) {
            assert_eq!(split.train, [range(&expected[0])]);
            assert_eq!(split.test, [range(&expected[1])]);
        }
    }
}

/// The rows of a CSV file without its header.
fn numbers(path: &str) -> Option<Vec<Vec<f64>>> {
    let text = std::fs::read_to_string(shared(path)?).unwrap();
    let row = |line: &str| line.split(',').map(|cell| cell.parse().unwrap()).collect();
    Some(text.lines().skip(1).map(row).collect())
}

#[test]
fn overfitting_is_that_of_the_package_pbo() {
    for (case, blocks, phi, slope, fit, below) in [
        ("rpbo_s4", 4, 0.5, 0.198_17, -0.23, 0.5),
        ("rpbo_s8", 8, 0.385_714_285_714, 0.209_71, -0.015, 0.457),
    ] {
        let Some(rows) = numbers(&format!("truth/pbo/{case}_returns.csv")) else { return };
        let columns: Vec<Vec<f64>> =
            (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).collect()).collect();
        // The package's own example measures above 3 % a year of 252 days.
        let trials = Trials::new(&columns).unwrap().less(&vec![0.03 / 252.0; rows.len()]).unwrap();
        let found = overfitting(&trials, blocks, RankOver::Count).unwrap();
        near(case, found.probability, phi, 1e-11);
        let lambda = numbers(&format!("truth/pbo/{case}_lambda.csv")).unwrap();
        let pairs = numbers(&format!("truth/pbo/{case}_rn_pairs.csv")).unwrap();
        assert_eq!((found.logits.len(), found.pairs.len()), (lambda.len(), pairs.len()));
        for (logit, expected) in found.logits.iter().zip(&lambda) {
            // The package writes 6 for infinity.
            let logit = if logit.is_infinite() { 6.0_f64.copysign(*logit) } else { *logit };
            assert!((logit - expected[0]).abs() < 1e-12, "{logit} {expected:?}");
        }
        for ((inside, outside), expected) in found.pairs.iter().zip(&pairs) {
            assert!((inside - expected[0]).abs() < 1e-12 && (outside - expected[1]).abs() < 1e-12);
        }
        // The summary prints so many digits.
        // What it calls a slope is the intercept of the other line, of the ratio inside on that outside.
        let n = pairs.len() as f64;
        let mean = |k: usize| pairs.iter().map(|p| p[k]).sum::<f64>() / n;
        let sum = |i: usize, j: usize| -> f64 {
            pairs.iter().map(|p| (p[i] - mean(i)) * (p[j] - mean(j))).sum()
        };
        let other = mean(0) - sum(0, 1) / sum(1, 1) * mean(1);
        assert!((other - slope).abs() < 6e-6, "{other} {slope}");
        near("slope", found.slope, sum(0, 1) / sum(0, 0), 1e-9);
        near("intercept", found.intercept, mean(1) - found.slope * mean(0), 1e-9);
        assert!((found.fit - fit).abs() < 6e-3, "{} {fit}", found.fit);
        assert!((found.loss_probability - below).abs() < 6e-4, "{}", found.loss_probability);
    }
}

#[test]
fn the_papers_examples_come_out() {
    let Some(path) = shared("truth/papers/fixtures.json") else { return };
    let papers: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for case in list(&papers["psr_bailey_lopez_de_prado_2012"]["cases"]) {
        let of = |key: &str| number(&case[key]);
        let estimate = SharpeEstimate {
            sharpe: of("sr"),
            n: of("n"),
            skewness: of("skew"),
            kurtosis_excess: of("kurt") - 3.0,
        };
        let (value, tolerance) = match case["fn"].as_str().unwrap() {
            "sr_std" => (estimate.error(), 5e-5),
            "psr" => (estimate.probability_above(of("bench")), 5e-4),
            _ => (estimate.track_record_min(0.0, of("prob")).map(|n| n / 12.0), 5e-5),
        };
        assert!((value.unwrap() - of("expect")).abs() <= tolerance, "{case} {value:?}");
    }
    let book = &papers["cpcv_afml_p164"];
    let cv = |embargo| {
        let folds = PurgedFolds::new(100, 6, 0, embargo, FoldSize::Even).unwrap();
        Combinatorial::new(folds, 2).unwrap()
    };
    let spans: Vec<[usize; 2]> =
        cv(0).splits().map(|s| [s.test[0].start, s.test[1].end - 1]).collect();
    let expected = |key: &str| -> Vec<[usize; 2]> {
        list(&book[key]).map(|span| [size(&span[0]), size(&span[1])]).collect()
    };
    assert_eq!((spans.len(), cv(0).paths().len()), (15, 5));
    assert_eq!(
        (spans[..5].to_vec(), spans[10..].to_vec()),
        (expected("first5"), expected("last5"))
    );
    let fitted = |embargo| -> Vec<usize> {
        cv(embargo).splits().map(|s| s.train.iter().map(ExactSizeIterator::len).sum()).collect()
    };
    let removed: Vec<usize> = fitted(0).iter().zip(fitted(5)).map(|(a, b)| a - b).collect();
    let of = |key: &str| size(&book["embargo5pct"][key]);
    assert_eq!(
        [removed[0], removed[1], removed[14]],
        ["removed_first", "removed_second", "removed_last"].map(of)
    );
}
