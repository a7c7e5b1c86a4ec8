//! Dense symmetric matrices handed in as one slice of n * n numbers: their check and their product
//! with a vector. Row-major and column-major are the same thing here.

use std::fmt;

/// Why a slice is not a covariance matrix a kernel can work on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SymmetricError {
    /// The slice has `len` elements, not `n * n`, or n is zero.
    Shape {
        /// Elements handed in.
        len: usize,
        /// Order of the matrix.
        n: usize,
    },
    /// An element is NaN or infinite.
    NotFinite {
        /// Row of the element.
        row: usize,
        /// Column of the element.
        column: usize,
    },
    /// Two elements that mirror each other differ.
    NotSymmetric {
        /// Row of the one element.
        row: usize,
        /// Column of the one element.
        column: usize,
    },
    /// An element of the diagonal, a variance, is zero or negative.
    Variance {
        /// Place on the diagonal.
        index: usize,
        /// What stands there.
        value: f64,
    },
}

impl fmt::Display for SymmetricError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Shape { len, n } => {
                write!(f, "a matrix of order {n} has {} elements, {len} were given", n * n)
            }
            Self::NotFinite { row, column } => {
                write!(f, "element ({row}, {column}) is not a finite number; mend the data first")
            }
            Self::NotSymmetric { row, column } => {
                write!(f, "elements ({row}, {column}) and ({column}, {row}) differ")
            }
            Self::Variance { index, value } => {
                write!(
                    f,
                    "variance {index} is {value}; a series that does not move has no place here"
                )
            }
        }
    }
}

impl std::error::Error for SymmetricError {}

/// Accepts the n x n matrix `a` if it is finite, symmetric and has a positive diagonal.
///
/// Symmetry is tested in one pass: `A v` by rows and by columns must agree for one generic vector
/// v to 1e-9 of `n max a_ii`, which rounding stays far below and a mistaken layout never meets.
/// Whether the matrix is positive semi-definite is left to the kernel, which sees it on its way.
///
/// # Errors
/// The first fault found, with its place.
pub fn check(a: &[f64], n: usize) -> Result<(), SymmetricError> {
    if n == 0 || a.len() != n * n {
        return Err(SymmetricError::Shape { len: a.len(), n });
    }
    let largest = (0..n).map(|i| a[i * n + i]).fold(0.0, f64::max);
    let tolerance = 1e-9 * n as f64 * largest;
    let v: Vec<f64> = (0..n).map(generic).collect();
    let mut by_columns = vec![0.0; n];
    let mut by_rows = vec![0.0; n];
    for i in 0..n {
        let row = &a[i * n..(i + 1) * n];
        by_rows[i] = row_both_ways(row, &v, v[i], &mut by_columns);
    }
    let sound = by_rows.iter().zip(&by_columns).all(|(r, c)| (r - c).abs() <= tolerance);
    if !sound {
        return Err(find_fault(a, n, tolerance));
    }
    match (0..n).map(|i| (i, a[i * n + i])).find(|&(_, v)| v <= 0.0) {
        Some((index, value)) => Err(SymmetricError::Variance { index, value }),
        None => Ok(()),
    }
}

/// `y = A x` for the n x n symmetric matrix `a`: four rows, taken as columns, at a time. Every
/// element is summed in the same order whatever the width of the processor's registers.
pub(crate) fn multiply(a: &[f64], n: usize, x: &[f64], y: &mut [f64]) {
    let y = &mut y[..n];
    y.fill(0.0);
    let mut blocks = a[..n * n].chunks_exact(4 * n);
    let (x4, x1) = x[..n].as_chunks::<4>();
    for (block, x) in blocks.by_ref().zip(x4) {
        let (c0, rest) = block.split_at(n);
        let (c1, rest) = rest.split_at(n);
        let (c2, c3) = rest.split_at(n);
        for i in 0..n {
            y[i] += (x[0] * c0[i] + x[1] * c1[i]) + (x[2] * c2[i] + x[3] * c3[i]);
        }
    }
    for (column, &x) in blocks.remainder().chunks_exact(n).zip(x1) {
        axpy(x, column, y);
    }
}

/// Scalar product with four running sums.
#[inline]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a4, a1) = a[..n].as_chunks::<4>();
    let (b4, b1) = b[..n].as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a4.iter().zip(b4) {
        for l in 0..4 {
            sums[l] += a[l] * b[l];
        }
    }
    fold(sums) + a1.iter().zip(b1).map(|(a, b)| a * b).sum::<f64>()
}

/// `y <- y + alpha x`.
#[inline]
pub(crate) fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += alpha * x;
    }
}

/// `x' A x`.
pub(crate) fn quadratic(a: &[f64], n: usize, x: &[f64]) -> f64 {
    let mut y = vec![0.0; n];
    multiply(a, n, x, &mut y);
    dot(x, &y)
}

