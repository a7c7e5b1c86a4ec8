use super::{OnlineError, Period};
use crate::linalg::Sym;
use crate::qp::{self, Problem, Row};
use crate::symmetric::{axpy, dot};

/// Newton steps; about eight are common.
const STEPS: usize = 200;

/// How far the logarithm of wealth may stay below its bound.
const TOLERANCE: f64 = 1e-10;

/// The series with the largest final wealth, the first of equals: what only hindsight can pick.
///
/// `relatives` holds one row of n relatives per period.
///
/// # Errors
/// [`OnlineError::Empty`], [`OnlineError::Length`], [`OnlineError::Relative`].
pub fn best_series(relatives: &[f64], n: usize) -> Result<usize, OnlineError> {
    check(relatives, n)?;
    let mut log_wealth = vec![0.0; n];
    for row in relatives.chunks_exact(n) {
        for (w, x) in log_wealth.iter_mut().zip(row) {
            *w += libm::log(*x);
        }
    }
    Ok((0..n).fold(0, |best, i| if log_wealth[i] > log_wealth[best] { i } else { best }))
}

/// The best constantly rebalanced portfolio, with the proof that it is.
#[derive(Clone, Debug, PartialEq)]
pub struct BestConstantRebalanced {
    /// Weights.
    pub weights: Vec<f64>,
    /// Logarithm of the final wealth.
    pub log_wealth: f64,
    /// No constant weights reach more than this: `log_wealth + T ln max_i (1/T) sum x_ti / b'x_t`,
    /// by concavity.
    pub bound: f64,
}

/// Weights that maximise `sum_t ln b'x_t` (BCRP; Cover 1991, *Universal portfolios*, s. 2).
///
/// Newton's method on the simplex: each step is a quadratic programme, damped as the logarithm's
/// self-concordance asks. It ends when the bound is within 1e-10.
///
/// # Errors
/// As [`best_series`]; [`OnlineError::Stalled`].
pub fn best_constant_rebalanced(
    relatives: &[f64],
    n: usize,
) -> Result<BestConstantRebalanced, OnlineError> {
    check(relatives, n)?;
    let t = (relatives.len() / n) as f64;
    let mut b = vec![1.0 / n as f64; n];
    for _ in 0..STEPS {
        let mut slope = vec![0.0; n];
        let mut curvature = vec![0.0; n * n];
        let mut log_wealth = 0.0;
        for row in relatives.chunks_exact(n) {
            let growth = dot(row, &b);
            log_wealth += libm::log(growth);
            axpy(1.0 / growth, row, &mut slope);
            for (line, x) in curvature.chunks_exact_mut(n).zip(row) {
                axpy(x / (growth * growth), row, line);
            }
        }
        let steepest = slope.iter().fold(0.0_f64, |m, s| m.max(*s));
        let bound = log_wealth + t * libm::log(steepest / t).max(0.0);
        if bound - log_wealth <= TOLERANCE {
            return Ok(BestConstantRebalanced { weights: b, log_wealth, bound });
        }
        let goal = newton_goal(curvature, &slope, &b)?;
        // The decrement, the length of the step in the norm of the curvature.
        let decrement = relatives
            .chunks_exact(n)
            .map(|row| (dot(row, &goal) / dot(row, &b) - 1.0).powi(2))
            .sum::<f64>()
            .sqrt();
        let damping = if decrement < 0.25 { 1.0 } else { 1.0 / (1.0 + decrement) };
        for (b, g) in b.iter_mut().zip(&goal) {
            *b = if damping == 1.0 { *g } else { *b + damping * (g - *b) };
        }
    }
    Err(OnlineError::Stalled)
}

/// Minimum of the quadratic model at b over the simplex: `1/2 y'H y - 2 s'y`, as `H b = s`.
fn newton_goal(h: Vec<f64>, slope: &[f64], b: &[f64]) -> Result<Vec<f64>, OnlineError> {
    let n = b.len();
    let quadratic = Sym::from_column_major(n, h).map_err(|_| OnlineError::Stalled)?;
    let linear: Vec<f64> = slope.iter().map(|s| 2.0 * s).collect();
    let problem = Problem {
        quadratic: &quadratic,
        linear: &linear,
        lower: &vec![0.0; n],
        upper: &vec![1.0; n],
        rows: &[Row::budget(n, 1.0)],
    };
    qp::solve(&problem, Some(b)).map(|s| s.x).map_err(|_| OnlineError::Stalled)
}

fn check(relatives: &[f64], n: usize) -> Result<(), OnlineError> {
    if n == 0 || relatives.is_empty() {
        return Err(OnlineError::Empty);
    }
    if !relatives.len().is_multiple_of(n) {
        return Err(OnlineError::Length { len: relatives.len() % n, n });
    }
    relatives.chunks_exact(n).try_for_each(|row| Period::new(row, 1.0).map(|_| ()))
}
