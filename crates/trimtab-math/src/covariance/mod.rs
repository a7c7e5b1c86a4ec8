//! Covariance matrices: from observations, shrunk, cleaned, combined and repaired.
//!
//! The letters everywhere: T observations of N variables; x_t an observation after its mean has
//! been taken off; S the covariance; s_ij its elements. Divisors are said with each estimator.

#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod combine;
mod denoise;
mod exponential;
mod ledoit_wolf;
mod oas;
mod repair;
mod rolling;
mod sample;
mod semi;

use std::fmt;

pub use combine::{correlation, deviations, from_correlation, weighted_average};
pub use denoise::{Denoised, NoiseLevel, denoise, detone};
pub use exponential::{Centre, exponential, exponential_weights};
pub use ledoit_wolf::{Shrunk, ledoit_wolf, ledoit_wolf_constant_correlation};
pub use oas::{OasForm, oas};
pub use repair::{
    Definiteness, Repaired, clip, definiteness, nearest_correlation, nearest_covariance,
};
pub use rolling::Rolling;
pub use sample::{Moments, sample};
pub use semi::semi;

use crate::linalg::EigenError;

/// Why an estimator gives no matrix. Indices count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CovarianceError {
    /// Too few observations.
    TooFew {
        /// observations needed
        needed: usize,
        /// observations given
        found: usize,
    },
    /// A variable without variance has no correlation.
    Constant {
        /// the variable
        series: usize,
    },
    /// A parameter outside its range; its name.
    Parameter(&'static str),
    /// Two things that belong together differ in size.
    Shape {
        /// size needed
        expected: usize,
        /// size given
        found: usize,
    },
    /// No eigenvalues came out.
    Eigen(EigenError),
    /// An iteration did not come to its end.
    NotConverged {
        /// rounds taken
        rounds: usize,
    },
}

impl From<EigenError> for CovarianceError {
    fn from(e: EigenError) -> Self {
        Self::Eigen(e)
    }
}

impl fmt::Display for CovarianceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { needed, found } => {
                write!(f, "{found} observations where {needed} are needed")
            }
            Self::Constant { series } => {
                write!(f, "variable {series} is constant and has no correlation; leave it out")
            }
            Self::Parameter(name) => write!(f, "{name} is outside its range"),
            Self::Shape { expected, found } => write!(f, "size {found} where {expected} is needed"),
            Self::Eigen(e) => e.fmt(f),
            Self::NotConverged { rounds } => write!(f, "no convergence in {rounds} rounds"),
        }
    }
}

impl std::error::Error for CovarianceError {}
