//! Random frontiers against the programmes they consist of. `QP_CASES` sets their number.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_range_loop
)]

mod qp_support;

use qp_support::{Case, Dice, general, simple};
use trimtab_math::frontier::{self, BestRatio, Frontier, TargetError};
use trimtab_math::qp::{Problem, Row, solve};

fn count(usual: u64) -> u64 {
    std::env::var("QP_CASES").map_or(usual, |v| v.parse().unwrap())
}

/// A case whose linear term is a mean vector: sometimes with ties, sometimes the same for all.
fn with_means(seed: u64) -> Case {
    let mut dice = Dice(seed ^ 0x5EED);
    let mut case = if dice.chance(0.6) { simple(seed) } else { general(seed) };
    let n = case.c.len();
    let size = (case.q.trace() / n as f64).sqrt().max(1e-6);
    let kind = dice.below(4);
    case.c = (0..n)
        .map(|_| match kind {
            0 => size * (0.05 + 0.05 * dice.below(3) as f64), // many ties
            1 => size * 0.1,
            _ => size * (0.03 + 0.1 * dice.normal()),
        })
        .collect();
    for j in 0..n {
        case.lower[j] = case.lower[j].max(-10.0);
        case.upper[j] = case.upper[j].min(10.0);
    }
    case
}

/// What rounding can do to a variance or to gamma times a mean here.
fn rounding(case: &Case, gamma: f64) -> f64 {
    let c = case.c.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
    let far = case.lower.iter().chain(&case.upper).fold(1.0_f64, |m, b| m.max(b.abs()));
    1e-13 * (case.q.trace() * far * far + gamma * c * far * case.c.len() as f64)
}

#[test]
fn every_point_is_the_optimum_for_its_gamma() {
    let mut corners = 0;
    for seed in 0..count(500) {
        let case = with_means(seed);
        let f = match Frontier::trace(&case.problem()) {
            Ok(f) => f,
            Err(e) => panic!("{}: {e}", case.name),
        };
        corners += f.corners().len();
        let top = f.turning_points().last().unwrap().gamma;
        let mut dice = Dice(seed);
        let mut means = vec![f.corners()[0].mean, f.corners().last().unwrap().mean];
        for _ in 0..4 {
            means.push(means[0] + dice.unit() * (means[1] - means[0]));
        }
        for mean in means {
            let p = f.at_mean(mean).unwrap();
            let c: Vec<f64> = case.c.iter().map(|c| c * p.gamma).collect();
            let best = solve(&Problem { linear: &c, ..case.problem() }, Some(&p.x)).unwrap();
            let value = 0.5 * p.variance - p.gamma * p.mean;
            let gap = value - best.value;
            // Where many corners share one gamma the walk may pass over some within rounding.
            let allowed = 100.0 * rounding(&case, p.gamma);
            assert!(gap <= allowed, "{} at {mean}: {gap:e} above, {allowed:e} allowed", case.name);
            let direct = case.q.quadratic_form(&p.x);
            assert!(
                (direct - p.variance).abs() <= allowed,
                "{}: {direct} {}",
                case.name,
                p.variance
            );
            feasible(&case, &p.x);
        }
        // beyond the top nothing changes
        let c: Vec<f64> = case.c.iter().map(|c| 3.0 * c * top).collect();
        let best = solve(&Problem { linear: &c, ..case.problem() }, None).unwrap();
        let mean: f64 = best.x.iter().zip(&case.c).map(|(x, c)| x * c).sum();
        let last = f.corners().last().unwrap().mean;
        let allowed = 1e-9 * (last.abs() + case.c.iter().fold(0.0_f64, |m, c| m.max(c.abs())));
        assert!(mean <= last + allowed, "{}: {mean} beyond {last}", case.name);
    }
    println!("{corners} corners");
}

#[track_caller]
fn feasible(case: &Case, x: &[f64]) {
    let far = x.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for j in 0..x.len() {
        assert!(x[j] >= case.lower[j] - 1e-12 * far && x[j] <= case.upper[j] + 1e-12 * far);
    }
    for row in &case.rows {
        let value: f64 = row.coefficients.iter().zip(x).map(|(a, x)| a * x).sum();
        let size = row.coefficients.iter().fold(0.0_f64, |m, a| m.max(a.abs())) * far;
        assert!(
            value >= row.lower - 1e-8 * size && value <= row.upper + 1e-8 * size,
            "{}",
            case.name
        );
    }
}

