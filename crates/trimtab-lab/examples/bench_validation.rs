//! Time of the validation methods at the sizes people use, as JSON lines: 5,040 days, 100 trials, 1,000 resamples.
//!
//! `cargo run --release -p trimtab-lab --example bench_validation [trials.csv]`
//!
//! Without a file the trials come from a seeded generator; a file has a column for each trial, then one for the
//! benchmark, and no header. Times are nanoseconds of CPU (user and system) of this process: the median and the least of
//! the repetitions.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use cpu_time::ProcessTime;
use std::hint::black_box;
use trimtab_lab::validation::{
    Blocks, Combinatorial, Dice, Draws, FoldMoments, FoldSize, PurgedFolds, RankOver, Scale, Start,
    Trials, WalkForward, long_run_variance, overfitting, reality_check, sharpe_band,
    superior_ability,
};
use trimtab_math::covariance::Rolling;
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{self, Problem, Row};

/// Days of the series.
const DAYS: usize = 5_040;
/// Trials of a family.
const TRIALS: usize = 100;
/// Assets of a portfolio.
const ASSETS: usize = 20;
/// Resamples of a bootstrap.
const RESAMPLES: usize = 1_000;
/// Mean block length.
const BLOCK: f64 = 20.0;
/// Repetitions of each measurement.
const TIMES: usize = 31;

fn main() {
    let (columns, benchmark) = match std::env::args().nth(1) {
        Some(path) => read(&path),
        None => (family(TRIALS), family(1).remove(0)),
    };
    let trials = Trials::new(&columns).unwrap();
    let over = trials.less(&benchmark).unwrap();
    let blocks = Blocks::stationary(trials.periods(), BLOCK).unwrap();
    let pbo = || overfitting(&trials, 16, RankOver::default()).unwrap();
    report("PBO, S = 16", &format!(r#""pbo":{}"#, pbo().probability), pbo);
    let spa = || {
        let draws = Draws::new(&over, &blocks, RESAMPLES, 3).unwrap();
        superior_ability(&draws, &long_run_variance(&over, BLOCK), Scale::Own)
    };
    let found = spa();
    let facts = format!(r#""statistic":{},"p":{}"#, found.statistic, found.consistent.p());
    report("superior predictive ability", &facts, spa);
    let check = || reality_check(&Draws::new(&over, &blocks, RESAMPLES, 3).unwrap()).1.p();
    report("reality check", &format!(r#""p":{}"#, check()), check);
    let band = || sharpe_band(&columns[0], &blocks, RESAMPLES, 0.95, 3).unwrap();
    report("Sharpe ratio band", &format!(r#""low":{},"high":{}"#, band().low, band().high), band);
    let assets = family(ASSETS);
    let combinatorial = || combinatorial(&assets);
    report("CPCV 10/2, 45 fits", &format!(r#""mean":{}"#, combinatorial()), combinatorial);
    let walk = || walk(&assets);
    report("walk-forward, 227 fits", &format!(r#""mean":{}"#, walk()), walk);
}

/// Mean Sharpe ratio of the nine paths of ten folds, two tested together, each with the portfolio of least variance of
/// its fit.
fn combinatorial(assets: &[Vec<f64>]) -> f64 {
    let series = Trials::new(assets).unwrap();
    let folds = PurgedFolds::new(series.periods(), 10, 5, 5, FoldSize::RestLast).unwrap();
    let cv = Combinatorial::new(folds, 2).unwrap();
    let moments = FoldMoments::new(&series, cv.folds().folds()).unwrap();
    let mut sums = vec![Vec::new(); cv.tested().len()];
    let mut weights = None;
    for (split, sums) in cv.splits().zip(&mut sums) {
        weights =
            Some(least_variance(&moments.of(&split.train).unwrap().covariance, weights.as_deref()));
        let w = weights.as_ref().unwrap();
        for test in &split.test {
            let mut sum = [0.0, 0.0];
            for t in test.clone() {
                let r: f64 = series.period(t).iter().zip(w).map(|(r, w)| r * w).sum();
                sum = [sum[0] + r, sum[1] + r * r];
            }
            sums.push(sum);
        }
    }
    let n = series.periods() as f64;
    let paths = cv.paths();
    let sharpe = |path: &Vec<usize>| {
        let mut sum = [0.0, 0.0];
        for (fold, split) in path.iter().enumerate() {
            let place = cv.tested()[*split].iter().position(|f| *f == fold).unwrap();
            let part = sums[*split][place];
            sum = [sum[0] + part[0], sum[1] + part[1]];
        }
        let mean = sum[0] / n;
        mean / ((sum[1] / n - mean * mean) * n / (n - 1.0)).sqrt() * 252.0_f64.sqrt()
    };
    paths.iter().map(sharpe).sum::<f64>() / paths.len() as f64
}

/// Sharpe ratio of the portfolio of least variance of the last year, made anew every month.
fn walk(assets: &[Vec<f64>]) -> f64 {
    let columns: Vec<&[f64]> = assets.iter().map(Vec::as_slice).collect();
    let plan =
        WalkForward { train: 252, test: 21, gap: 0, start: Start::Rolling, last_short: true };
    let mut rolling = Rolling::new(&columns, 252).unwrap();
    let (mut sum, mut n) = ([0.0, 0.0], 0.0);
    let mut weights: Option<Vec<f64>> = None;
    for split in plan.splits(columns[0].len()).unwrap() {
        let covariance = rolling.at(split.train[0].end).unwrap().covariance;
        let w = least_variance(&covariance, weights.as_deref());
        for t in split.test[0].clone() {
            let r: f64 = columns.iter().zip(&w).map(|(column, w)| column[t] * w).sum();
            sum = [sum[0] + r, sum[1] + r * r];
            n += 1.0;
        }
        weights = Some(w);
    }
    let mean = sum[0] / n;
    mean / ((sum[1] / n - mean * mean) * n / (n - 1.0)).sqrt() * 252.0_f64.sqrt()
}

fn least_variance(covariance: &Sym, start: Option<&[f64]>) -> Vec<f64> {
    let n = covariance.n();
    let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
    let p =
        Problem { quadratic: covariance, linear: &[], lower: &lower, upper: &upper, rows: &rows };
    qp::solve(&p, start).unwrap().x
}

/// Prints the median and the least CPU time of `work`.
fn report<T>(work: &str, facts: &str, mut run: impl FnMut() -> T) {
    let mut times: Vec<u128> = (0..TIMES)
        .map(|_| {
            let start = ProcessTime::now();
            black_box(run());
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    let (median, least) = (times[TIMES / 2], times[0]);
    println!(r#"{{"work":"{work}","ns_median":{median},"ns_least":{least},{facts}}}"#);
}

/// Returns with one common factor and small edges.
fn family(count: usize) -> Vec<Vec<f64>> {
    let mut dice = Dice::new(7, 0);
    let market: Vec<f64> = (0..DAYS).map(|_| 0.01 * dice.normal()).collect();
    let one = |j: usize| {
        let mut dice = Dice::new(7, 1 + j as u64);
        let (beta, edge) = (0.1 + 0.8 * dice.uniform(), 5e-5 + 1e-4 * dice.normal());
        market.iter().map(|m| edge + beta * m + 0.006 * dice.normal()).collect()
    };
    (0..count).map(one).collect()
}

fn read(path: &str) -> (Vec<Vec<f64>>, Vec<f64>) {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<f64>> = text
        .lines()
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let column = |j: usize| rows.iter().map(|row| row[j]).collect::<Vec<f64>>();
    let count = rows[0].len() - 1;
    ((0..count).map(column).collect(), column(count))
}
