//! [`Cholesky`]: factorisation with pivots, so that the rank is found on the way.

use std::fmt;

use super::Sym;
use super::vector;

/// A pivot below this part of the largest diagonal element counts as zero: rounding leaves about
/// N epsilon = 1e-13 of it at N = 500 where the exact pivot is 0. A larger bound would call share
/// classes that differ by 1e-6 of their volatility one and the same.
const PIVOT_MIN: f64 = 1e-13;

/// `P' A P = L L'` of a positive semi-definite A, P a permutation that takes the largest remaining
/// diagonal element first (ties: the lowest index).
///
/// Source: N. J. Higham, Analysis of the Cholesky decomposition of a semi-definite matrix, in
/// Reliable Numerical Computation, Oxford University Press 1990, pages 161-185.
#[derive(Clone, Debug)]
pub struct Cholesky {
    n: usize,
    rank: usize,
    /// `order[k]` is the row of A that stands at place k.
    order: Vec<usize>,
    /// Row k of L at `k n ..`, in the pivoted order.
    rows: Vec<f64>,
}

impl Cholesky {
    /// Factorises A. Cost N³ / 3 multiply-adds at full rank.
    ///
    /// # Errors
    /// [`CholeskyError::NotPositiveSemidefinite`] if a pivot is negative beyond rounding;
    /// [`CholeskyError::NotFinite`].
    pub fn new(a: &Sym) -> Result<Self, CholeskyError> {
        let n = a.n();
        if a.as_slice().iter().any(|v| !v.is_finite()) {
            return Err(CholeskyError::NotFinite);
        }
        let mut order: Vec<usize> = (0..n).collect();
        let mut rows = vec![0.0; n * n];
        let mut left = a.diagonal(); // what remains of the diagonal, in the pivoted order
        let zero = PIVOT_MIN * vector::max_abs(&left);
        let mut rank = n;
        for k in 0..n {
            let mut p = k;
            for i in k + 1..n {
                if left[i] > left[p] || (left[i] == left[p] && order[i] < order[p]) {
                    p = i;
                }
            }
            if left[p] <= zero {
                rank = k;
                break;
            }
            order.swap(k, p);
            left.swap(k, p);
            if p != k {
                let (head, tail) = rows.split_at_mut(p * n);
                head[k * n..k * n + k].swap_with_slice(&mut tail[..k]);
            }
            let pivot = left[k].sqrt();
            rows[k * n + k] = pivot;
            let (head, tail) = rows.split_at_mut((k + 1) * n);
            let row_k = &head[k * n..k * n + k];
            let column = a.column(order[k]);
            for (i, row) in (k + 1..n).zip(tail.chunks_mut(n)) {
                let v = (column[order[i]] - vector::dot(row_k, &row[..k])) / pivot;
                row[k] = v;
                left[i] -= v * v;
            }
        }
        let this = Self { n, rank, order, rows };
        this.refuse_indefinite(a, &left)?;
        Ok(this)
    }

    /// Number of pivots above rounding.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The rows of A in pivoted order; the first [`Cholesky::rank`] of them are independent.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// `x` with `A x = b`.
    ///
    /// # Errors
    /// [`CholeskyError::Singular`] if the rank is below N.
    pub fn solve(&self, b: &[f64]) -> Result<Vec<f64>, CholeskyError> {
        if self.rank < self.n {
            return Err(CholeskyError::Singular {
                rank: self.rank,
                dependent: self.order[self.rank],
            });
        }
        let n = self.n;
        let mut y: Vec<f64> = self.order.iter().map(|&i| b[i]).collect();
        for k in 0..n {
            let row = &self.rows[k * n..k * n + k];
            y[k] = (y[k] - vector::dot(row, &y[..k])) / self.rows[k * n + k];
        }
        for k in (0..n).rev() {
            y[k] /= self.rows[k * n + k];
            let (head, tail) = y.split_at_mut(k);
            vector::axpy(-tail[0], &self.rows[k * n..k * n + k], head);
        }
        let mut x = vec![0.0; n];
        for (k, &i) in self.order.iter().enumerate() {
            x[i] = y[k];
        }
        Ok(x)
    }

    /// `sqrt(x'A x)` as the length of `L'P'x`: where it is small the terms of the quadratic form
    /// would cancel and leave their rounding, of which this takes no root.
    #[must_use]
    pub fn norm(&self, x: &[f64]) -> f64 {
        let mut y = vec![0.0; self.rank];
        for (r, &i) in self.order.iter().enumerate() {
            let part = (r + 1).min(self.rank);
            vector::axpy(x[i], &self.rows[r * self.n..r * self.n + part], &mut y[..part]);
        }
        vector::dot(&y, &y).sqrt()
    }

