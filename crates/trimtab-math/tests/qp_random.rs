//! Random problems, ordinary and nasty: every answer is proved optimal by its own prices, every
//! claim that there is none is checked. `QP_CASES` sets the number of problems of each kind.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod qp_support;

use qp_support::{Case, Dice, general, infeasible, simple, violation};
use trimtab_math::qp::{Constraint, QpError, solve};

/// Conditions of optimality hold to this part of the terms that cancel in them.
const TOLERANCE: f64 = 1e-11;

fn count(usual: u64) -> u64 {
    std::env::var("QP_CASES").map_or(usual, |v| v.parse().unwrap())
}

#[test]
fn budget_and_bounds() {
    run(simple, count(1500));
}

#[test]
fn general_rows() {
    run(general, count(1500));
}

fn run(make: fn(u64) -> Case, count: u64) {
    let mut bad = vec![];
    for seed in 0..count {
        let case = make(seed);
        match solve(&case.problem(), None) {
            Ok(s) => {
                let (v, what) = violation(&case, &s);
                if v > TOLERANCE {
                    bad.push(format!("{}: {v:e} {what}, own residual {:e}", case.name, s.residual));
                }
            }
            Err(e) => bad.push(format!("{}: {e}", case.name)),
        }
    }
    assert!(bad.is_empty(), "{} of {count}:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn a_warm_start_changes_the_road_and_not_the_end() {
    for seed in 0..count(300) {
        let case = if seed % 2 == 0 { simple(seed) } else { general(seed) };
        let Ok(cold) = solve(&case.problem(), None) else { continue };
        let mut dice = Dice(seed ^ 0xABCD);
        let noise = |scale: f64, dice: &mut Dice| -> Vec<f64> {
            cold.x.iter().map(|x| x + scale * dice.normal()).collect()
        };
        let starts = [cold.x.clone(), noise(0.01, &mut dice), noise(3.0, &mut dice)];
        for start in starts {
            let warm = solve(&case.problem(), Some(&start)).unwrap();
            let (v, what) = violation(&case, &warm);
            assert!(v < TOLERANCE, "{}: {v:e} {what}", case.name);
            let scale = cold.quadratic.abs() + cold.value.abs();
            let gap = (warm.value - cold.value).abs();
            // Variance that vanishes is rounding of an ordinary one.
            let most = cold.x.iter().fold(3.0_f64, |m, x| m.max(x.abs()));
            let c = case.c.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
            let rounding = 1e-15 * (case.q.trace() * most + c) * most + 1e-25;
            assert!(gap <= 1e-10 * scale + rounding, "{}: {gap:e} of {scale:e}", case.name);
        }
        let again = solve(&case.problem(), Some(&cold.x)).unwrap();
        assert!(
            again.steps <= cold.steps + 2,
            "{}: {} after {}",
            case.name,
            again.steps,
            cold.steps
        );
    }
}

#[test]
fn scaling_objective_or_budget_scales_the_answer() {
    for seed in 0..200 {
        let case = simple(seed);
        let Ok(base) = solve(&case.problem(), None) else { continue };
        for power in [-40, 40] {
            let k = 2f64.powi(power);
            let mut scaled = case.clone();
            scaled.q = case.q.combine(k, &case.q, 0.0);
            scaled.c.iter_mut().for_each(|c| *c *= k);
            let s = solve(&scaled.problem(), None).unwrap();
            let gap = (s.value - k * base.value).abs();
            assert!(gap <= 1e-11 * k * (base.value.abs() + base.quadratic.abs()), "{}", case.name);
        }
    }
}

#[test]
fn infeasible_subsets_are_infeasible_and_irreducible() {
    let mut sizes = vec![];
    for seed in 0..count(300) {
        let case = infeasible(seed);
        let Err(QpError::Infeasible { subset }) = solve(&case.problem(), None) else {
            panic!("{}: not reported", case.name);
        };
        sizes.push(subset.len());
        let all = only(&case, &subset);
        assert!(
            matches!(solve(&all.problem(), None), Err(QpError::Infeasible { .. })),
            "{}: {subset:?} can hold together",
            case.name
        );
        for left_out in &subset {
            let rest: Vec<Constraint> = subset.iter().copied().filter(|c| c != left_out).collect();
            let outcome = solve(&only(&case, &rest).problem(), None);
            let holds = !matches!(outcome, Err(QpError::Infeasible { .. }));
            assert!(holds, "{}: {subset:?} without {left_out:?} is still infeasible", case.name);
        }
    }
    assert!(sizes.iter().any(|s| *s > 2));
}

/// The problem with no other constraints than these, and an objective that has a minimum.
fn only(case: &Case, subset: &[Constraint]) -> Case {
    let mut c = case.clone();
    let n = c.c.len();
    c.q = trimtab_math::linalg::Sym::identity(n);
    for j in 0..n {
        if !subset.contains(&Constraint::Lower(j)) {
            c.lower[j] = f64::NEG_INFINITY;
        }
        if !subset.contains(&Constraint::Upper(j)) {
            c.upper[j] = f64::INFINITY;
        }
    }
    for i in 0..c.rows.len() {
        if !subset.contains(&Constraint::Row(i)) {
            c.rows[i].lower = f64::NEG_INFINITY;
            c.rows[i].upper = f64::INFINITY;
        }
    }
    c
}
