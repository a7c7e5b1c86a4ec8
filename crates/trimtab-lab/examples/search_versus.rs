//! What searches find, and what they cost: the best of 200 trials on three objectives for 50 seeds, and the time of 1,000 trials.
//!
//! `cargo run --release -p trimtab-lab --example search_versus > ours.json`; `scripts/search_versus.py ours.json` asks optuna the same
//! and compares the two seed by seed.
//!
//! The objectives: the Branin function (two numbers), the Hartmann function of six numbers, and a made-up strategy's Sharpe ratio over
//! a grid of four parameters in steps, a ridge with a plateau and a ripple. The formulas stand in the script as well.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods)]

use std::f64::consts::PI;

use cpu_time::ProcessTime;
use trimtab_lab::search::{Method, Sampler, Space, Told, Tpe};
use trimtab_lab::sweep::Axis;

const SEEDS: u64 = 50;
const TRIALS: usize = 200;

/// Dixon and Szego (1978): minimum 0.397887.
fn branin(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let inner = b - 5.1 / (4.0 * PI * PI) * a * a + 5.0 / PI * a - 6.0;
    inner * inner + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * a.cos() + 10.0
}

const ALPHA: [f64; 4] = [1.0, 1.2, 3.0, 3.2];
const A: [[f64; 6]; 4] = [
    [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
    [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
    [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
    [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
];
const P: [[f64; 6]; 4] = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/// Hartmann (1973), six numbers: minimum -3.32237.
fn hartmann(x: &[f64]) -> f64 {
    let term = |i: usize| {
        let far: f64 = (0..6).map(|j| A[i][j] * (x[j] - P[i][j]).powi(2)).sum();
        ALPHA[i] * (-far).exp()
    };
    -(0..4).map(term).sum::<f64>()
}

/// Less the Sharpe ratio of a made-up strategy: fast and slow window, a step and a floor.
fn ridge(x: &[f64]) -> f64 {
    let (fast, slow, step, least) = (x[0], x[1], x[2], x[3]);
    let ratio = (slow / fast).ln() - 2.0;
    let plateau = 0.9 / (1.0 + ratio.powi(2) + ((slow - 210.0) / 80.0).powi(2));
    let size = -((step - 0.16) / 0.06).powi(2) * 0.15 - (least - 0.1).powi(2) * 4.0;
    let ripple = 0.05 * (fast / 3.0).sin() * (slow / 17.0).cos();
    -(plateau + size + ripple)
}

type Objective = (&'static str, &'static [&'static str], fn(&[f64]) -> f64);

const OBJECTIVES: [Objective; 3] = [
    ("branin", &["a=-5..10", "b=0..15"], branin),
    ("hartmann", &["a=0..1", "b=0..1", "c=0..1", "d=0..1", "e=0..1", "f=0..1"], hartmann),
    ("ridge", &["a=5..60:1", "b=80..300:5", "c=0.05..0.25:0.01", "d=0..0.3:0.02"], ridge),
];

fn space(axes: &[&str]) -> Space {
    Space::new(axes.iter().map(|axis| Axis::parse(axis).unwrap()).collect()).unwrap()
}

/// The smallest loss of so many trials.
fn best(axes: &[&str], loss: fn(&[f64]) -> f64, method: Method, seed: u64, trials: usize) -> f64 {
    let space = space(axes);
    let mut sampler = Sampler::new(&space, method, seed);
    let mut best = f64::INFINITY;
    for _ in 0..trials {
        let point = sampler.suggest(&|_| true).unwrap();
        let x: Vec<f64> = space.values(&point).iter().map(|v| v.parse().unwrap()).collect();
        let found = loss(&x);
        best = best.min(found);
        sampler.tell(Told { point, losses: Some(vec![found]), violation: 0.0 });
    }
    best
}

fn main() {
    let methods = [
        ("random", Method::Random),
        ("univariate", Method::Tpe(Tpe { joint: false, ..Tpe::default() })),
        ("joint", Method::Tpe(Tpe { joint: true, ..Tpe::default() })),
    ];
    let mut all = Vec::new();
    for (name, axes, loss) in OBJECTIVES {
        for (method, how) in methods {
            let found: Vec<String> = (0..SEEDS)
                .map(|seed| format!("{:?}", best(axes, loss, how, seed, TRIALS)))
                .collect();
            all.push(format!("\"{name} {method}\": [{}]", found.join(", ")));
        }
    }
    for (method, how) in methods {
        let mut times: Vec<f64> = (0..7)
            .map(|seed| {
                let begun = ProcessTime::now();
                best(OBJECTIVES[2].1, ridge, how, seed, 1_000);
                begun.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        all.push(format!("\"ms a trial, {method}\": {:.4}", times[3]));
    }
    println!("{{{}}}", all.join(",\n"));
}
