//! Dense linear algebra: small matrices of `f64`, stored column by column.
//!
//! - [`Sym`] is a symmetric matrix with both triangles stored, so that a column is one slice;
//! - [`Mat`] is a rectangular matrix;
//! - [`Observations`] holds T observations of N variables, packed for [`Observations::gram`];
//! - [`Cholesky`] factorises, finds the rank and solves;
//! - [`eigen`] is the one place that calls a library for eigenvalues.
//!
//! Every sum is taken in an order that depends on the sizes alone, never on the processor: the
//! same inputs give the same bytes with SSE2, AVX2 or AVX-512. The Gram matrix rounds product and
//! sum together everywhere, also where the processor has no instruction for it; nothing else does.

#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod cholesky;
pub mod eigen;
mod gram;
mod matrix;
mod observations;
mod tile;
pub mod vector;

pub use cholesky::{Cholesky, CholeskyError};
pub use eigen::{Eigen, EigenError};
pub use matrix::{Mat, MatrixError, Sym};
pub use observations::{Observations, ObservationsError};
