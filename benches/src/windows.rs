//! The optimisers on windows of prices, from the levels to the weights.

use std::hint::black_box;
use std::path::Path;

use serde_json::{Value, json};
use trimtab_math::covariance::{Moments, sample};
use trimtab_math::frontier::{BestRatio, max_ratio};
use trimtab_math::hierarchy::{Clustering, Linkage, hierarchical_risk_parity};
use trimtab_math::linalg::{Observations, Sym};
use trimtab_math::qp::{Problem, Row, solve};
use trimtab_math::riskparity::equal_risk_contribution;
use trimtab_math::tail::{Feasible, minimum_conditional_value_at_risk};
use trimtab_math::trading::{Periods, Trading, over_periods, with_costs};

use crate::clock::seconds;

/// Levels of a window: 252 returns.
const LEVELS: usize = 253;

/// The tail of the conditional value at risk begins here.
const CONFIDENCE: f64 = 0.95;

/// Risk aversion, cost of a unit traded, and days planned, as the peers have them.
const AVERSION: f64 = 10.0;
const COST: f64 = 5e-4;
const HORIZON: usize = 5;

/// What is made least, of the levels of each series; for the tree a number that depends on every weight.
type Task = fn(&[&[f64]]) -> Result<f64, String>;

const TASKS: &[(&str, Task)] = &[
    ("minimum-variance", minimum_variance),
    ("walk-forward", minimum_variance),
    ("maximum-ratio", maximum_ratio),
    ("risk-parity", risk_parity),
    ("hrp", tree),
    ("cvar", tail),
    ("trade", trade),
    ("plan", plan),
];

/// The names, for messages.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TASKS.iter().map(|(name, _)| *name)
}

/// Does a task such as `risk-parity-100` on every window of so many series; none where there is no such task.
pub(crate) fn run(job: &str, folder: &Path) -> Option<Result<Value, String>> {
    let (name, n) = job.rsplit_once('-')?;
    let (name, task) = TASKS.iter().find(|(known, _)| *known == name)?;
    Some(match n.parse() {
        Ok(n) => measure(name, *task, n, folder),
        Err(_) => Err(format!("`{n}` is no number of series")),
    })
}

