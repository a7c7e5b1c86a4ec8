//! [`Sym`] and [`Mat`]: dense matrices, column after column.

use std::fmt;
use std::ops::{Index, IndexMut};

use super::vector;

/// How far `a_ij` and `a_ji` may differ, relative to the largest element, before a matrix is
/// refused as not symmetric. Products formed in another order differ by some 1e-15; a typing error
/// in a table of six digits by far more than 1e-12.
const ASYMMETRY_MAX: f64 = 1e-12;

/// A symmetric n x n matrix. Both triangles are stored, so column j is the slice
/// [`Sym::column`]`(j)` and equals row j.
#[derive(Clone, Debug, PartialEq)]
pub struct Sym {
    n: usize,
    data: Vec<f64>,
}

impl Sym {
    /// The zero matrix.
    #[must_use]
    pub fn zeros(n: usize) -> Self {
        Self { n, data: vec![0.0; n * n] }
    }

    /// The identity.
    #[must_use]
    pub fn identity(n: usize) -> Self {
        Self::from_diagonal(&vec![1.0; n])
    }

    /// The matrix with `d` on its diagonal and zeros elsewhere.
    #[must_use]
    pub fn from_diagonal(d: &[f64]) -> Self {
        let mut m = Self::zeros(d.len());
        for (i, &v) in d.iter().enumerate() {
            m.data[i * d.len() + i] = v;
        }
        m
    }

    /// The matrix with `a_ij = f(i, j)` for `i >= j`; the upper triangle mirrors the lower one.
    #[must_use]
    pub fn from_fn(n: usize, mut f: impl FnMut(usize, usize) -> f64) -> Self {
        let mut m = Self::zeros(n);
        for j in 0..n {
            for i in j..n {
                m.set(i, j, f(i, j));
            }
        }
        m
    }

    /// The matrix whose rows are given; the triangles are averaged once they agree.
    ///
    /// # Errors
    /// [`MatrixError::Shape`] unless n rows of n, [`MatrixError::NotFinite`],
    /// [`MatrixError::NotSymmetric`] when two mirrored elements differ by more than 1e-12 of the
    /// largest element.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, MatrixError> {
        let n = rows.len();
        let mut data = Vec::with_capacity(n * n);
        for row in rows {
            if row.as_ref().len() != n {
                return Err(MatrixError::Shape { expected: n, found: row.as_ref().len() });
            }
            data.extend_from_slice(row.as_ref());
        }
        Self::from_column_major(n, data)
    }

    /// The matrix whose n² elements are given column by column.
    ///
    /// # Errors
    /// As [`Sym::from_rows`].
    pub fn from_column_major(n: usize, mut data: Vec<f64>) -> Result<Self, MatrixError> {
        if data.len() != n * n {
            return Err(MatrixError::Shape { expected: n * n, found: data.len() });
        }
        if let Some(k) = data.iter().position(|v| !v.is_finite()) {
            return Err(MatrixError::NotFinite { row: k % n, column: k / n });
        }
        let allowed = ASYMMETRY_MAX * vector::max_abs(&data);
        for j in 0..n {
            for i in 0..j {
                let (a, b) = (data[j * n + i], data[i * n + j]);
                if (a - b).abs() > allowed {
                    return Err(MatrixError::NotSymmetric { row: i, column: j });
                }
                let mean = if a == b { a } else { 0.5 * (a + b) };
                data[j * n + i] = mean;
                data[i * n + j] = mean;
            }
        }
        Ok(Self { n, data })
    }

    /// Number of rows and of columns.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// Column j, which is also row j.
    #[must_use]
    pub fn column(&self, j: usize) -> &[f64] {
        &self.data[j * self.n..(j + 1) * self.n]
    }

    /// All n² elements, column by column.
    #[must_use]
    pub fn as_slice(&self) -> &[f64] {
        &self.data
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [f64] {
        &mut self.data
    }

    /// Sets `a_ij` and `a_ji`.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.data[j * self.n + i] = value;
        self.data[i * self.n + j] = value;
    }

    /// The diagonal.
    #[must_use]
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.n).map(|i| self.data[i * self.n + i]).collect()
    }

    /// Sum of the diagonal.
    #[must_use]
    pub fn trace(&self) -> f64 {
        (0..self.n).map(|i| self.data[i * self.n + i]).sum()
    }

    /// `A x`.
    #[must_use]
    pub fn mul(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.n];
        for (j, &xj) in x.iter().enumerate() {
            if xj != 0.0 {
                vector::axpy(xj, self.column(j), &mut y);
            }
        }
        y
    }

    /// `x' A x`.
    #[must_use]
    pub fn quadratic_form(&self, x: &[f64]) -> f64 {
        vector::dot(x, &self.mul(x))
    }

    /// `a A + b B`, element by element.
    #[must_use]
    pub fn combine(&self, a: f64, other: &Self, b: f64) -> Self {
        assert_eq!(self.n, other.n, "both matrices are of one size");
        let data = self.data.iter().zip(&other.data).map(|(x, y)| a * x + b * y).collect();
        Self { n: self.n, data }
    }

    /// `D A D` with `D = diag(d)`.
    #[must_use]
    pub fn scaled_by(&self, d: &[f64]) -> Self {
        Self::from_fn(self.n, |i, j| self[(i, j)] * d[i] * d[j])
    }

    /// Frobenius norm, `sqrt(sum a_ij²)`.
    #[must_use]
    pub fn norm(&self) -> f64 {
        vector::dot(&self.data, &self.data).sqrt()
    }
}

