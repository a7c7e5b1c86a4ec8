//! Random problems with trading costs, ordinary and nasty: every answer is proved optimal by its
//! own prices, with formulas that share nothing with the solver. `QP_CASES` sets how many.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::needless_range_loop
)]

mod qp_support;

use qp_support::{Case, Dice, general, simple};
use trimtab_math::qp::QpError;
use trimtab_math::trading::{Traded, Trading, with_costs};

/// Conditions of optimality hold to this part of the terms that cancel in them.
const TOLERANCE: f64 = 1e-10;

fn count(usual: u64) -> u64 {
    std::env::var("QP_CASES").map_or(usual, |v| v.parse().unwrap())
}

struct Costly {
    case: Case,
    held: Vec<f64>,
    linear: Vec<f64>,
    power: Vec<f64>,
}

impl Costly {
    fn trading(&self) -> Trading<'_> {
        Trading { held: &self.held, linear: &self.linear, power: &self.power }
    }
}

/// Costs from next to nothing to prohibitive, some of them zero; holdings feasible, off, or none.
fn costly(seed: u64, powers: bool) -> Costly {
    let mut dice = Dice(seed ^ 0x7AD3);
    let case = if dice.chance(0.5) { simple(dice.next()) } else { general(dice.next()) };
    let n = case.c.len();
    // The size of a gradient of the problem.
    let most = (0..n).map(|j| case.q[(j, j)]).fold(0.0, f64::max);
    let unit = most / n as f64 + case.c.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
    let scale = unit * 10f64.powi(dice.below(5) as i32 - 3);
    let mut draw = |p: f64| if dice.chance(p) { 0.0 } else { scale * dice.unit() };
    let linear: Vec<f64> = (0..n).map(|_| draw(0.2)).collect();
    let power: Vec<f64> = if powers { (0..n).map(|_| draw(0.2)).collect() } else { vec![] };
    let held = match dice.below(3) {
        0 => vec![0.0; n],
        1 => vec![1.0 / n as f64; n],
        _ => (0..n).map(|_| if dice.chance(0.5) { 0.0 } else { dice.unit() }).collect(),
    };
    Costly { case, held, linear, power }
}

/// Largest violation of `0 in Q x - c + d cost - A'y - bounds`, relative to its terms.
fn violation(costly: &Costly, t: &Traded) -> (f64, String) {
    let (case, n) = (&costly.case, costly.case.c.len());
    let mut worst = (0.0, String::new());
    let mut note = |v: f64, what: String| {
        if v.is_nan() || v > worst.0 {
            worst = (if v.is_nan() { f64::INFINITY } else { v }, what);
        }
    };
    let far = t.x.iter().chain(&costly.held).fold(1e-12_f64, |m, x| m.max(x.abs()));
    let gradient = case.q.mul(&t.x);
    let size: f64 = (0..n).map(|j| case.q[(j, j)].sqrt() * t.x[j].abs()).sum();
    let terms = (0..n)
        .map(|j| {
            let rows = case.rows.iter().zip(&t.row_prices);
            case.q[(j, j)].sqrt() * size
                + case.c[j].abs()
                + costly.linear[j]
                + rows.map(|(r, y)| (r.coefficients[j] * y).abs()).sum::<f64>()
        })
        .fold(0.0, f64::max);
    // Where everything vanishes, rounding is measured against an ordinary gradient.
    let most = |v: &[f64]| v.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let ordinary = most(&case.q.diagonal()) + most(&costly.linear) + most(&costly.power);
    let terms = terms.max(1e-6 * ordinary).max(1e-40);
    for j in 0..n {
        let (x, z) = (t.x[j], t.x[j] - costly.held[j]);
        note((case.lower[j] - x).max(x - case.upper[j]) / far, format!("bound {j}"));
        let rows: f64 =
            case.rows.iter().zip(&t.row_prices).map(|(r, y)| r.coefficients[j] * y).sum();
        let mut g = gradient[j] - case.c[j] - rows;
        let b = costly.power.get(j).copied().unwrap_or(0.0);
        let slope = costly.linear[j] + 1.5 * b * z.abs().sqrt();
        // Prices of bounds: at a lower bound the gradient may point up, at an upper one down.
        let (mut least, mut most) = (0.0, 0.0);
        if x <= case.lower[j] {
            most = f64::INFINITY;
        }
        if x >= case.upper[j] {
            least = f64::NEG_INFINITY;
        }
        if z == 0.0 {
            (least, most) = (least - costly.linear[j], most + costly.linear[j]);
        } else {
            g += slope * z.signum();
        }
        let wrong = (least - g).max(g - most);
        // What is not traded may gain no more than a trade of a rounding would take up.
        if z == 0.0 && wrong > 0.0 && (wrong / (1.5 * b)).powi(2) < 1e-13 * far {
            continue;
        }
        note(wrong / terms, format!("gradient {j}: {g:e}, z {z:e}"));
    }
    for (i, row) in case.rows.iter().enumerate() {
        let value: f64 = row.coefficients.iter().zip(&t.x).map(|(a, x)| a * x).sum();
        let a = row.coefficients.iter().fold(1e-30_f64, |m, a| m.max(a.abs()));
        note((row.lower - value).max(value - row.upper) / (a * far), format!("row {i}"));
        let y = t.row_prices[i];
        if y.abs() * a > 1e-9 * terms {
            let away = if y > 0.0 { value - row.lower } else { row.upper - value };
            note(1e-2 * away / (a * far), format!("row {i} has a price but room {away}"));
        }
    }
    worst
}

fn run(powers: bool, count: u64) {
    let (mut bad, mut solved, mut rounds) = (vec![], 0, 0);
    for seed in 0..count {
        let costly = costly(seed, powers);
        match with_costs(&costly.case.problem(), &costly.trading()) {
            Ok(t) => {
                let (v, what) = violation(&costly, &t);
                if v > TOLERANCE {
                    bad.push(format!(
                        "{seed} {}: {v:e} {what}, own {:e}",
                        costly.case.name, t.residual
                    ));
                }
                solved += 1;
                rounds += t.programmes;
            }
            Err(QpError::Infeasible { .. }) if costly.case.name.is_empty() => {}
            Err(e) => bad.push(format!("{seed} {}: {e}", costly.case.name)),
        }
    }
    println!("{solved} solved, {:.1} programmes each", rounds as f64 / solved as f64);
    assert!(bad.is_empty(), "{} of {count}:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn proportional_costs() {
    run(false, count(1500));
}

#[test]
fn costs_with_impact() {
    run(true, count(1500));
}
