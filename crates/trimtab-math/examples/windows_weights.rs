//! The optimisers on windows of prices, for `scripts/optimisers_versus.py`.
//!
//!     cargo run --release -p trimtab-math --example windows_weights -- WINDOWS N > ours.jsonl
//!
//! WINDOWS holds windows of 253 levels of N series, raw little-endian numbers, window by window and series by series. Prints
//! one line of JSON a window: the weights of each problem, or what failed in words.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::error::Error;

use serde_json::{Map, Value, json};
use trimtab_math::covariance::{Moments, sample};
use trimtab_math::frontier::{BestRatio, max_ratio};
use trimtab_math::growth::maximum_growth;
use trimtab_math::linalg::Observations;
use trimtab_math::qp::{Problem, Row, solve};
use trimtab_math::riskparity::equal_risk_contribution;
use trimtab_math::tail::{Feasible, minimum_conditional_value_at_risk};

/// Levels of a window: 252 returns.
const LEVELS: usize = 253;

/// The tail of the conditional value at risk begins here.
const CONFIDENCE: f64 = 0.95;

type Found = Result<Vec<f64>, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, n] = &arguments[..] else { return Err("give WINDOWS and N".into()) };
    let n: usize = n.parse()?;
    let bytes = std::fs::read(path)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    let levels: Vec<f64> = numbers.iter().map(|b| f64::from_le_bytes(*b)).collect();
    for window in levels.chunks_exact(n * LEVELS) {
        let series: Vec<&[f64]> = window.chunks(LEVELS).collect();
        let returns = Observations::from_levels(&series)?;
        let moments = sample(&returns)?;
        let answers = [
            ("minimum-variance", minimum_variance(&moments)),
            ("maximum-ratio", maximum_ratio(&moments)),
            ("risk-parity", risk_parity(&moments)),
            ("cvar", tail(&panel(&returns), n)),
            ("growth", growth(&panel(&returns), n)),
        ];
        let line: Map<String, Value> = answers
            .into_iter()
            .map(|(problem, found)| {
                let value = found.map_or_else(|error| json!(error.to_string()), |x| json!(x));
                (problem.to_owned(), value)
            })
            .collect();
        println!("{}", Value::Object(line));
    }
    Ok(())
}

/// The returns as rows of one period each.
fn panel(returns: &Observations) -> Vec<f64> {
    let series: Vec<Vec<f64>> = (0..returns.n()).map(|j| returns.series(j).collect()).collect();
    (0..returns.t()).flat_map(|t| series.iter().map(move |s| s[t])).collect()
}

/// What is made of a problem on these moments, long only and fully invested.
fn under_budget<T>(
    moments: &Moments,
    linear: &[f64],
    f: impl Fn(&Problem<'_, trimtab_math::linalg::Sym>) -> T,
) -> T {
    let n = moments.mean.len();
    let (lower, upper, rows) = (vec![0.0; n], vec![f64::INFINITY; n], [Row::budget(n, 1.0)]);
    let quadratic = &moments.covariance;
    f(&Problem { quadratic, linear, lower: &lower, upper: &upper, rows: &rows })
}

fn minimum_variance(moments: &Moments) -> Found {
    Ok(under_budget(moments, &[], |problem| solve(problem, None))?.x)
}

fn maximum_ratio(moments: &Moments) -> Found {
    match under_budget(moments, &moments.mean, |problem| max_ratio(problem, None))? {
        BestRatio::Tangency(point) => Ok(point.x),
        BestRatio::NonePositive(_) => Err("no mean is positive".into()),
        other => Err(format!("{other:?}").into()),
    }
}

fn risk_parity(moments: &Moments) -> Found {
    Ok(equal_risk_contribution(moments.covariance.as_slice(), moments.mean.len())?.weights)
}

fn tail(panel: &[f64], n: usize) -> Found {
    let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
    let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
    Ok(minimum_conditional_value_at_risk(panel, n, CONFIDENCE, &set)?.weights)
}

fn growth(panel: &[f64], n: usize) -> Found {
    let (lower, upper) = (vec![0.0; n], vec![1.0; n]);
    let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &[] };
    Ok(maximum_growth(panel, n, 1.0, &set)?.weights)
}