/// `A x = b` for a positive definite n x n matrix; `None` where a pivot of the Cholesky factor
/// falls below 1e-13 of its diagonal, all of whose digits are then rounding.
pub(crate) fn solve(a: &[f64], n: usize, b: &[f64]) -> Option<Vec<f64>> {
    const DEPENDENT: f64 = 1e-13;
    let mut l = a.to_vec();
    for i in 0..n {
        let (above, row) = l.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..=j * n + j];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        if pivot.is_nan() || pivot <= DEPENDENT * a[i * n + i] {
            return None;
        }
        row[i] = pivot.sqrt();
    }
    let mut x = b.to_vec();
    for i in 0..n {
        x[i] = (x[i] - dot(&l[i * n..i * n + i], &x[..i])) / l[i * n + i];
    }
    for i in (0..n).rev() {
        x[i] /= l[i * n + i];
        let z = x[i];
        axpy(-z, &l[i * n..i * n + i], &mut x[..i]);
    }
    Some(x)
}

#[inline]
fn fold(s: [f64; 4]) -> f64 {
    (s[0] + s[2]) + (s[1] + s[3])
}

/// A vector without structure: 1 plus the fractional parts of multiples of the golden ratio.
fn generic(i: usize) -> f64 {
    1.0 + (i as f64 * 0.618_033_988_749_894_9).fract()
}

/// The row times v, while the row times its own coordinate is added to the product by columns.
#[inline]
fn row_both_ways(row: &[f64], v: &[f64], own: f64, by_columns: &mut [f64]) -> f64 {
    let (r4, r1) = row.as_chunks::<4>();
    let (v4, v1) = v.as_chunks::<4>();
    let (c4, c1) = by_columns.as_chunks_mut::<4>();
    let mut sums = [0.0; 4];
    for ((r, v), c) in r4.iter().zip(v4).zip(c4) {
        for l in 0..4 {
            sums[l] += r[l] * v[l];
            c[l] += r[l] * own;
        }
    }
    let mut tail = 0.0;
    for ((r, v), c) in r1.iter().zip(v1).zip(c1) {
        tail += r * v;
        *c += r * own;
    }
    fold(sums) + tail
}

#[cold]
fn find_fault(a: &[f64], n: usize, tolerance: f64) -> SymmetricError {
    if let Some(k) = a.iter().position(|x| !x.is_finite()) {
        return SymmetricError::NotFinite { row: k / n, column: k % n };
    }
    let mut worst = (0, 0, 0.0);
    for row in 0..n {
        for column in 0..row {
            let gap = (a[row * n + column] - a[column * n + row]).abs();
            if gap > worst.2 {
                worst = (row, column, gap);
            }
        }
    }
    if worst.2 <= tolerance * f64::EPSILON {
        // Only a matrix whose elements overflow when summed comes here.
        return SymmetricError::NotFinite { row: 0, column: 0 };
    }
    SymmetricError::NotSymmetric { row: worst.0, column: worst.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: usize) -> Vec<f64> {
        let mut a = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = 1.0 / (1.0 + (i + j) as f64) + f64::from(u8::from(i == j));
            }
        }
        a
    }

    #[test]
    fn product_agrees_with_the_plain_loop_at_every_size() {
        for n in 1..24 {
            let a = sample(n);
            let x: Vec<f64> = (0..n).map(|i| (i as f64 * 1.7).sin()).collect();
            let mut y = vec![0.0; n];
            multiply(&a, n, &x, &mut y);
            for i in 0..n {
                let plain: f64 = (0..n).map(|j| a[i * n + j] * x[j]).sum();
                assert!((y[i] - plain).abs() < 1e-13);
            }
            assert!((quadratic(&a, n, &x) - dot(&x, &y)).abs() < 1e-13);
        }
    }

    #[test]
    fn solutions_solve() {
        for n in 1..12 {
            let a = sample(n);
            let b: Vec<f64> = (0..n).map(|i| (i as f64 + 0.5).cos()).collect();
            let x = solve(&a, n, &b).expect("the sample is positive definite");
            let mut back = vec![0.0; n];
            multiply(&a, n, &x, &mut back);
            assert!(back.iter().zip(&b).all(|(p, q)| (p - q).abs() < 1e-13));
        }
        assert_eq!(solve(&[1.0, 1.0, 1.0, 1.0], 2, &[1.0, 0.0]), None);
        assert_eq!(solve(&[1.0, 2.0, 2.0, 1.0], 2, &[1.0, 0.0]), None);
    }

    #[test]
    fn faults_are_found_with_their_place() {
        let n = 7;
        assert_eq!(check(&sample(n), n), Ok(()));
        assert_eq!(check(&[], 0), Err(SymmetricError::Shape { len: 0, n: 0 }));
        assert_eq!(check(&[1.0], 2), Err(SymmetricError::Shape { len: 1, n: 2 }));
        let mut a = sample(n);
        a[2 * n + 5] = f64::NAN;
        assert_eq!(check(&a, n), Err(SymmetricError::NotFinite { row: 2, column: 5 }));
        let mut a = sample(n);
        a[2 * n + 5] += 1e-6;
        assert_eq!(check(&a, n), Err(SymmetricError::NotSymmetric { row: 5, column: 2 }));
        let mut a = sample(n);
        a[3 * n + 3] = 0.0;
        assert_eq!(check(&a, n), Err(SymmetricError::Variance { index: 3, value: 0.0 }));
    }
}
