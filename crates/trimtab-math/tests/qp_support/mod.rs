//! Random quadratic programmes, ordinary and nasty, and a check of optimality that shares nothing
//! with the solver: for a convex problem the conditions of Karush, Kuhn and Tucker are a proof.
#![allow(dead_code, unreachable_pub, clippy::needless_range_loop)]

use trimtab_math::linalg::Sym;
use trimtab_math::qp::{Problem, Row, Solution};

/// SplitMix64 (Steele, Lea, Flood 2014): tests alone use it.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Near enough to a normal number.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}

/// A whole problem, owned.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub q: Sym,
    pub c: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub rows: Vec<Row>,
}

impl Case {
    pub fn problem(&self) -> Problem<'_> {
        Problem {
            quadratic: &self.q,
            linear: &self.c,
            lower: &self.lower,
            upper: &self.upper,
            rows: &self.rows,
        }
    }
}

/// T observations of N series with a common factor, each with its own volatility; some series are
/// copies of others, constant, or far smaller than the rest.
pub fn covariance(dice: &mut Dice, n: usize, t: usize, nasty: bool) -> Sym {
    let mut x = vec![vec![0.0; t]; n];
    let market: Vec<f64> = (0..t).map(|_| dice.normal()).collect();
    for j in 0..n {
        let beta = 0.3 + dice.unit();
        let own = 0.2 + dice.unit();
        let scale = if nasty && dice.chance(0.15) {
            10f64.powi(-(dice.below(6) as i32))
        } else {
            0.5 + dice.unit()
        };
        for i in 0..t {
            x[j][i] = scale * (beta * market[i] + own * dice.normal());
        }
        if nasty && j > 0 && dice.chance(0.2) {
            let from = dice.below(j);
            let k = [1.0, 0.5, -1.0, 2.0][dice.below(4)];
            let copy: Vec<f64> = x[from].iter().map(|v| k * v).collect();
            x[j] = copy;
        }
        if nasty && dice.chance(0.05) {
            x[j].fill(0.0);
        }
    }
    for series in &mut x {
        let mean = series.iter().sum::<f64>() / t as f64;
        series.iter_mut().for_each(|v| *v -= mean);
    }
    let overall = if nasty { 10f64.powi(dice.below(16) as i32 - 12) } else { 1e-4 };
    Sym::from_fn(n, |i, j| {
        overall * x[i].iter().zip(&x[j]).map(|(a, b)| a * b).sum::<f64>() / t as f64
    })
}

/// Budget and bounds.
pub fn simple(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let n = 1 + dice.below(40);
    let t = 2 + dice.below(60);
    let nasty = dice.chance(0.6);
    let q = covariance(&mut dice, n, t, nasty);
    let scale = q.trace() / n as f64;
    let c = match dice.below(3) {
        0 => vec![0.0; n],
        1 => (0..n).map(|_| scale * dice.normal()).collect(),
        _ => (0..n).map(|_| 0.01 * scale * dice.normal()).collect(),
    };
    let kind = dice.below(5);
    let (mut lower, mut upper) = (vec![0.0; n], vec![f64::INFINITY; n]);
    for j in 0..n {
        match kind {
            0 => {}
            1 => upper[j] = (1.5 + dice.unit()) / n as f64,
            2 => (lower[j], upper[j]) = (-0.5 - dice.unit(), 1.0 + dice.unit()),
            3 => (lower[j], upper[j]) = (0.2 * dice.unit() / n as f64, 0.1 + 2.0 / n as f64),
            _ => {
                if dice.chance(0.2) {
                    lower[j] = -1.0;
                }
                if dice.chance(0.5) {
                    upper[j] = 1.0;
                }
                if dice.chance(0.1) {
                    (lower[j], upper[j]) = (0.1 / n as f64, 0.1 / n as f64);
                }
            }
        }
    }
    upper[n - 1] = f64::INFINITY;
    let a = if dice.chance(0.2) {
        // Signs differ: without limits many of these would have no minimum.
        upper.iter_mut().for_each(|u| *u = u.min(100.0));
        (0..n).map(|j| if j == n - 1 { 1.0 } else { dice.normal() }).collect()
    } else {
        vec![1.0; n]
    };
    let rows = vec![Row::equal(a, 1.0)];
    Case { name: format!("simple {seed}"), q, c, lower, upper, rows }
}

/// Several rows; feasible because the limits are set around a point.
pub fn general(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let mut case = simple(dice.next());
    let n = case.c.len();
    let point: Vec<f64> = (0..n)
        .map(|j| {
            let (l, u) = (case.lower[j].max(-2.0), case.upper[j].min(2.0));
            if dice.chance(0.3) { l } else { l + dice.unit() * (u - l) }
        })
        .collect();
    case.rows.clear();
    for _ in 0..1 + dice.below(8) {
        let a: Vec<f64> = match dice.below(3) {
            0 => vec![1.0; n],
            1 => (0..n).map(|_| f64::from(u8::from(dice.chance(0.4)))).collect(),
            _ => (0..n).map(|_| 0.01 * dice.normal()).collect(),
        };
        let value: f64 = a.iter().zip(&point).map(|(a, x)| a * x).sum();
        let slack = if dice.chance(0.3) { 0.0 } else { 0.1 * dice.unit() };
        case.rows.push(match dice.below(4) {
            0 => Row::equal(a, value),
            1 => Row::at_most(a, value + slack),
            2 => Row::at_least(a, value - slack),
            _ => Row { coefficients: a, lower: value - slack, upper: value + 0.05 },
        });
        if dice.chance(0.15) {
            let mut copy = case.rows.last().unwrap().clone();
            copy.coefficients.iter_mut().for_each(|v| *v *= 3.0);
            copy.lower *= 3.0;
            copy.upper *= 3.0;
            case.rows.push(copy);
        }
    }
    for j in 0..n {
        if case.lower[j] == f64::NEG_INFINITY || case.upper[j] == f64::INFINITY {
            case.upper[j] = case.upper[j].min(50.0);
        }
    }
    case.name = format!("general {seed}");
    case
}

