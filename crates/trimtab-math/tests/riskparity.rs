//! Risk budgeting against papers, closed forms and its own conditions of optimality.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::needless_range_loop)]

mod formula;

use formula::{covariance, panel};
use proptest::prelude::*;
use trimtab_math::riskparity::*;

fn square(n: usize, f: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..n * n).map(|k| f(k / n, k % n)).collect()
}

fn close(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (x, y) in a.iter().zip(b) {
        assert!((x - y).abs() <= tolerance, "{a:?}\n{b:?}");
    }
}

#[test]
fn published_weights() {
    let Some(text) = formula::shared("truth/papers/fixtures.json") else { return };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for (name, case) in all.as_object().unwrap() {
        let Some(rows) = case.get("cov").and_then(|c| c.as_array()) else { continue };
        let n = rows.len();
        let s: Vec<f64> =
            rows.iter().flat_map(|r| r.as_array().unwrap()).map(|v| v.as_f64().unwrap()).collect();
        let x = match case["what"].as_str().unwrap() {
            "ERC" => equal_risk_contribution(&s, n).unwrap().weights,
            "most diversified portfolio" => maximum_diversification(&s, n).unwrap(),
            "minimum correlation heuristic" => {
                minimum_correlation(&s, n, MinimumCorrelation::Pairs).unwrap()
            }
            "proportional minimum variance heuristic" => {
                proportional_minimum_variance(&s, n).unwrap()
            }
            _ => continue,
        };
        let want: Vec<f64> =
            case["weights"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        // Some papers print chopped digits: two hundredths of their last place on top.
        let tolerance = case["tol"].as_f64().unwrap() * 1.0001;
        for (i, (x, w)) in x.iter().zip(&want).enumerate() {
            assert!((x - w).abs() <= tolerance, "{name}, weight {i}: {x}, published {w}");
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} cases were tried");
}

#[test]
fn uncorrelated_and_equally_correlated_series_have_closed_forms() {
    let s = square(4, |i, j| if i == j { ((i + 1) as f64).powi(2) } else { 0.0 });
    let x = equal_risk_contribution(&s, 4).unwrap();
    close(&x.weights, &[0.48, 0.24, 0.16, 0.12], 1e-14);
    close(&x.shares, &[0.25; 4], 1e-13);
    // Budgets 1 : 4 without correlation: weights by the square root of the budget.
    let x = risk_budgeting(&s[..], 4, &[1.0, 4.0, 9.0, 16.0]).unwrap();
    close(&x.weights, &[0.25; 4], 1e-13);
    for rho in [-0.2, 0.3, 0.99] {
        let s = square(5, |i, j| (i + 1) as f64 * (j + 1) as f64 * if i == j { 1.0 } else { rho });
        let x = equal_risk_contribution(&s, 5).unwrap();
        close(&x.weights, &inverse_volatility(&s, 5).unwrap(), 1e-13);
    }
}

#[test]
fn many_series_meet_their_budgets() {
    for (t, n, seed) in [(252, 20, 1), (252, 100, 2), (252, 400, 3), (60, 150, 4)] {
        let s = covariance(&panel(t, n, seed), t, n);
        let x = equal_risk_contribution(&s, n).unwrap();
        assert!(x.residual < 1e-13, "{n}: {}", x.residual);
        assert!(x.steps < 10, "{n}: {} steps", x.steps);
        let b: Vec<f64> = (0..n).map(|i| 1.0 + (i * i % 17) as f64).collect();
        let x = risk_budgeting(&s, n, &b).unwrap();
        let total: f64 = b.iter().sum();
        for i in 0..n {
            assert!((x.shares[i] - b[i] / total).abs() < 1e-12);
        }
        assert!((x.weights.iter().sum::<f64>() - 1.0).abs() < 1e-13);
    }
}

#[test]
fn tiny_and_lopsided_budgets_are_met() {
    let n = 30;
    let s = covariance(&panel(100, n, 9), 100, n);
    let b: Vec<f64> = (0..n).map(|i| 10f64.powi(-(i as i32 % 9))).collect();
    let x = risk_budgeting(&s, n, &b).unwrap();
    assert!(x.residual < 1e-12, "{}", x.residual);
    assert!(x.weights.iter().all(|x| *x > 0.0));
}

#[test]
fn a_zero_budget_is_the_limit_of_small_ones() {
    let n = 12;
    let mut s = covariance(&panel(100, n, 5), 100, n);
    // Series 0 hedges the others: its zero budget is met by a positive weight.
    for j in 1..n {
        s[j] = -0.5 * s[j].abs();
        s[j * n] = s[j];
    }
    let mut b = vec![1.0; n];
    b[0] = 0.0;
    b[7] = 0.0;
    let x = risk_budgeting(&s, n, &b).unwrap();
    assert!(x.weights[0] > 0.01 && x.shares[0].abs() < 1e-12);
    assert_eq!(x.weights[7], 0.0);
    b[0] = 1e-9;
    b[7] = 1e-9;
    let near = risk_budgeting(&s, n, &b).unwrap();
    close(&x.weights, &near.weights, 1e-6);
}

#[test]
fn groups_get_their_budgets() {
    let n = 9;
    let s = covariance(&panel(100, n, 6), 100, n);
    let group: Vec<usize> = (0..n).map(|i| i % 3).collect();
    let x = risk_budgeting(&s, n, &group_budgets(&group, &[0.5, 0.3, 0.2]).unwrap()).unwrap();
    for (g, want) in [0.5, 0.3, 0.2].iter().enumerate() {
        let share: f64 = (0..n).filter(|i| group[*i] == g).map(|i| x.shares[i]).sum();
        assert!((share - want).abs() < 1e-12);
    }
}

/// Richard, Roncalli 2019, table 1: with a cap of 30 % the free series share what is left as 24
/// and 16 %, so that their contributions stay equal; the table prints 24.57 and 15.43.
#[test]
fn caps_keep_the_contributions_of_free_series_equal() {
    let deviation = [0.10, 0.15, 0.20, 0.30];
    let rho =
        [[1.0, 0.5, 0.5, 0.5], [0.5, 1.0, 0.5, 0.5], [0.5, 0.5, 1.0, 0.75], [0.5, 0.5, 0.75, 1.0]];
    let s = square(4, |i, j| deviation[i] * deviation[j] * rho[i][j]);
    let free = equal_risk_contribution(&s, 4).unwrap();
    close(&free.weights, &[0.4101, 0.2734, 0.1899, 0.1266], 5e-5);
    let x = bounded_risk_budgeting(&s, 4, &[1.0; 4], &[0.0; 4], &[0.3; 4]).unwrap();
    close(&x.weights, &[0.3, 0.3, 0.24, 0.16], 1e-12);
    assert_eq!(x.free, [false, false, true, true]);
    assert!((x.shares[2] - x.shares[3]).abs() < 1e-12);
    assert!(x.shares[0] <= x.share_per_budget * 0.25 + 1e-12);
}

#[test]
fn bounds_that_do_not_bind_change_nothing() {
    let n = 20;
    let s = covariance(&panel(252, n, 7), 252, n);
    let b: Vec<f64> = (0..n).map(|i| 1.0 + (i % 4) as f64).collect();
    let free = risk_budgeting(&s, n, &b).unwrap();
    let x = bounded_risk_budgeting(&s, n, &b, &vec![0.0; n], &vec![1.0; n]).unwrap();
    close(&x.weights, &free.weights, 1e-11);
    assert!((x.share_per_budget - 1.0).abs() < 1e-10);
}

#[test]
fn bounds_that_cannot_be_met_say_so() {
    let s = square(2, |i, j| if i == j { 1.0 } else { 0.2 });
    let go = |l: [f64; 2], u: [f64; 2]| bounded_risk_budgeting(&s, 2, &[1.0; 2], &l, &u);
    let e = go([0.0; 2], [0.4; 2]).unwrap_err();
    assert_eq!(e, RiskParityError::BoundsInfeasible { lower: 0.0, upper: 0.8 });
    assert!(matches!(go([0.5, 0.0], [0.4, 1.0]), Err(RiskParityError::Bound { index: 0, .. })));
    close(&go([0.5; 2], [1.0; 2]).unwrap().weights, &[0.5; 2], 0.0);
    close(&go([0.0; 2], [0.5; 2]).unwrap().weights, &[0.5; 2], 0.0);
    // A hedge so strong that its best weight alone fills the portfolio.
    let s = [1.0, -0.09, -0.09, 0.01];
    let e = bounded_risk_budgeting(&s, 2, &[1.0; 2], &[0.9, 0.0], &[1.0, 100.0]).unwrap_err();
    assert_eq!(e, RiskParityError::BoundsExceedBudgets);
}

#[test]
fn perfect_hedges_and_bad_inputs_are_errors() {
    let hedge = [1.0, -2.0, -2.0, 4.0];
    assert_eq!(equal_risk_contribution(&hedge, 2), Err(RiskParityError::Riskless));
    assert_eq!(maximum_diversification(&hedge, 2), Err(RiskParityError::Riskless));
    let indefinite = [1.0, -3.0, -3.0, 1.0];
    assert!(equal_risk_contribution(&indefinite, 2).is_err());
    assert!(maximum_diversification(&indefinite, 2).is_err());
    let ok = [1.0, 0.0, 0.0, 1.0];
    assert_eq!(
        risk_budgeting(&ok, 2, &[1.0, f64::NAN]).map(|_| ()).map_err(|e| e.to_string()),
        Err("risk budget 1 is NaN; budgets are numbers from 0 up, not all of them 0".into())
    );
    assert_eq!(
        risk_budgeting(&ok, 2, &[0.0; 2]),
        Err(RiskParityError::Budget { index: 0, value: 0.0 })
    );
    assert_eq!(risk_budgeting(&ok, 2, &[1.0]), Err(RiskParityError::Length { len: 1, n: 2 }));
    assert!(equal_risk_contribution(&[f64::NAN, 0.0, 0.0, 1.0], 2).is_err());
}

#[test]
fn one_series_takes_all() {
    assert_eq!(equal_risk_contribution(&[0.3], 1).unwrap().weights, [1.0]);
    assert_eq!(maximum_diversification(&[0.3], 1).unwrap(), [1.0]);
    assert_eq!(minimum_correlation(&[0.3], 1, MinimumCorrelation::Pairs).unwrap(), [1.0]);
}

/// At the most diversified portfolio every held series has the same correlation to it, and those
/// left out a higher one (Choueifaty, Froidure, Reynier 2013, core property 2).
#[test]
fn diversification_meets_its_core_property() {
    for (t, n, seed) in [(252, 20, 11), (252, 100, 12), (40, 120, 13), (252, 300, 14)] {
        let s = covariance(&panel(t, n, seed), t, n);
        let x = maximum_diversification(&s, n).unwrap();
        let ratio = diversification_ratio(&s, n, &x).unwrap();
        let deviations: f64 = (0..n).map(|i| x[i] * s[i * n + i].sqrt()).sum();
        let variance = (deviations / ratio).powi(2);
        for i in 0..n {
            let sx: f64 = (0..n).map(|j| s[i * n + j] * x[j]).sum();
            let rho = sx / (s[i * n + i] * variance).sqrt();
            if x[i] > 0.0 {
                assert!((rho - 1.0 / ratio).abs() < 1e-9, "{n}, {i}: {rho} {}", 1.0 / ratio);
            } else {
                assert!(rho >= 1.0 / ratio - 1e-9);
            }
        }
        let y = maximum_decorrelation(&s, n).unwrap();
        assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-12 && y.iter().all(|y| *y >= 0.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Scaling one series divides its weight before normalisation by the scale (Maillard et al.).
    #[test]
    fn scaling_a_series_moves_its_weight_inversely(seed in 0_u64..1000, scale in 0.01_f64..100.0) {
        let n = 8;
        let s = covariance(&panel(60, n, seed), 60, n);
        let mut scaled = s.clone();
        for j in 0..n {
            scaled[3 * n + j] *= scale;
            scaled[j * n + 3] *= scale;
        }
        for solve in [
            |s: &[f64], n| equal_risk_contribution(s, n).unwrap().weights,
            |s: &[f64], n| maximum_diversification(s, n).unwrap(),
        ] {
            let (x, y) = (solve(&s, n), solve(&scaled, n));
            let mut want = x.clone();
            want[3] /= scale;
            let sum: f64 = want.iter().sum();
            for i in 0..n {
                prop_assert!((y[i] - want[i] / sum).abs() < 1e-9);
            }
        }
    }

    /// Bounded weights meet the conditions of optimality, whatever bounds are feasible.
    #[test]
    fn bounded_weights_are_optimal(seed in 0_u64..1000, caps in prop::collection::vec(0.12_f64..0.5, 10),
                                   floors in prop::collection::vec(0.0_f64..0.1, 10)) {
        let n = 10;
        let s = covariance(&panel(60, n, seed), 60, n);
        let b: Vec<f64> = (0..n).map(|i| 1.0 + (i % 3) as f64).collect();
        let x = bounded_risk_budgeting(&s, n, &b, &floors, &caps).unwrap();
        let total: f64 = b.iter().sum();
        prop_assert!((x.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for i in 0..n {
            let due = x.share_per_budget * b[i] / total;
            prop_assert!(x.weights[i] >= floors[i] && x.weights[i] <= caps[i]);
            if x.free[i] {
                prop_assert!((x.shares[i] - due).abs() < 1e-10);
            } else if x.weights[i] == floors[i] {
                prop_assert!(x.shares[i] >= due - 1e-10);
            } else {
                prop_assert!(x.shares[i] <= due + 1e-10);
            }
        }
    }
}