#[test]
fn a_target_mean_is_the_programme_with_one_more_row() {
    for seed in 0..count(200) {
        let case = with_means(seed + 10_000);
        let f = Frontier::trace(&case.problem()).unwrap();
        let (low, high) = (f.corners()[0].mean, f.corners().last().unwrap().mean);
        let mut dice = Dice(seed);
        // Also below the least variance, where the frontier is inefficient.
        for part in [0.0, 0.3, dice.unit(), 1.0, -0.1] {
            let mean = low + part * (high - low);
            let mut rows = case.rows.clone();
            rows.push(Row::equal(case.c.clone(), mean));
            let p = Problem { linear: &[], rows: &rows, ..case.problem() };
            let allowed = 1e3 * rounding(&case, 0.0);
            match (frontier::at_mean(&case.problem(), mean), solve(&p, None)) {
                (Ok(p), Ok(s)) => {
                    let gap = (p.variance - s.quadratic).abs();
                    assert!(gap <= allowed + 1e-8 * p.variance, "{}: {gap:e}", case.name);
                    feasible(&case, &p.x);
                }
                (Err(TargetError::Off(_)), Err(_)) => {}
                // At the very ends rounding decides.
                (a, b) => {
                    assert!(part == 0.0 || part == 1.0, "{} at {part}: {a:?} {b:?}", case.name);
                }
            }
        }
    }
}

#[test]
fn a_target_variance_is_met_by_the_greatest_mean() {
    for seed in 0..count(200) {
        let case = with_means(seed + 20_000);
        let f = Frontier::trace(&case.problem()).unwrap();
        let (low, high) = (f.corners()[0].variance, f.corners().last().unwrap().variance);
        for part in [0.01, 0.5, 0.99] {
            let v = low + part * (high - low);
            if high - low <= rounding(&case, 0.0) {
                continue;
            }
            let a = f.at_variance(v).unwrap();
            let b = frontier::at_variance(&case.problem(), v).unwrap();
            let allowed = rounding(&case, 0.0) + 1e-9 * v;
            assert!((a.variance - v).abs() <= allowed, "{}: {} {v}", case.name, a.variance);
            assert!((b.variance - v).abs() <= allowed);
            assert!(
                (a.mean - b.mean).abs() <= 1e-7 * (a.mean.abs() + b.mean.abs()),
                "{}",
                case.name
            );
        }
        let above = f.at_variance(10.0 * high + 1.0).unwrap();
        assert_eq!(above.mean, f.turning_points().last().unwrap().mean);
    }
}

#[test]
fn no_point_has_a_greater_ratio_than_the_best() {
    let (mut tangencies, mut none) = (0, 0);
    for seed in 0..count(400) {
        let mut case = with_means(seed + 30_000);
        let n = case.c.len();
        if seed % 2 == 0 {
            // The plain long-only budget has a way of its own.
            case.rows = vec![Row::budget(n, 1.0)];
            case.lower = vec![0.0; n];
            case.upper = vec![if seed % 4 == 0 { f64::INFINITY } else { 1.0 }; n];
        }
        let ratio = |x: &[f64]| {
            let mean: f64 = x.iter().zip(&case.c).map(|(x, c)| x * c).sum();
            let v = case.q.quadratic_form(x);
            // A variance that is a difference of far larger terms says little.
            if v <= 1e-7 * case.q.trace() { 0.0 } else { mean / v.sqrt() }
        };
        let best = match frontier::max_ratio(&case.problem(), None).unwrap() {
            BestRatio::Tangency(p) => {
                tangencies += 1;
                feasible(&case, &p.x);
                assert!(p.mean > 0.0);
                p.mean / p.variance.sqrt()
            }
            BestRatio::NonePositive(p) => {
                none += 1;
                assert!(p.mean <= 1e-12, "{}", case.name);
                0.0
            }
            BestRatio::Riskless(p) => {
                assert!(p.mean > 0.0 && p.variance <= 1e-20 * case.q.trace(), "{}", case.name);
                continue;
            }
            BestRatio::Unattained { .. } => panic!("the limits are finite"),
        };
        let f = Frontier::trace(&case.problem()).unwrap();
        let (low, high) = (f.corners()[0].mean, f.corners().last().unwrap().mean);
        for k in 0..=50 {
            let p = f
                .at_mean(low + (high - low) * f64::from(k) / 50.0)
                .unwrap_or_else(|_| f.turning_points().last().unwrap().clone());
            assert!(
                ratio(&p.x) <= best * (1.0 + 1e-9) + 1e-12,
                "{}: {} {best}",
                case.name,
                ratio(&p.x)
            );
        }
        for corner in f.corners() {
            assert!(ratio(&corner.x) <= best * (1.0 + 1e-9) + 1e-12, "{}", case.name);
        }
    }
    println!("{tangencies} tangencies, {none} without a positive mean");
    assert!(tangencies > 50 && none > 0);
}
