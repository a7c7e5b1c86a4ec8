//! Speed of the optimisers from the raw window: one JSON line per problem and size.
//!
//! `cargo run --release -p trimtab-math --example bench_qp [FOLDER]`
//!
//! FOLDER holds windows of 253 levels, `levels_N_K.f64` for N = 20, 100, 500 and K = 0, 1, ...: raw
//! little-endian f64, one series after the other. Without it a window is made from a formula.
//! Times are the shortest of many runs, in microseconds, mean over the windows of one size.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Instant;

use trimtab_math::frontier::{self, BestRatio};
use trimtab_math::linalg::{Observations, Sym};
use trimtab_math::qp::{self, Problem, Row};

/// Levels in a window of 252 changes.
const LEVELS: usize = 253;

fn main() {
    let folder = std::env::args().nth(1);
    for n in [20, 100, 500] {
        let windows = match &folder {
            Some(folder) => read(folder, n),
            None => vec![formula(n)],
        };
        let repeats = if n == 500 { 40 } else { 400 };
        for (name, job) in JOBS {
            let (mut time, mut value) = (0.0, 0.0);
            for levels in &windows {
                let columns: Vec<&[f64]> = levels.chunks(LEVELS).collect();
                let (t, v) = shortest(repeats, || job(&columns));
                time += t / windows.len() as f64;
                value += v / windows.len() as f64;
            }
            println!(
                "{{\"problem\":\"{name}\",\"n\":{n},\"us\":{time:.2},\"mean_value\":{value:.12},\"windows\":{}}}",
                windows.len()
            );
        }
    }
}

type Job = fn(&[&[f64]]) -> f64;

const JOBS: [(&str, Job); 5] = [
    ("covariance", |c| covariance(c).1[(0, 0)]),
    ("minvar", |c| minvar(&covariance(c).1)),
    ("maxsharpe", |c| {
        let (mean, q) = covariance(c);
        maxsharpe(&mean, &q)
    }),
    ("minvar_warm_again", |c| {
        let q = covariance(c).1;
        let (value, x) = minvar_from(&q, None);
        let (again, _) = minvar_from(&q, Some(&x));
        assert!((again - value).abs() < 1e-12);
        again
    }),
    ("frontier", |c| {
        let (mean, q) = covariance(c);
        let n = mean.len();
        let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
        let p = Problem { quadratic: &q, linear: &mean, lower: &lower, upper: &upper, rows: &rows };
        frontier::Frontier::trace(&p).unwrap().corners().len() as f64
    }),
];

fn covariance(levels: &[&[f64]]) -> (Vec<f64>, Sym) {
    let x = Observations::from_levels(levels).unwrap();
    let mean = x.mean();
    let scale = 1.0 / (x.t() - 1) as f64;
    let q = x.centred(&mean).gram(scale);
    (mean, q)
}

/// Yearly volatility of the least variance.
fn minvar(q: &Sym) -> f64 {
    minvar_from(q, None).0
}

fn minvar_from(q: &Sym, start: Option<&[f64]>) -> (f64, Vec<f64>) {
    let n = q.n();
    let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
    let p = Problem { quadratic: q, linear: &[], lower: &lower, upper: &upper, rows: &rows };
    let s = qp::solve(&p, start).unwrap();
    assert!(s.residual < 1e-12);
    ((s.quadratic * 252.0).sqrt(), s.x)
}

/// Yearly Sharpe ratio of the best portfolio.
fn maxsharpe(mean: &[f64], q: &Sym) -> f64 {
    let n = mean.len();
    let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
    let p = Problem { quadratic: q, linear: mean, lower: &lower, upper: &upper, rows: &rows };
    match frontier::max_ratio(&p, None).unwrap() {
        BestRatio::Tangency(p) => p.mean / p.variance.sqrt() * 252f64.sqrt(),
        other => panic!("{other:?}"),
    }
}

/// Shortest time of a job in microseconds, and its result.
fn shortest(repeats: usize, job: impl Fn() -> f64) -> (f64, f64) {
    let (mut best, mut value) = (f64::INFINITY, 0.0);
    for _ in 0..repeats {
        let start = Instant::now();
        value = black_box(job());
        best = best.min(start.elapsed().as_secs_f64() * 1e6);
    }
    (best, value)
}

fn read(folder: &str, n: usize) -> Vec<Vec<f64>> {
    (0..)
        .map_while(|k| std::fs::read(format!("{folder}/levels_{n}_{k}.f64")).ok())
        .map(|bytes| bytes.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
        .collect()
}

/// A market with one factor, from sines.
fn formula(n: usize) -> Vec<f64> {
    let mut levels = Vec::with_capacity(n * LEVELS);
    for j in 0..n {
        let (mut level, beta) = (100.0, 0.5 + (j as f64 * 0.618).fract());
        for t in 0..LEVELS {
            levels.push(level);
            let market = ((t * t) as f64 * 0.7).sin();
            let own = ((t * (2 * j + 3)) as f64 * 1.3 + j as f64).sin();
            level *= 1.0 + 0.0004 + 0.01 * (beta * market + own);
        }
    }
    levels
}
