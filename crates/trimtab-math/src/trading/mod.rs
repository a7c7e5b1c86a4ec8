//! Quadratic programmes in which moving away from what is held has a price: a part proportional to
//! the amount traded (commission, spread) and a part with its power 3/2 (market impact).
//!
//! Letters: h what is held, x what is wanted, `z = x - h` the trades,
//!
//! ```text
//! minimise  1/2 x'Q x - c'x + sum_i ( a_i |z_i| + b_i |z_i|^(3/2) )
//! ```
//!
//! under bounds and linear rows. With Q the risk aversion times the covariance and c the expected
//! returns it is the single-period programme of S. Boyd, E. Busseti, S. Diamond, R. N. Kahn,
//! K. Koh, P. Nystrup and J. Speth, Multi-Period Trading via Convex Optimization, Foundations and
//! Trends in Optimization 3 (2017), pages 1-76, sections 2.3 and 4.2; with h = 0 and a the half
//! widths of intervals of the means it is the robust programme of
//! [`crate::robust`]. An impact that takes the fraction `Y s sqrt(z V / volume)` of the
//! amount traded, V being the value of the whole, has `b = Y s sqrt(V / volume)`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod columns;
pub(crate) mod model;
mod periods;
mod solve;

use crate::linalg::Sym;
use crate::qp::{Problem, QpError};
pub use periods::{Periods, Plan, over_periods};
pub use solve::with_costs;

/// What is held, and what trading costs; n elements each.
#[derive(Clone, Copy, Debug)]
pub struct Trading<'a> {
    /// h; it need not be feasible.
    pub held: &'a [f64],
    /// a, the price of a unit traded, not negative.
    pub linear: &'a [f64],
    /// b, the factor of the power 3/2, not negative; or an empty slice for zeros.
    pub power: &'a [f64],
}

/// The minimum of a problem with trading costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Traded {
    /// x. What is not traded equals what is held, to the last bit.
    pub x: Vec<f64>,
    /// The whole objective.
    pub value: f64,
    /// Its cost: `sum_i a_i |z_i| + b_i |z_i|^(3/2)`.
    pub cost: f64,
    /// `x'Q x`.
    pub quadratic: f64,
    /// Price of each row, with the sign of [`crate::qp::Solution::row_prices`].
    pub row_prices: Vec<f64>,
    /// Price of each variable's bound, with the same sign.
    pub bound_prices: Vec<f64>,
    /// Quadratic programmes solved; one if there are no powers.
    pub programmes: usize,
    /// Largest violation of the conditions of optimality, relative to the terms that cancel in it;
    /// never above 1e-8.
    pub residual: f64,
}

impl Trading<'_> {
    /// b of variable j.
    fn power_of(&self, j: usize) -> f64 {
        self.power.get(j).copied().unwrap_or(0.0)
    }

    /// Cost of a trade of z in variable j.
    fn cost(&self, j: usize, z: f64) -> f64 {
        let size = z.abs();
        self.linear[j] * size + self.power_of(j) * size * size.sqrt()
    }

    fn check(&self, problem: &Problem<'_, Sym>) -> Result<(), QpError> {
        let n = problem.quadratic.n();
        let numbers = |what, values: &[f64], least: f64| {
            if values.len() != n {
                return Err(QpError::Shape { what, expected: n, found: values.len() });
            }
            match values.iter().position(|v| !(v.is_finite() && *v >= least)) {
                Some(index) => Err(QpError::NotFinite { what, index }),
                None => Ok(()),
            }
        };
        problem.check()?;
        numbers("amounts held", self.held, f64::MIN)?;
        numbers("costs that are not negative", self.linear, 0.0)?;
        if self.power.is_empty() {
            return Ok(());
        }
        numbers("impacts that are not negative", self.power, 0.0)
    }
}
