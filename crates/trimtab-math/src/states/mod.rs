//! States that a series passes through: hidden Markov chains of Gaussian states, and jump models.
//!
//! - [`Hidden`] is a chain of states, each with its own mean and covariance: [`Hidden::fit`] by expectation and
//!   maximisation, [`Hidden::filter`] for what is known at each row, [`Hidden::smooth`] and [`Hidden::viterbi`] for what is
//!   known in the end;
//! - [`Jump`] is a clustering in which a change of cluster costs something;
//! - [`by_level`] and [`by_distance`] are labellings to start from, made without chance.
//!
//! Nothing here draws lots: the same rows give the same states to the last bit. What is found is a local optimum from
//! where one starts; give several starts and keep the best.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod error;
mod hidden;
mod jump;
mod matching;
mod pass;
mod start;

pub use error::StatesError;
pub use hidden::{Fitted, Fitting, Gaussian, Hidden, Shape};
pub use jump::{Jump, Jumped};
pub use matching::assignment;
pub use pass::{Filtered, Smoothed};
pub use start::{by_distance, by_level};

/// T rows of D numbers, one row after another.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    values: &'a [f64],
    width: usize,
}

impl<'a> Table<'a> {
    /// The table whose rows of `width` numbers follow each other in `values`.
    ///
    /// # Errors
    /// [`StatesError::Shape`] when they do not fill whole rows, [`StatesError::NotFinite`].
    pub fn new(values: &'a [f64], width: usize) -> Result<Self, StatesError> {
        if width == 0 || values.is_empty() || !values.len().is_multiple_of(width) {
            return Err(StatesError::Shape { values: values.len(), width });
        }
        match values.iter().position(|x| !x.is_finite()) {
            Some(at) => Err(StatesError::NotFinite { row: at / width, column: at % width }),
            None => Ok(Self { values, width }),
        }
    }

    /// Number of rows, T.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Never: a table has at least one row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Numbers in a row, D.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Row `t`, counted from 0.
    pub fn row(&self, t: usize) -> &'a [f64] {
        &self.values[t * self.width..(t + 1) * self.width]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &'a [f64]> {
        self.values.chunks_exact(self.width)
    }

    /// The mean of each column.
    pub fn means(&self) -> Vec<f64> {
        let mut means = vec![0.0; self.width];
        for row in self.rows() {
            means.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        means.iter_mut().for_each(|sum| *sum /= self.len() as f64);
        means
    }

    /// The population variance of each column about `means`.
    pub fn variances(&self, means: &[f64]) -> Vec<f64> {
        let mut squares = vec![0.0; self.width];
        for row in self.rows() {
            let deviations = row.iter().zip(means).map(|(x, m)| x - m);
            squares.iter_mut().zip(deviations).for_each(|(sum, d)| *sum += d * d);
        }
        squares.iter_mut().for_each(|sum| *sum /= self.len() as f64);
        squares
    }
}
