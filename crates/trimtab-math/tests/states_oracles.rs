//! Hidden chains, jump models, breaks and regressions against other people's programs.
//!
//! `tests/states/oracles.json` was written by `tests/states/oracles.py` with hmmlearn 0.3.3, jumpmodels 0.1.1, ruptures 1.1.10
//! and statsmodels 0.15.0, on series that both sides make from the same whole numbers.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use trimtab_math::breaks::{Criterion, chosen, chow, cusum, segments};
use trimtab_math::linalg::Sym;
use trimtab_math::multiple::{Correction, corrected};
use trimtab_math::regression::Regression;
use trimtab_math::states::{Fitting, Gaussian, Hidden, Jump, Shape, Table};

fn oracles() -> Value {
    serde_json::from_str(include_str!("states/oracles.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn whole(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|x| x.as_u64().unwrap() as usize).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[track_caller]
fn near(what: &str, value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{what}: {value:e} instead of {expected:e}"
    );
}

#[track_caller]
fn all_near(what: &str, values: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(values.len(), expected.len(), "{what}");
    values.iter().zip(expected).for_each(|(v, e)| near(what, *v, *e, tolerance));
}

fn normals(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 9_007_199_254_740_992.0
    };
    (0..n).map(|_| (0..12).fold(0.0, |sum, _| sum + uniform()) - 6.0).collect()
}

const T: usize = 600;

/// Two columns in three states that follow each other in blocks.
fn rows() -> Vec<[f64; 2]> {
    let (a, b) = (normals(1, T), normals(2, T));
    let row = |t: usize| {
        let state = [0, 1, 0, 2, 0, 1][(t / 50) % 6];
        let (scale, mean) = ([0.6, 2.0, 1.0][state], [0.1, 0.0, -0.6][state]);
        [mean + scale * a[t], 0.2 - 0.3 * scale * a[t] + 0.5 * b[t]]
    };
    (0..T).map(row).collect()
}

fn first_model(width: usize) -> Hidden {
    let means = [[0.2, 0.1], [0.0, 0.3], [-0.5, 0.0]];
    let state = |(mean, f): (&[f64; 2], f64)| Gaussian {
        mean: mean[..width].to_vec(),
        covariance: Sym::from_diagonal(&vec![f; width]),
    };
    let transitions = vec![0.90, 0.06, 0.04, 0.10, 0.85, 0.05, 0.10, 0.10, 0.80];
    let states = means.iter().zip([0.5, 3.0, 1.0]).map(state).collect();
    Hidden::new(vec![0.5, 0.3, 0.2], transitions, states).unwrap()
}

#[test]
fn a_hidden_chain_is_that_of_hmmlearn() {
    let (oracles, rows) = (oracles(), rows());
    all_near("first", &rows[0], &numbers(&oracles["first"]), 1e-15);
    all_near("last", &rows[T - 1], &numbers(&oracles["last"]), 1e-15);
    for case in oracles["chains"].as_array().unwrap() {
        let width = case["width"].as_u64().unwrap() as usize;
        let values: Vec<f64> = rows.iter().flat_map(|row| row[..width].to_vec()).collect();
        let table = Table::new(&values, width).unwrap();
        let shape = if case["shape"] == "full" { Shape::Full } else { Shape::Diagonal };
        let rounds = case["rounds"].as_u64().unwrap() as usize;
        let fitting =
            Fitting { shape, prior: number(&case["prior"]), rounds, gain: f64::NEG_INFINITY };
        let first = first_model(width);
        near("begin", first.filter(&table).unwrap().log_likelihood, number(&case["begin"]), 1e-12);
        let fitted = first.fit(&table, &fitting).unwrap();
        assert_eq!((fitted.rounds, fitted.settled), (rounds, false));
        near("score", fitted.log_likelihood, number(&case["score"]), 1e-10);
        let model = &fitted.model;
        all_near("start", model.start(), &numbers(&case["start"]), 1e-8);
        let transitions: Vec<f64> =
            (0..9).map(|place| model.transition(place / 3, place % 3)).collect();
        all_near("transitions", &transitions, &numbers(&case["transitions"]), 1e-8);
        for (k, state) in model.states().iter().enumerate() {
            all_near("mean", &state.mean, &numbers(&case["means"][k]), 1e-8);
            let expected = numbers(&case["covariances"][k]);
            all_near("covariance", state.covariance.as_slice(), &expected, 1e-8);
        }
        let smoothed = model.smooth(&table).unwrap();
        for (place, expected) in case["memberships"].as_array().unwrap().iter().enumerate() {
            let at = place * 37 * 3;
            all_near("membership", &smoothed.memberships[at..at + 3], &numbers(expected), 1e-7);
        }
        let (road, log) = model.viterbi(&table).unwrap();
        assert_eq!(road, whole(&case["road"]));
        near("road", log, number(&case["log_road"]), 1e-10);
    }
}

#[test]
fn the_filter_knows_only_what_was_and_the_smoother_ends_where_it_does() {
    let values: Vec<f64> = rows().concat();
    let model = first_model(2);
    let whole = model.filter(&Table::new(&values, 2).unwrap()).unwrap();
    let part = model.filter(&Table::new(&values[..400], 2).unwrap()).unwrap();
    assert_eq!(part.chances, whole.chances[..600]);
    let smoothed = model.smooth(&Table::new(&values, 2).unwrap()).unwrap();
    assert_eq!(smoothed.memberships[3 * T - 3..], *whole.last(3));
    near("moves", smoothed.moves.iter().sum(), (T - 1) as f64, 1e-12);
    for row in smoothed.memberships.chunks(3).chain(whole.chances.chunks(3)) {
        near("chances", row.iter().sum(), 1.0, 1e-12);
    }
}

#[test]
fn a_row_far_from_every_state_does_not_break_the_chain() {
    let mut values: Vec<f64> = rows().concat();
    values[500] = 1e6;
    let table = Table::new(&values, 2).unwrap();
    // No way back into the first state: chances of zero and densities of e^-1e11 meet.
    let mut first = first_model(2);
    let states = first.states().to_vec();
    let transitions = vec![0.5, 0.5, 0.0, 0.0, 0.5, 0.5, 0.0, 0.5, 0.5];
    first = Hidden::new(vec![1.0, 0.0, 0.0], transitions, states).unwrap();
    let smoothed = first.smooth(&table).unwrap();
    assert!(smoothed.memberships.iter().all(|g| (0.0..=1.0 + 1e-12).contains(g)));
    assert!(first.viterbi(&table).unwrap().1.is_finite());
    let fitting = Fitting { shape: Shape::Full, prior: 1.0, rounds: 50, gain: 1e-9 };
    let fitted = first.fit(&table, &fitting).unwrap();
    assert!(fitted.log_likelihood.is_finite());
    assert!(fitted.model.states().iter().all(|s| s.mean.iter().all(|m| m.is_finite())));
}

#[test]
fn permuted_states_find_their_way_back() {
    let values: Vec<f64> = rows().concat();
    let table = Table::new(&values, 2).unwrap();
    let fitting = Fitting { shape: Shape::Full, prior: 0.0, rounds: 30, gain: 0.0 };
    let early = Table::new(&values[..1000], 2).unwrap();
    let before = first_model(2).fit(&early, &fitting).unwrap().model;
    let after = before.in_order(&[2, 0, 1]).fit(&table, &fitting).unwrap().model;
    // Place k of the new order is what was place k before the states were shuffled.
    assert_eq!(after.order_like(&before).unwrap(), [1, 2, 0]);
    let mut jump = Jump::new(before.states().iter().flat_map(|s| s.mean.clone()).collect(), 2, 1.0);
    let straight = jump.clone().unwrap();
    jump = jump.map(|j| j.in_order(&[2, 0, 1]));
    assert_eq!(jump.unwrap().order_like(&straight).unwrap(), [1, 2, 0]);
}

#[test]
fn a_jump_model_is_that_of_jumpmodels() {
    let (oracles, values) = (oracles(), rows().concat());
    let table = Table::new(&values, 2).unwrap();
    let centres = vec![0.2, 0.1, 1.5, -0.3, -0.8, 0.4];
    for case in oracles["jumps"].as_array().unwrap() {
        let penalty = number(&case["penalty"]);
        let fitted = Jump::new(centres.clone(), 2, penalty).unwrap().fit(&table, 1_000).unwrap();
        assert!(fitted.settled);
        near("objective", fitted.objective, number(&case["objective"]), 1e-12);
        // The package sorts its states by how often they occur.
        let sorted: Vec<Vec<f64>> =
            case["centres"].as_array().unwrap().iter().map(numbers).collect();
        let other = Jump::new(sorted.concat(), 2, penalty).unwrap();
        let own = fitted.model.in_order(&fitted.model.order_like(&other).unwrap());
        all_near("centres", own.centres(), other.centres(), 1e-12);
        assert_eq!(own.labels(&table).unwrap().0, whole(&case["labels"]), "{penalty}");
        assert_eq!(own.online(&table).unwrap(), whole(&case["online"]), "{penalty}");
    }
}

#[test]
fn breaks_are_those_of_ruptures_and_statsmodels() {
    let oracles = &oracles()["breaks"];
    let (noise, x) = (normals(3, 240), normals(4, 240));
    let ones = vec![1.0; 240];
    let level = |t: usize| {
        if t < 70 {
            0.0
        } else if t < 150 {
            1.2
        } else {
            0.4
        }
    };
    let y: Vec<f64> = (0..240).map(|t| level(t) + noise[t]).collect();
    let slope = |t: usize| if t < 110 { 0.5 } else { -0.7 };
    let line: Vec<f64> = (0..240).map(|t| slope(t) * x[t] + 0.3 * noise[t]).collect();
    let design = [x.clone(), ones.clone()];
    let of_mean = segments(&[&ones], &y, 15, 4).unwrap();
    let of_line = segments(&design, &line, 15, 4).unwrap();
    for (what, cuts) in [("mean", &of_mean), ("line", &of_line)] {
        for (cut, expected) in cuts[1..].iter().zip(oracles[what].as_array().unwrap()) {
            assert_eq!(cut.breaks, whole(&expected["breaks"]), "{what}");
            near(what, cut.squares, number(&expected["squares"]), 1e-10);
        }
    }
    assert_eq!(chosen(&of_line, 240, 2, Criterion::Bic).breaks.len(), 1);
    let fit = Regression::new(&design, &line).unwrap();
    let found = cusum(&fit.residuals, 2).unwrap();
    near("cusum", found.statistic, number(&oracles["cusum"]["statistic"]), 1e-12);
    near("cusum p", found.p, number(&oracles["cusum"]["p"]), 1e-10);
    let found = chow(&design, &line, 100).unwrap();
    near("chow", found.statistic, number(&oracles["chow"]["statistic"]), 1e-10);
    near("chow p", found.p, number(&oracles["chow"]["p"]), 1e-12);
    assert!(chow(&design, &line, 1).is_err() && chow(&design, &line, 999).is_err());
}

#[test]
fn errors_of_a_regression_are_those_of_statsmodels() {
    let oracles = &oracles()["regression"];
    let (a, b, u) = (normals(5, 200), normals(6, 200), normals(7, 200));
    let mut last = 0.0;
    let y: Vec<f64> = (0..200)
        .map(|t| {
            last = 0.5 * last + u[t] * (1.0 + 0.3 * a[t].abs());
            0.1 + 0.4 * a[t] - 0.2 * b[t] + last
        })
        .collect();
    let fit = Regression::new(&[vec![1.0; 200], a, b], &y).unwrap();
    near("r squared", fit.r_squared(&y).unwrap(), number(&oracles["r_squared"]), 1e-12);
    for case in oracles["fits"].as_array().unwrap() {
        let covariance = match case["lags"].as_u64() {
            None => fit.covariance(),
            Some(lags) => fit.covariance_robust(lags as usize),
        };
        let estimates = fit.estimates(&covariance);
        for (k, own) in estimates.iter().enumerate() {
            near("coefficient", own.coefficient, number(&case["coefficients"][k]), 1e-12);
            near("error", own.error, number(&case["errors"][k]), 1e-12);
            near("t", own.t.unwrap(), number(&case["t"][k]), 1e-11);
            near("p", own.p.unwrap(), number(&case["p"][k]), 1e-9);
        }
        let (wald, p) = fit.joint(&covariance, &[1, 2]).unwrap();
        near("wald", wald, number(&case["wald"]), 1e-10);
        near("wald p", p, number(&case["wald_p"]), 1e-10);
    }
}

#[test]
fn corrected_p_values_are_those_of_statsmodels() {
    let oracles = &oracles()["multiple"];
    let p = numbers(&oracles["p"]);
    let all = [
        ("bonferroni", Correction::Bonferroni),
        ("holm", Correction::Holm),
        ("bh", Correction::Bh),
        ("bhy", Correction::Bhy),
    ];
    for (name, correction) in all {
        all_near(name, &corrected(&p, p.len(), correction), &numbers(&oracles[name]), 1e-14);
    }
}