/// The time of one window, the middle one of all; of `walk-forward` the time of all windows.
fn measure(name: &str, task: Task, n: usize, folder: &Path) -> Result<Value, String> {
    let walk = name == "walk-forward";
    let file = if walk { "all".to_owned() } else { n.to_string() };
    let windows = read(folder, &file, n)?;
    let windows: Vec<Vec<&[f64]>> = windows.iter().map(|w| w.chunks(LEVELS).collect()).collect();
    let all = || windows.iter().map(|w| task(black_box(w))).collect::<Result<Vec<f64>, String>>();
    let value = all()?.iter().sum::<f64>() / windows.len() as f64;
    let cpu_s = if walk {
        seconds(all)
    } else {
        let mut times: Vec<f64> = windows.iter().map(|w| seconds(|| task(black_box(w)))).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    Ok(json!({ "cpu_s": cpu_s, "value": value, "windows": windows.len() }))
}

/// Windows as `benches/peers/windows.py` writes them: raw little-endian levels, series by series.
fn read(folder: &Path, name: &str, n: usize) -> Result<Vec<Vec<f64>>, String> {
    let path = folder.join(format!("windows_{name}.f64"));
    let bytes = std::fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let number = |b: &[u8]| f64::from_le_bytes(b.try_into().unwrap_or_default());
    let levels: Vec<f64> = bytes.chunks_exact(8).map(number).collect();
    match n > 0 && !levels.is_empty() && levels.len().is_multiple_of(n * LEVELS) {
        true => Ok(levels.chunks(n * LEVELS).map(<[f64]>::to_vec).collect()),
        false => Err(format!("{} does not hold windows of {n} series", path.display())),
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn moments(levels: &[&[f64]]) -> Result<Moments, String> {
    Observations::from_levels(levels).map_err(said).and_then(|x| sample(&x).map_err(said))
}

/// Long only and fully invested.
struct Limits {
    lower: Vec<f64>,
    upper: Vec<f64>,
    rows: [Row; 1],
}

impl Limits {
    fn new(n: usize) -> Self {
        let (lower, upper) = (vec![0.0; n], vec![f64::INFINITY; n]);
        Self { lower, upper, rows: [Row::budget(n, 1.0)] }
    }

    fn problem<'a>(&'a self, quadratic: &'a Sym, linear: &'a [f64]) -> Problem<'a, Sym> {
        Problem { quadratic, linear, lower: &self.lower, upper: &self.upper, rows: &self.rows }
    }
}

fn minimum_variance(levels: &[&[f64]]) -> Result<f64, String> {
    let moments = moments(levels)?;
    let limits = Limits::new(levels.len());
    Ok(solve(&limits.problem(&moments.covariance, &[]), None).map_err(said)?.quadratic)
}

/// Deviation over mean.
fn maximum_ratio(levels: &[&[f64]]) -> Result<f64, String> {
    let moments = moments(levels)?;
    let limits = Limits::new(levels.len());
    let problem = limits.problem(&moments.covariance, &moments.mean);
    match max_ratio(&problem, None).map_err(said)? {
        BestRatio::Tangency(point) => Ok(point.variance.sqrt() / point.mean),
        other => Err(format!("no portfolio of greatest ratio: {other:?}")),
    }
}

/// Deviation over the geometric mean of the weights: equal contributions make it least.
fn risk_parity(levels: &[&[f64]]) -> Result<f64, String> {
    let n = levels.len();
    let moments = moments(levels)?;
    let parity = equal_risk_contribution(moments.covariance.as_slice(), n).map_err(said)?;
    let logarithms: f64 = parity.weights.iter().map(|w| w.ln()).sum();
    Ok(parity.volatility / (logarithms / n as f64).exp())
}

fn tree(levels: &[&[f64]]) -> Result<f64, String> {
    let moments = moments(levels)?;
    let clusters = Clustering { linkage: Linkage::Single, ..Clustering::default() };
    let tree = hierarchical_risk_parity(moments.covariance.as_slice(), levels.len(), clusters);
    let weights = tree.map_err(said)?.weights;
    Ok(weights.iter().enumerate().map(|(i, w)| w * ((i + 1) as f64).sqrt()).sum())
}

fn tail(levels: &[&[f64]]) -> Result<f64, String> {
    let n = levels.len();
    let mut panel = vec![0.0; n * (LEVELS - 1)];
    for (j, series) in levels.iter().enumerate() {
        for (t, pair) in series.windows(2).enumerate() {
            panel[t * n + j] = pair[1] / pair[0] - 1.0;
        }
    }
    let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
    let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
    Ok(minimum_conditional_value_at_risk(&panel, n, CONFIDENCE, &set).map_err(said)?.risk)
}

/// What both programmes with costs begin with: risk, and what is held, in inverse proportion to the deviations.
fn desk(levels: &[&[f64]]) -> Result<(Sym, Vec<f64>, Vec<f64>), String> {
    let moments = moments(levels)?;
    let n = levels.len();
    let risk = Sym::from_fn(n, |i, j| AVERSION * moments.covariance[(i, j)]);
    let inverse: Vec<f64> =
        moments.covariance.diagonal().iter().map(|variance| 1.0 / variance.sqrt()).collect();
    let sum: f64 = inverse.iter().sum();
    Ok((risk, moments.mean, inverse.iter().map(|x| x / sum).collect()))
}

fn trade(levels: &[&[f64]]) -> Result<f64, String> {
    let (risk, mean, held) = desk(levels)?;
    let linear = vec![COST; held.len()];
    let limits = Limits::new(held.len());
    let trading = Trading { held: &held, linear: &linear, power: &[] };
    Ok(with_costs(&limits.problem(&risk, &mean), &trading).map_err(said)?.value)
}

fn plan(levels: &[&[f64]]) -> Result<f64, String> {
    let (risk, mean, held) = desk(levels)?;
    let linear = vec![COST; held.len()];
    let Limits { lower, upper, rows } = Limits::new(held.len());
    let periods = Periods {
        quadratic: &risk,
        linear: &vec![mean; HORIZON],
        lower: &lower,
        upper: &upper,
        rows: &rows,
        trading: Trading { held: &held, linear: &linear, power: &[] },
    };
    Ok(over_periods(&periods).map_err(said)?.value)
}
