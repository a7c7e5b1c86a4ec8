//! Mean vectors: from observations, shrunk, implied by weights, and blended with views.
//!
//! The letters everywhere: T observations of N variables, m their mean, Q their covariance.

#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod black_litterman;
mod shrunk;

use std::fmt;

pub use black_litterman::{Certainty, Posterior, View, black_litterman, implied_confidences};
pub use shrunk::{ShrunkMean, Target, bayes_stein, james_stein};

use crate::covariance::{CovarianceError, exponential_weights};
use crate::linalg::{CholeskyError, EigenError, Observations, Sym};

/// `m = sum_t x_t / T`.
#[must_use]
pub fn historical(x: &Observations) -> Vec<f64> {
    x.mean()
}

/// `sum_t w_t x_t` with weights that fall by `decay` for each step into the past.
///
/// # Errors
/// [`CovarianceError::Parameter`] unless `0 < decay <= 1`.
pub fn exponential(x: &Observations, decay: f64) -> Result<Vec<f64>, CovarianceError> {
    Ok(x.project(&exponential_weights(x.t(), decay)?))
}

/// Reverse optimisation: the excess means `a Q w` for which the weights w are the optimum of
/// `mu'w - a/2 w'Q w`. a is the risk aversion.
///
/// Source: W. F. Sharpe, Imputing expected security returns from portfolio composition, Journal of
/// Financial and Quantitative Analysis 9 (1974), pages 463-472.
///
/// # Errors
/// [`MeanError::Shape`], [`MeanError::Parameter`] unless a is positive.
pub fn equilibrium(covariance: &Sym, w: &[f64], a: f64) -> Result<Vec<f64>, MeanError> {
    same_length(covariance.n(), w.len())?;
    if !(a > 0.0 && a.is_finite()) {
        return Err(MeanError::Parameter("risk aversion"));
    }
    let mut pi = covariance.mul(w);
    pi.iter_mut().for_each(|v| *v *= a);
    Ok(pi)
}

fn same_length(expected: usize, found: usize) -> Result<(), MeanError> {
    if expected == found { Ok(()) } else { Err(MeanError::Shape { expected, found }) }
}

/// Why no mean vector comes out. Indices count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeanError {
    /// Two things that belong together differ in size.
    Shape {
        /// size needed
        expected: usize,
        /// size given
        found: usize,
    },
    /// A parameter outside its range; its name.
    Parameter(&'static str),
    /// A matrix that must have an inverse has none.
    Singular(CholeskyError),
    /// Views that are held for certain contradict or repeat each other.
    Views(CholeskyError),
    /// No eigenvalues came out.
    Eigen(EigenError),
}

impl From<EigenError> for MeanError {
    fn from(e: EigenError) -> Self {
        Self::Eigen(e)
    }
}

impl fmt::Display for MeanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { expected, found } => write!(f, "size {found} where {expected} is needed"),
            Self::Parameter(name) => write!(f, "{name} is outside its range"),
            Self::Singular(e) => write!(f, "covariance: {e}"),
            Self::Views(e) => write!(f, "views repeat or contradict each other: {e}"),
            Self::Eigen(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for MeanError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equilibrium_is_what_the_optimum_needs() {
        let q = Sym::from_rows(&[[0.04, 0.01], [0.01, 0.09]]).unwrap();
        let pi = equilibrium(&q, &[0.6, 0.4], 2.5).unwrap();
        assert!((pi[0] - 2.5 * (0.024 + 0.004)).abs() < 1e-16);
        assert!((pi[1] - 2.5 * (0.006 + 0.036)).abs() < 1e-16);
        assert!(equilibrium(&q, &[1.0], 2.5).is_err());
        assert!(equilibrium(&q, &[0.5, 0.5], 0.0).is_err());
    }

    #[test]
    fn recent_observations_count_more() {
        let x = Observations::from_columns(&[[1.0, 2.0, 4.0]]).unwrap();
        let m = exponential(&x, 0.5).unwrap();
        assert!((m[0] - (0.25 + 1.0 + 4.0) / 1.75).abs() < 1e-15);
        assert_eq!(historical(&x), vec![7.0 / 3.0]);
        assert!(exponential(&x, 1.5).is_err());
    }
}