/// Largest violation of the conditions of optimality, every one relative to its own terms.
pub fn violation(case: &Case, s: &Solution) -> (f64, String) {
    let n = case.c.len();
    let mut worst = (0.0, String::new());
    let mut note = |v: f64, what: String| {
        if v.is_nan() || v > worst.0 {
            worst = (if v.is_nan() { f64::INFINITY } else { v }, what);
        }
    };
    let finite = |m: f64, v: &f64| if v.is_finite() { m.max(v.abs()) } else { m };
    let far = case.lower.iter().chain(&case.upper).fold(0.0, finite);
    let largest = s.x.iter().fold(1e-3 * far, finite);
    for (i, row) in case.rows.iter().enumerate() {
        let value: f64 = row.coefficients.iter().zip(&s.x).map(|(a, x)| a * x).sum();
        let terms: f64 = row.coefficients.iter().map(|a| a.abs()).fold(0.0, f64::max) * largest
            + value.abs()
            + 1e-30;
        if terms > 0.0 {
            note((row.lower - value).max(value - row.upper) / terms, format!("row {i}"));
        }
        let y = s.row_prices[i];
        if y != 0.0 {
            let away = if y > 0.0 { value - row.lower } else { row.upper - value };
            note((away / terms) * 1e-2, format!("row {i} has a price but room {away}"));
        }
    }
    let q_most = case.q.diagonal().into_iter().fold(0.0, f64::max);
    let size: f64 = (0..n).map(|j| case.q[(j, j)].sqrt() * s.x[j].abs()).sum();
    // A point without variance has gradients that are all rounding.
    let size = size.max(1e-4 * largest * q_most.sqrt());
    let gradient = case.q.mul(&s.x);
    let most = (0..n)
        .filter(|j| s.bound_prices[*j] == 0.0)
        .map(|j| case.q[(j, j)].sqrt() * size + case.c[j].abs())
        .fold(0.0, f64::max);
    for j in 0..n {
        note(
            (case.lower[j] - s.x[j]).max(s.x[j] - case.upper[j]) / largest.max(1e-300),
            format!("bound {j}"),
        );
        let rows: f64 =
            case.rows.iter().zip(&s.row_prices).map(|(r, y)| r.coefficients[j] * y).sum();
        let row_terms: f64 = case
            .rows
            .iter()
            .zip(&s.row_prices)
            .map(|(r, y)| r.coefficients.iter().fold(0.0_f64, |m, a| m.max(a.abs())) * y.abs())
            .sum();
        let terms = case.q[(j, j)].sqrt() * size + case.c[j].abs() + row_terms + most;
        let terms = terms.max(1e-6 * q_most.sqrt() * size).max(1e-15);
        let z = gradient[j] - case.c[j] - rows;
        if terms > 0.0 {
            note((z - s.bound_prices[j]).abs() / terms, format!("stationarity {j}"));
            let z = s.bound_prices[j];
            if case.lower[j] < case.upper[j] {
                if s.x[j] > case.lower[j] {
                    note(z / terms, format!("positive price of {j} off its lower bound"));
                }
                if s.x[j] < case.upper[j] {
                    note(-z / terms, format!("negative price of {j} off its upper bound"));
                }
            }
        }
    }
    worst
}

/// A problem whose rows and bounds exclude each other.
pub fn infeasible(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let mut case = general(dice.next());
    let n = case.c.len();
    for j in 0..n {
        case.lower[j] = case.lower[j].max(-2.0);
        case.upper[j] = case.upper[j].min(2.0);
    }
    case.name = format!("infeasible {seed}");
    let sum = |v: &[f64]| v.iter().sum::<f64>();
    match dice.below(4) {
        // a budget beyond all upper bounds
        0 => case.rows.push(Row::budget(n, sum(&case.upper) + 0.1)),
        // one below all lower bounds
        1 => case.rows.push(Row::budget(n, sum(&case.lower) - 0.1)),
        // groups that must hold more than the whole
        2 => {
            let half = |k: usize| (0..n).map(|j| f64::from(u8::from(j % 2 == k))).collect();
            let least = sum(&case.lower).max(0.0);
            case.rows.push(Row::at_least(half(0), least + 0.8));
            case.rows.push(Row::at_least(half(1), least + 0.7));
            case.rows.push(Row::at_most(vec![1.0; n], least + 1.0));
        }
        // a combination of two rows against a third
        _ => {
            let a: Vec<f64> = (0..n).map(|_| dice.normal()).collect();
            let b: Vec<f64> = (0..n).map(|_| dice.normal()).collect();
            let c = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).collect();
            case.rows.push(Row::at_most(a, 1.0));
            case.rows.push(Row::at_least(b, 2.0));
            case.rows.push(Row::at_least(c, 0.5));
        }
    }
    case
}
