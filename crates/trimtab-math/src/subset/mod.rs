//! The best k of n series: the equally weighted subset with the largest ratio of mean to deviation.
//!
//! Letters: m the means, S the covariance, `m(A)` and `S(A)` their sums over a subset A and over
//! its pairs; the ratio is `m(A) / sqrt(S(A))`, that of the equally weighted members.

mod error;
mod falling;
mod problem;
mod rising;
mod search;

pub use error::SubsetError;
pub use problem::subset_ratio;
pub use search::{BestSubset, Certificate, best_subset};
