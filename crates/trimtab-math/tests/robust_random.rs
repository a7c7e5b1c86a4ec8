//! Random robust problems: every answer is proved optimal by its own prices.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_range_loop
)]

mod qp_support;

use qp_support::{Case, Dice, covariance, general, simple};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, QpError, Row};
use trimtab_math::robust::{Ellipsoid, in_box, in_ellipsoid};

const TOLERANCE: f64 = 1e-9;

/// `Q x + k W x / sqrt(x'W x) - c - A'y - z`, relative to its terms.
fn violation(case: &Case, shape: &Sym, radius: f64) -> Result<(f64, usize), QpError> {
    let e = Ellipsoid { shape, radius };
    let r = in_ellipsoid(&case.problem(), &e)?;
    let n = case.c.len();
    let norm = shape.quadratic_form(&r.x).max(0.0).sqrt();
    let (qx, wx) = (case.q.mul(&r.x), shape.mul(&r.x));
    let far = r.x.iter().fold(1e-12_f64, |m, x| m.max(x.abs()));
    let steepest = |s: &Sym| s.diagonal().into_iter().fold(0.0, f64::max);
    let ordinary = steepest(&case.q) * far + radius * steepest(shape).sqrt();
    let mut worst = 0.0_f64;
    for j in 0..n {
        let rows: f64 =
            case.rows.iter().zip(&r.row_prices).map(|(a, y)| a.coefficients[j] * y).sum();
        let z = r.bound_prices[j];
        let g = qx[j] - case.c[j] + radius * wx[j] / norm - rows - z;
        let terms = ordinary + case.c[j].abs() + rows.abs() + z.abs();
        worst = worst.max(g.abs() / terms);
        let wrong_side = (z > 0.0 && r.x[j] > case.lower[j] + 1e-12 * far)
            || (z < 0.0 && r.x[j] < case.upper[j] - 1e-12 * far);
        if wrong_side && z.abs() > TOLERANCE * terms {
            worst = f64::INFINITY;
        }
        worst = worst.max((case.lower[j] - r.x[j]).max(r.x[j] - case.upper[j]) / far);
    }
    for (row, y) in case.rows.iter().zip(&r.row_prices) {
        let value: f64 = row.coefficients.iter().zip(&r.x).map(|(a, x)| a * x).sum();
        let a = row.coefficients.iter().fold(1e-30_f64, |m, a| m.max(a.abs()));
        worst = worst.max((row.lower - value).max(value - row.upper) / (a * far));
        let away = if *y > 0.0 { value - row.lower } else { row.upper - value };
        let terms = ordinary + case.c.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
        if y.abs() * a > TOLERANCE * terms {
            worst = worst.max(1e-2 * away / (a * far));
        }
    }
    Ok((worst, r.programmes))
}

#[test]
fn ellipsoids() {
    let (mut bad, mut programmes, mut solved, mut riskless) = (vec![], 0, 0, 0);
    for seed in 0..2000_u64 {
        let mut dice = Dice(seed ^ 0xE111);
        let mut case = if dice.chance(0.5) { simple(dice.next()) } else { general(dice.next()) };
        case.upper.iter_mut().for_each(|u| *u = u.min(100.0));
        let n = case.c.len();
        if dice.chance(0.2) {
            case.q = Sym::zeros(n); // the plain worst case of a mean
        }
        let shape = match dice.below(3) {
            0 => case.q.combine(1.0 / 250.0, &case.q, 0.0),
            1 => Sym::from_diagonal(&case.q.diagonal()),
            _ => covariance(&mut dice, n, 3 * n + 2, false),
        };
        let scale = case.c.iter().fold(1e-3 * case.q.trace(), |m, c| m.max(c.abs()));
        let deepest = (shape.trace() / n as f64).sqrt();
        let radius = if deepest > 0.0 { scale / deepest * dice.unit() * 3.0 } else { 1.0 };
        let e = Ellipsoid { shape: &shape, radius };
        match violation(&case, &shape, radius) {
            Ok((v, p)) => {
                // Where the worst case takes nothing the norm has a corner and no slope.
                let r = in_ellipsoid(&case.problem(), &e).unwrap();
                let far = r.x.iter().fold(1e-12_f64, |m, x| m.max(x.abs()));
                let most = shape.diagonal().into_iter().fold(0.0, f64::max).sqrt() * far.max(0.1);
                if r.margin <= 1e-7 * radius * most {
                    riskless += 1;
                    continue;
                }
                programmes += p;
                solved += 1;
                if v > TOLERANCE {
                    bad.push(format!(
                        "{seed} {}: {v:e}, own {:e} n {n} rows {} shape {:e} q {:e}",
                        case.name,
                        r.residual,
                        case.rows.len(),
                        shape.trace(),
                        case.q.trace()
                    ));
                }
            }
            Err(e) => bad.push(format!("{seed} {}: {e}", case.name)),
        }
    }
    println!("{solved} solved by {} programmes, {riskless} without margin", programmes / solved);
    assert!(bad.is_empty() && solved > 1500, "{}:\n{}", bad.len(), bad.join("\n"));
}

/// With W = Q the margin only adds to the aversion against risk, so the answer lies on the
/// frontier; a box of long positions lowers each mean by its half width.
#[test]
fn known_relatives() {
    let mut dice = Dice(5);
    let n = 12;
    let q = covariance(&mut dice, n, 60, false);
    let c: Vec<f64> = (0..n).map(|_| 1e-4 * (1.0 + dice.unit())).collect();
    let (lower, upper, rows) = (vec![0.0; n], vec![1.0; n], [Row::budget(n, 1.0)]);
    let problem = Problem { quadratic: &q, linear: &c, lower: &lower, upper: &upper, rows: &rows };
    let r = in_ellipsoid(&problem, &Ellipsoid { shape: &q, radius: 0.01 }).unwrap();
    let more = q.combine(1.0 + 0.01 / r.quadratic.sqrt(), &q, 0.0);
    let plain = trimtab_math::qp::solve(&Problem { quadratic: &more, ..problem }, None).unwrap();
    let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-10);
    assert!(near(&r.x, &plain.x), "{:?} {:?}", r.x, plain.x);
    let d: Vec<f64> = (0..n).map(|_| 1e-4 * dice.unit()).collect();
    let worst: Vec<f64> = c.iter().zip(&d).map(|(c, d)| c - d).collect();
    let plain = trimtab_math::qp::solve(&Problem { linear: &worst, ..problem }, None).unwrap();
    assert!(near(&in_box(&problem, &d).unwrap().x, &plain.x));
    let e = Ellipsoid { shape: &q, radius: f64::NAN };
    assert!(matches!(in_ellipsoid(&problem, &e), Err(QpError::NotFinite { .. })));
}
