//! [`Quadratic`]: what the solvers ask of the matrix Q.

use crate::linalg::Sym;

/// A symmetric positive semi-definite n x n matrix, asked for column by column.
///
/// A solver reads only the columns of variables that leave their bounds, so an implementation may
/// compute a column when it is first asked for.
pub trait Quadratic {
    /// Number of variables.
    fn n(&self) -> usize;
    /// Element (j, j).
    fn diagonal(&self, j: usize) -> f64;
    /// Column j, n elements.
    fn column(&self, j: usize) -> &[f64];

    /// `Q x`.
    fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.n()];
        for (j, &xj) in x.iter().enumerate() {
            if xj != 0.0 {
                crate::linalg::vector::axpy(xj, self.column(j), &mut y);
            }
        }
        y
    }
}

impl Quadratic for Sym {
    fn n(&self) -> usize {
        Sym::n(self)
    }

    fn diagonal(&self, j: usize) -> f64 {
        self[(j, j)]
    }

    fn column(&self, j: usize) -> &[f64] {
        Sym::column(self, j)
    }
}