impl Index<(usize, usize)> for Sym {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[j * self.n + i]
    }
}

/// A rectangular matrix, column after column.
#[derive(Clone, Debug, PartialEq)]
pub struct Mat {
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl Mat {
    /// The zero matrix.
    #[must_use]
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, data: vec![0.0; rows * columns] }
    }

    /// The matrix whose elements are given column by column.
    ///
    /// # Errors
    /// [`MatrixError::Shape`] or [`MatrixError::NotFinite`].
    pub fn from_column_major(
        rows: usize,
        columns: usize,
        data: Vec<f64>,
    ) -> Result<Self, MatrixError> {
        if data.len() != rows * columns {
            return Err(MatrixError::Shape { expected: rows * columns, found: data.len() });
        }
        if let Some(k) = data.iter().position(|v| !v.is_finite()) {
            return Err(MatrixError::NotFinite { row: k % rows, column: k / rows });
        }
        Ok(Self { rows, columns, data })
    }

    /// The matrix whose rows are given.
    ///
    /// # Errors
    /// [`MatrixError::Shape`] when the rows differ in length, or [`MatrixError::NotFinite`].
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self, MatrixError> {
        let columns = rows.first().map_or(0, |r| r.as_ref().len());
        let mut data = vec![0.0; rows.len() * columns];
        for (i, row) in rows.iter().enumerate() {
            if row.as_ref().len() != columns {
                return Err(MatrixError::Shape { expected: columns, found: row.as_ref().len() });
            }
            for (j, &v) in row.as_ref().iter().enumerate() {
                data[j * rows.len() + i] = v;
            }
        }
        Self::from_column_major(rows.len(), columns, data)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Column j.
    #[must_use]
    pub fn column(&self, j: usize) -> &[f64] {
        &self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// Column j, to be written.
    pub fn column_mut(&mut self, j: usize) -> &mut [f64] {
        &mut self.data[j * self.rows..(j + 1) * self.rows]
    }

    /// `A x`, x of length `columns`.
    #[must_use]
    pub fn mul(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.rows];
        for (j, &xj) in x.iter().enumerate() {
            vector::axpy(xj, self.column(j), &mut y);
        }
        y
    }

    /// `A' x`, x of length `rows`.
    #[must_use]
    pub fn mul_transposed(&self, x: &[f64]) -> Vec<f64> {
        (0..self.columns).map(|j| vector::dot(self.column(j), x)).collect()
    }
}

impl Index<(usize, usize)> for Mat {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[j * self.rows + i]
    }
}

impl IndexMut<(usize, usize)> for Mat {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[j * self.rows + i]
    }
}

/// Why numbers do not form the matrix asked for. Indices count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixError {
    /// A row or a whole has another number of elements than it must.
    Shape {
        /// elements needed
        expected: usize,
        /// elements given
        found: usize,
    },
    /// An element is NaN or infinite.
    NotFinite {
        /// its row
        row: usize,
        /// its column
        column: usize,
    },
    /// `a_ij` is not `a_ji`.
    NotSymmetric {
        /// i
        row: usize,
        /// j
        column: usize,
    },
}

impl fmt::Display for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { expected, found } => {
                write!(f, "{found} elements where {expected} are needed")
            }
            Self::NotFinite { row, column } => {
                write!(f, "element ({row}, {column}) is not a finite number")
            }
            Self::NotSymmetric { row, column } => {
                write!(f, "elements ({row}, {column}) and ({column}, {row}) differ")
            }
        }
    }
}

impl std::error::Error for MatrixError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_not_symmetric_are_refused_and_rounding_is_averaged() {
        let bad = Sym::from_rows(&[[1.0, 2.0], [2.1, 1.0]]);
        assert_eq!(bad, Err(MatrixError::NotSymmetric { row: 0, column: 1 }));
        let near = Sym::from_rows(&[[1.0, 2.0], [2.0 + 4e-16, 1.0]]).unwrap();
        assert_eq!(near[(0, 1)], near[(1, 0)]);
        let nan = Sym::from_rows(&[[1.0, f64::NAN], [2.0, 1.0]]);
        assert!(matches!(nan, Err(MatrixError::NotFinite { .. })));
        let shape = Sym::from_rows(&[vec![1.0, 0.0], vec![0.0]]);
        assert_eq!(shape, Err(MatrixError::Shape { expected: 2, found: 1 }));
    }

    #[test]
    fn products_agree_with_the_definition() {
        let a = Sym::from_rows(&[[2.0, -1.0, 0.5], [-1.0, 3.0, 0.0], [0.5, 0.0, 4.0]]).unwrap();
        assert_eq!(a.mul(&[1.0, 2.0, 4.0]), vec![2.0, 5.0, 16.5]);
        assert_eq!(a.quadratic_form(&[1.0, 2.0, 4.0]), 78.0);
        assert_eq!(a.trace(), 9.0);
        let m = Mat::from_rows(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).unwrap();
        assert_eq!(m.mul(&[1.0, 0.0, -1.0]), vec![-2.0, -2.0]);
        assert_eq!(m.mul_transposed(&[1.0, 1.0]), vec![5.0, 7.0, 9.0]);
        assert_eq!(m[(1, 2)], 6.0);
    }
}