    /// Natural logarithm of the determinant; minus infinity when singular.
    #[must_use]
    pub fn ln_determinant(&self) -> f64 {
        if self.rank < self.n {
            return f64::NEG_INFINITY;
        }
        2.0 * (0..self.n).map(|k| self.rows[k * self.n + k].ln()).sum::<f64>()
    }

    /// Below the rank everything must be zero up to rounding, or A is indefinite.
    fn refuse_indefinite(&self, a: &Sym, left: &[f64]) -> Result<(), CholeskyError> {
        // The remaining block of a semi-definite matrix is as small as its diagonal. Rounding
        // leaves square-root-sized elements in no case, so a thousand pivots' worth is generous.
        let allowed = 1e3 * PIVOT_MIN * vector::max_abs(&a.diagonal());
        let (n, r) = (self.n, self.rank);
        for i in r..n {
            if left[i] < -allowed {
                return Err(CholeskyError::NotPositiveSemidefinite { index: self.order[i] });
            }
            let column = a.column(self.order[i]);
            for j in r..i {
                let product =
                    vector::dot(&self.rows[i * n..i * n + r], &self.rows[j * n..j * n + r]);
                if (column[self.order[j]] - product).abs() > allowed {
                    return Err(CholeskyError::NotPositiveSemidefinite { index: self.order[i] });
                }
            }
        }
        Ok(())
    }
}

/// Why there is no factor or no solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CholeskyError {
    /// An element is NaN or infinite.
    NotFinite,
    /// A has a negative eigenvalue; the row where it showed.
    NotPositiveSemidefinite {
        /// row of A
        index: usize,
    },
    /// A has no inverse; a row that depends on others.
    Singular {
        /// number of independent rows
        rank: usize,
        /// a dependent row
        dependent: usize,
    },
}

impl fmt::Display for CholeskyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => write!(f, "a matrix with an element that is not finite"),
            Self::NotPositiveSemidefinite { index } => {
                write!(f, "the matrix has a negative eigenvalue (seen at row {index}); repair it")
            }
            Self::Singular { rank, dependent } => write!(
                f,
                "the matrix is singular: rank {rank}, row {dependent} is a combination of others"
            ),
        }
    }
}

impl std::error::Error for CholeskyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn hilbert(n: usize) -> Sym {
        Sym::from_fn(n, |i, j| 1.0 / (i + j + 1) as f64)
    }

    #[test]
    fn solves_and_knows_the_determinant() {
        let a = hilbert(5);
        let c = Cholesky::new(&a).unwrap();
        assert_eq!(c.rank(), 5);
        // determinant of the Hilbert matrix of order 5: 1 / 266716800000
        assert!((c.ln_determinant() + 266_716_800_000.0_f64.ln()).abs() < 1e-10);
        let x = c.solve(&a.mul(&[1.0, -2.0, 3.0, -4.0, 5.0])).unwrap();
        for (x, e) in x.iter().zip([1.0, -2.0, 3.0, -4.0, 5.0]) {
            assert!((x - e).abs() < 1e-9);
        }
    }

    #[test]
    fn rank_of_sums_of_outer_products() {
        for (n, r) in [(1, 1), (4, 2), (10, 3), (40, 25)] {
            let f = |i: usize, k: usize| ((i * 7 + k * 13 + i * k + 1) as f64).sin();
            let a = Sym::from_fn(n, |i, j| (0..r).map(|k| f(i, k) * f(j, k)).sum());
            let c = Cholesky::new(&a).unwrap();
            assert_eq!(c.rank(), r);
            assert_eq!(c.solve(&vec![1.0; n]).is_err(), r < n);
        }
    }

    #[test]
    fn a_negative_eigenvalue_is_refused() {
        let a = Sym::from_rows(&[[1.0, 2.0], [2.0, 1.0]]).unwrap();
        assert!(matches!(Cholesky::new(&a), Err(CholeskyError::NotPositiveSemidefinite { .. })));
        let a = Sym::from_rows(&[[0.0, 1.0], [1.0, 0.0]]).unwrap();
        assert!(matches!(Cholesky::new(&a), Err(CholeskyError::NotPositiveSemidefinite { .. })));
        assert_eq!(Cholesky::new(&Sym::zeros(3)).unwrap().rank(), 0);
    }
}
