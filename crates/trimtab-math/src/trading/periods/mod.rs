//! Trades over several periods at once: what is bought today may be meant for tomorrow.

#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas

mod blocks;
mod interior;
mod state;

use super::Trading;
use crate::linalg::Sym;
use crate::qp::{Problem, QpError, Row};
use interior::Interior;

/// A programme over h periods,
///
/// ```text
/// minimise  sum_t ( 1/2 x_t'Q x_t - c_t'x_t + sum_i ( a_i |z_ti| + b_i |z_ti|^(3/2) ) )
/// ```
///
/// with `z_t = x_t - x_(t-1)`, x_0 what is held, and in every period the same bounds and rows (Boyd et
/// al. 2017, section 5.2, see [`crate::trading`]).
#[derive(Clone, Copy, Debug)]
pub struct Periods<'a> {
    /// Q.
    pub quadratic: &'a Sym,
    /// c_t, n elements for each period; their number is h.
    pub linear: &'a [Vec<f64>],
    /// Lower bounds; may be infinite.
    pub lower: &'a [f64],
    /// Upper bounds; may be infinite.
    pub upper: &'a [f64],
    /// Rows.
    pub rows: &'a [Row],
    /// What is held, and what trading costs.
    pub trading: Trading<'a>,
}

/// The minimum over several periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// x_t for each period. Only the first is meant to be traded; tomorrow the programme is solved
    /// anew.
    pub x: Vec<Vec<f64>>,
    /// The objective.
    pub value: f64,
    /// How far the value may be above the least one, by the prices that were found with it; relative
    /// to the sizes of its terms at most 1e-7, and mostly 1e-11.
    pub gap: f64,
    /// Newton steps taken.
    pub steps: usize,
}

/// Solves a programme over several periods by a primal-dual interior-point method whose Newton systems
/// are block tridiagonal in the periods (S. J. Wright, Primal-Dual Interior-Point Methods, SIAM 1997,
/// chapters 5 and 10; Mehrotra's predictor and corrector): h Cholesky factors of order n a step and some
/// fifteen steps.
///
/// Weights are exact to about nine digits, not to the last: who wants the first period alone, exactly,
/// asks [`super::with_costs`].
///
/// # Errors
/// As [`crate::qp::solve`].
pub fn over_periods(periods: &Periods<'_>) -> Result<Plan, QpError> {
    let n = periods.quadratic.n();
    if periods.linear.is_empty() {
        return Err(QpError::Shape { what: "periods", expected: 1, found: 0 });
    }
    for c in periods.linear {
        let one = Problem {
            quadratic: periods.quadratic,
            linear: c,
            lower: periods.lower,
            upper: periods.upper,
            rows: periods.rows,
        };
        periods.trading.check(&one)?;
        if c.len() != n {
            return Err(QpError::Shape { what: "linear terms", expected: n, found: c.len() });
        }
    }
    Interior::new(periods)?.run()
}

impl Periods<'_> {
    /// The objective at x.
    fn value(&self, x: &[Vec<f64>]) -> f64 {
        let mut before = self.trading.held;
        let mut value = 0.0;
        for (x, c) in x.iter().zip(self.linear) {
            let along = crate::linalg::vector::dot(c, x);
            value += 0.5 * self.quadratic.quadratic_form(x).max(0.0) - along;
            value += (0..x.len()).map(|j| self.trading.cost(j, x[j] - before[j])).sum::<f64>();
            before = x;
        }
        value
    }
}
