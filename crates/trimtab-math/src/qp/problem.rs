//! [`Problem`], [`Row`] and [`QpError`]: what is asked, and why there may be no answer.

use std::fmt;

use super::Quadratic;
use crate::linalg::Sym;
use crate::linalg::vector::max_abs;

/// Minimise `1/2 x'Q x - c'x` subject to `lower <= x <= upper` and the rows.
///
/// Q must be positive semi-definite; singular is allowed. Bounds may be infinite; a variable with
/// equal bounds is fixed.
pub struct Problem<'a, Q: Quadratic = Sym> {
    /// Q.
    pub quadratic: &'a Q,
    /// c, n elements; or an empty slice for zeros.
    pub linear: &'a [f64],
    /// Lower bounds, n elements.
    pub lower: &'a [f64],
    /// Upper bounds, n elements.
    pub upper: &'a [f64],
    /// Linear rows; their order is the numbering of [`Constraint::Row`].
    pub rows: &'a [Row],
}

impl<Q: Quadratic> Clone for Problem<'_, Q> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q: Quadratic> Copy for Problem<'_, Q> {}

impl<Q: Quadratic> Problem<'_, Q> {
    /// What an ordinary x is: the largest number that the rows limit it to, or else the largest
    /// bound, or else 1.
    pub(crate) fn ordinary(&self) -> f64 {
        let finite = |m: f64, v: f64| if v.is_finite() { m.max(v.abs()) } else { m };
        let limits = self.rows.iter().flat_map(|row| match max_abs(&row.coefficients) {
            0.0 => [0.0, 0.0],
            largest => [row.lower / largest, row.upper / largest],
        });
        let bounds = || self.lower.iter().chain(self.upper).copied().fold(0.0, finite);
        let by_rows = limits.fold(0.0, finite);
        let size = if by_rows > 0.0 { by_rows } else { bounds() };
        if size > 0.0 { size } else { 1.0 }
    }

    /// Checks shapes and numbers, not whether a solution exists.
    pub(crate) fn check(&self) -> Result<(), QpError> {
        let n = self.quadratic.n();
        let shape = |what, found| match found == n {
            true => Ok(()),
            false => Err(QpError::Shape { what, expected: n, found }),
        };
        shape("lower bounds", self.lower.len())?;
        shape("upper bounds", self.upper.len())?;
        if !self.linear.is_empty() {
            shape("linear terms", self.linear.len())?;
        }
        for row in self.rows {
            shape("coefficients of a row", row.coefficients.len())?;
        }
        let finite = |what, values: &[f64]| match values.iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(index) => Err(QpError::NotFinite { what, index }),
        };
        finite("linear term", self.linear)?;
        for j in 0..n {
            if !(self.quadratic.diagonal(j).is_finite()) {
                return Err(QpError::NotFinite { what: "diagonal of Q", index: j });
            }
            if self.quadratic.diagonal(j) < 0.0 {
                return Err(QpError::NotConvex { index: j });
            }
            if self.lower[j].is_nan() || self.lower[j] == f64::INFINITY {
                return Err(QpError::NotFinite { what: "lower bound", index: j });
            }
            if self.upper[j].is_nan() || self.upper[j] == f64::NEG_INFINITY {
                return Err(QpError::NotFinite { what: "upper bound", index: j });
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            finite("coefficient of a row", &row.coefficients)?;
            if row.lower.is_nan() || row.upper.is_nan() {
                return Err(QpError::NotFinite { what: "limit of row", index });
            }
        }
        Ok(())
    }
}

/// One row `lower <= a'x <= upper`; either side may be infinite.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// a, n elements.
    pub coefficients: Vec<f64>,
    /// Least value of `a'x`.
    pub lower: f64,
    /// Greatest value of `a'x`.
    pub upper: f64,
}

impl Row {
    /// `a'x = b`.
    #[must_use]
    pub fn equal(coefficients: Vec<f64>, b: f64) -> Self {
        Self { coefficients, lower: b, upper: b }
    }

    /// `a'x <= b`.
    #[must_use]
    pub fn at_most(coefficients: Vec<f64>, b: f64) -> Self {
        Self { coefficients, lower: f64::NEG_INFINITY, upper: b }
    }

    /// `a'x >= b`.
    #[must_use]
    pub fn at_least(coefficients: Vec<f64>, b: f64) -> Self {
        Self { coefficients, lower: b, upper: f64::INFINITY }
    }

    /// `x_1 + ... + x_n = b`.
    #[must_use]
    pub fn budget(n: usize, b: f64) -> Self {
        Self::equal(vec![1.0; n], b)
    }
}

/// One constraint of a [`Problem`]. Indices count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Constraint {
    /// The row of that number (either side).
    Row(usize),
    /// The lower bound of that variable.
    Lower(usize),
    /// The upper bound of that variable.
    Upper(usize),
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(i) => write!(f, "row {i}"),
            Self::Lower(j) => write!(f, "lower bound of variable {j}"),
            Self::Upper(j) => write!(f, "upper bound of variable {j}"),
        }
    }
}

/// Why a problem has no solution, or none was found.
#[derive(Clone, Debug, PartialEq)]
pub enum QpError {
    /// A slice has another length than Q has variables.
    Shape {
        /// what the slice holds
        what: &'static str,
        /// number of variables
        expected: usize,
        /// its length
        found: usize,
    },
    /// A number is NaN or infinite where that means nothing.
    NotFinite {
        /// what it is
        what: &'static str,
        /// its place
        index: usize,
    },
    /// Q has a negative eigenvalue, seen at that variable.
    NotConvex {
        /// the variable
        index: usize,
    },
    /// No x meets all constraints. The subset is irreducible: these cannot hold together, and
    /// leaving out any one of them makes the others possible.
    Infeasible {
        /// the constraints, rows first
        subset: Vec<Constraint>,
    },
    /// The objective falls without end; the variable that can run away.
    Unbounded {
        /// the variable
        index: usize,
    },
    /// Rounding prevented an exact solution. Scale the problem, or report it as a defect.
    Stalled {
        /// steps taken
        steps: usize,
        /// how far the conditions of optimality are from holding, relative to their terms
        residual: f64,
    },
}

impl fmt::Display for QpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { what, expected, found } => {
                write!(f, "{found} {what} for {expected} variables")
            }
            Self::NotFinite { what, index } => write!(f, "{what} {index} is not a usable number"),
            Self::NotConvex { index } => {
                write!(
                    f,
                    "the matrix has a negative eigenvalue (seen at variable {index}); repair it"
                )
            }
            Self::Infeasible { subset } => {
                write!(f, "these constraints exclude each other: ")?;
                for (k, c) in subset.iter().enumerate() {
                    write!(f, "{}{c}", if k == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Unbounded { index } => {
                write!(f, "the objective has no minimum: bound variable {index}")
            }
            Self::Stalled { steps, residual } => write!(
                f,
                "no exact solution after {steps} steps (relative residual {residual:e}); rescale"
            ),
        }
    }
}

impl std::error::Error for QpError {}
