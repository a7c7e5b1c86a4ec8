//! Eigenvalues and eigenvectors of symmetric matrices: the one place that calls `nalgebra`.

use std::fmt;

use nalgebra::{DMatrix, SymmetricEigen};

use super::{Mat, Sym};

/// Sweeps the library may take for all eigenvalues together; it needs about two for each, so a
/// thousand for each means that it will never end.
const ITERATIONS_PER_EIGENVALUE: usize = 1000;

/// `A = V diag(values) V'`, eigenvalues ascending, eigenvectors orthonormal columns of V.
///
/// The sign of each eigenvector is fixed by making its largest element (the first of equals)
/// positive.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// Eigenvalues, smallest first.
    pub values: Vec<f64>,
    /// Eigenvectors, column k belonging to `values[k]`.
    pub vectors: Mat,
}

impl Eigen {
    /// Decomposes A. Cost about 9 N³ operations.
    ///
    /// # Errors
    /// [`EigenError`] if an element is not finite or the iteration does not converge.
    pub fn new(a: &Sym) -> Result<Self, EigenError> {
        let n = a.n();
        if a.as_slice().iter().any(|v| !v.is_finite()) {
            return Err(EigenError::NotFinite);
        }
        if n == 0 {
            return Ok(Self { values: vec![], vectors: Mat::zeros(0, 0) });
        }
        let matrix = DMatrix::from_column_slice(n, n, a.as_slice());
        let limit = ITERATIONS_PER_EIGENVALUE * n;
        let e =
            SymmetricEigen::try_new(matrix, f64::EPSILON, limit).ok_or(EigenError::NotConverged)?;
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| e.eigenvalues[a].total_cmp(&e.eigenvalues[b]).then(a.cmp(&b)));
        let mut vectors = Mat::zeros(n, n);
        for (k, &from) in order.iter().enumerate() {
            let source = e.eigenvectors.column(from);
            let mut largest = 0;
            for i in 1..n {
                if source[i].abs() > source[largest].abs() {
                    largest = i;
                }
            }
            let sign = if source[largest] < 0.0 { -1.0 } else { 1.0 };
            for (o, v) in vectors.column_mut(k).iter_mut().zip(source.iter()) {
                *o = sign * v;
            }
        }
        Ok(Self { values: order.iter().map(|&k| e.eigenvalues[k]).collect(), vectors })
    }

    /// `V diag(d) V'`: the matrix with these eigenvectors and the eigenvalues `d`.
    #[must_use]
    pub fn with_values(&self, d: &[f64]) -> Sym {
        let n = self.values.len();
        let mut out = Sym::zeros(n);
        let mut scaled = vec![0.0; n];
        for (k, &d) in d.iter().enumerate() {
            if d == 0.0 {
                continue;
            }
            let v = self.vectors.column(k);
            for (s, v) in scaled.iter_mut().zip(v) {
                *s = d * v;
            }
            for j in 0..n {
                let column = &mut out.as_mut_slice()[j * n..(j + 1) * n];
                super::vector::axpy(v[j], &scaled, column);
            }
        }
        // (d v_i) v_j and (d v_j) v_i round differently: the lower triangle is the one that counts.
        for j in 0..n {
            for i in j + 1..n {
                let value = out[(i, j)];
                out.set(i, j, value);
            }
        }
        out
    }
}

/// Why no eigenvalues came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EigenError {
    /// An element is NaN or infinite.
    NotFinite,
    /// The iteration did not converge.
    NotConverged,
}

impl fmt::Display for EigenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => write!(f, "a matrix with an element that is not finite"),
            Self::NotConverged => write!(f, "the eigenvalue iteration did not converge"),
        }
    }
}

impl std::error::Error for EigenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_difference_matrix_has_its_known_eigenvalues() {
        // tridiagonal (-1, 2, -1): 2 - 2 cos(k pi / (n + 1))
        for n in [1, 2, 7, 30] {
            let a = Sym::from_fn(n, |i, j| match i - j {
                0 => 2.0,
                1 => -1.0,
                _ => 0.0,
            });
            let e = Eigen::new(&a).unwrap();
            for (k, v) in e.values.iter().enumerate() {
                let angle = std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64;
                assert!((v - (2.0 - 2.0 * angle.cos())).abs() < 1e-13);
            }
            let back = e.with_values(&e.values);
            assert!(back.combine(1.0, &a, -1.0).norm() < 1e-13 * n as f64);
        }
    }

    #[test]
    fn no_answer_for_what_is_not_a_number() {
        let mut a = Sym::identity(2);
        a.set(0, 1, f64::NAN);
        assert_eq!(Eigen::new(&a).err(), Some(EigenError::NotFinite));
    }
}
