//! Least squares, with errors that stay right when disturbances go together in time or differ in size.
#![cfg_attr(test, allow(clippy::unwrap_used))]
#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas
use std::fmt;

use crate::distributions::{chi_squared_tail, student_t_tails};
use crate::linalg::{Cholesky, Sym};

/// A regression `y = X b + u`, solved: `min sum u_t²`.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// b, one for each column of X.
    pub coefficients: Vec<f64>,
    /// u, one for each row.
    pub residuals: Vec<f64>,
    /// `sum u_t²`.
    pub squares: f64,
    /// The columns of X.
    columns: Vec<Vec<f64>>,
    /// `(X'X)^-1`.
    inverse: Sym,
}

/// Why there is no regression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegressionError {
    /// A column has another length than y, or there is none.
    Shape,
    /// Not more rows than columns.
    TooShort {
        /// rows given
        rows: usize,
        /// columns given
        columns: usize,
    },
    /// A number is NaN or infinite.
    NotFinite,
    /// A column is a combination of those before it.
    Dependent {
        /// the column
        column: usize,
    },
}

impl fmt::Display for RegressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => write!(f, "a regression needs columns as long as what they explain"),
            Self::TooShort { rows, columns } => {
                write!(f, "{rows} rows cannot tell {columns} coefficients")
            }
            Self::NotFinite => write!(f, "a number is not finite"),
            Self::Dependent { column } => {
                write!(f, "column {column} is a combination of those before it; leave it out")
            }
        }
    }
}

impl std::error::Error for RegressionError {}

impl Regression {
    /// Solves the regression of `y` on `columns`. A constant is a column of ones that the caller gives.
    ///
    /// # Errors
    /// [`RegressionError`].
    pub fn new<C: AsRef<[f64]>>(columns: &[C], y: &[f64]) -> Result<Self, RegressionError> {
        let columns: Vec<Vec<f64>> = columns.iter().map(|c| c.as_ref().to_vec()).collect();
        let (n, k) = (y.len(), columns.len());
        if k == 0 || columns.iter().any(|c| c.len() != n) {
            return Err(RegressionError::Shape);
        }
        if columns.iter().flatten().chain(y).any(|x| !x.is_finite()) {
            return Err(RegressionError::NotFinite);
        }
        if n <= k {
            return Err(RegressionError::TooShort { rows: n, columns: k });
        }
        let mut triangle = Triangle::new(k);
        let mut row = vec![0.0; k + 1];
        for t in 0..n {
            for (place, column) in row.iter_mut().zip(&columns) {
                *place = column[t];
            }
            row[k] = y[t];
            triangle.add(&mut row);
        }
        let coefficients =
            triangle.solve().map_err(|column| RegressionError::Dependent { column })?;
        let explained = |t: usize| -> f64 {
            coefficients.iter().zip(&columns).map(|(b, column)| b * column[t]).sum()
        };
        let residuals: Vec<f64> = y.iter().enumerate().map(|(t, y)| y - explained(t)).collect();
        let squares = residuals.iter().map(|u| u * u).sum();
        Ok(Self { coefficients, residuals, squares, columns, inverse: triangle.inverse() })
    }

    /// Rows less columns.
    pub fn freedom(&self) -> f64 {
        (self.residuals.len() - self.coefficients.len()) as f64
    }

    /// The share of the variance of y that is explained, `1 - sum u² / sum (y - mean)²`; with a constant among the columns it
    /// lies between 0 and 1. `None` for a y that does not vary.
    pub fn r_squared(&self, y: &[f64]) -> Option<f64> {
        let m = crate::moments::Moments::of(y)?;
        (m.m2 > 0.0).then(|| 1.0 - self.squares / (m.m2 * m.n as f64))
    }

    /// The covariance of the coefficients where disturbances are alike and apart: `s² (X'X)^-1`, `s² = sum u² / (n - k)`.
    pub fn covariance(&self) -> Sym {
        let variance = self.squares / self.freedom();
        self.inverse.combine(variance, &self.inverse, 0.0)
    }

    /// The covariance of the coefficients under autocorrelation and changing variance:
    /// `(X'X)^-1 S (X'X)^-1`, `S = sum_{|l| <= L} (1 - |l|/(L+1)) sum_t u_t u_{t-l} x_t x_{t-l}'`, L = `lags`. Without lags it is
    /// that of White.
    ///
    /// Source: W. Newey, K. West (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
    /// covariance matrix, *Econometrica* 55(3), pages 703-708.
    pub fn covariance_robust(&self, lags: usize) -> Sym {
        let (n, k) = (self.residuals.len(), self.columns.len());
        let scores: Vec<Vec<f64>> = self
            .columns
            .iter()
            .map(|column| column.iter().zip(&self.residuals).map(|(x, u)| x * u).collect())
            .collect();
        let lags = lags.min(n - 1);
        let product = |i: usize, j: usize, lag: usize| -> f64 {
            scores[i][lag..].iter().zip(&scores[j]).map(|(a, b)| a * b).sum()
        };
        let middle = Sym::from_fn(k, |i, j| {
            let weighted = |lag: usize| {
                let weight = 1.0 - lag as f64 / (lags + 1) as f64;
                weight * (product(i, j, lag) + product(j, i, lag))
            };
            product(i, j, 0) + (1..=lags).map(weighted).sum::<f64>()
        });
        // A S A, column by column.
        let half: Vec<Vec<f64>> = (0..k).map(|j| middle.mul(self.inverse.column(j))).collect();
        Sym::from_fn(k, |i, j| crate::linalg::vector::dot(self.inverse.column(i), &half[j]))
    }

    /// Each coefficient with its error from `covariance`, its t statistic and the two-sided p-value of Student's
    /// distribution with n - k degrees of freedom.
    pub fn estimates(&self, covariance: &Sym) -> Vec<Estimate> {
        let each = self.coefficients.iter().enumerate();
        each.map(|(k, b)| {
            let error = covariance[(k, k)].max(0.0).sqrt();
            let t = (error > 0.0).then(|| b / error);
            let p = t.and_then(|t| student_t_tails(t, self.freedom()));
            Estimate { coefficient: *b, error, t, p }
        })
        .collect()
    }

    /// Whether the coefficients of `which` are all zero: `b' V^-1 b`, and its p-value by chi-squared. `None` when V has no
    /// inverse.
    pub fn joint(&self, covariance: &Sym, which: &[usize]) -> Option<(f64, f64)> {
        let part = Sym::from_fn(which.len(), |i, j| covariance[(which[i], which[j])]);
        let b: Vec<f64> = which.iter().map(|k| self.coefficients[*k]).collect();
        let solved = Cholesky::new(&part).ok()?.solve(&b).ok()?;
        let wald = crate::linalg::vector::dot(&b, &solved);
        Some((wald, chi_squared_tail(wald.max(0.0), which.len() as f64)?))
    }
}

/// A coefficient and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The coefficient.
    pub coefficient: f64,
    /// Its standard error.
    pub error: f64,
    /// The coefficient over its error; `None` for an error of zero.
    pub t: Option<f64>,
    /// The two-sided p-value.
    pub p: Option<f64>,
}

/// The number of lags that suits n rows: `floor(4 (n/100)^(2/9))`.
///
/// Source: W. Newey, K. West (1994), Automatic lag selection in covariance matrix estimation, *Review of Economic Studies*
/// 61(4), pages 631-653.
pub fn lags_for(rows: usize) -> usize {
    (4.0 * (rows as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// A pivot below this part of its column's length counts as zero: rounding leaves some 1e-15.
const DEPENDENT: f64 = 1e-11;

/// The triangle R of `[X y] = Q R`, kept up to date row by row by rotations of Givens. Its last element is the root of the sum
/// of squares that is left.
#[derive(Clone, Debug)]
pub(crate) struct Triangle {
    k: usize,
    /// Row i at `i (k + 1) ..`, k + 1 rows.
    r: Vec<f64>,
    /// The squared length of each column of X.
    lengths: Vec<f64>,
}

impl Triangle {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, r: vec![0.0; (k + 1) * (k + 1)], lengths: vec![0.0; k] }
    }

    /// Takes in one row of X and y, `k + 1` numbers, which are used up.
    pub(crate) fn add(&mut self, row: &mut [f64]) {
        let width = self.k + 1;
        self.lengths.iter_mut().zip(&*row).for_each(|(sum, x)| *sum += x * x);
        for i in 0..width {
            if row[i] == 0.0 {
                continue;
            }
            let own = &mut self.r[i * width..(i + 1) * width];
            let length = own[i].hypot(row[i]);
            let (c, s) = (own[i] / length, row[i] / length);
            for j in i..width {
                let (a, b) = (own[j], row[j]);
                own[j] = c * a + s * b;
                row[j] = c * b - s * a;
            }
        }
    }

    /// `sum u²` of the rows so far, as if no column were a combination of others.
    pub(crate) fn squares(&self) -> f64 {
        let last = self.r[(self.k + 1) * (self.k + 1) - 1];
        last * last
    }

    /// b; or the first column that is a combination of those before it.
    fn solve(&self) -> Result<Vec<f64>, usize> {
        let (k, width) = (self.k, self.k + 1);
        let small = |i: usize| {
            let pivot = self.r[i * width + i];
            pivot * pivot <= DEPENDENT * DEPENDENT * self.lengths[i]
        };
        if let Some(column) = (0..k).find(|i| small(*i)) {
            return Err(column);
        }
        let mut b = vec![0.0; k];
        for i in (0..k).rev() {
            let row = &self.r[i * width..(i + 1) * width];
            let known: f64 = (i + 1..k).map(|j| row[j] * b[j]).sum();
            b[i] = (row[k] - known) / row[i];
        }
        Ok(b)
    }

    /// `(X'X)^-1 = R^-1 R^-T`.
    fn inverse(&self) -> Sym {
        let (k, width) = (self.k, self.k + 1);
        // Column j of R^-1.
        let column = |j: usize| {
            let mut x = vec![0.0; k];
            for i in (0..=j).rev() {
                let row = &self.r[i * width..(i + 1) * width];
                let known: f64 = (i + 1..=j).map(|l| row[l] * x[l]).sum();
                x[i] = (f64::from(u8::from(i == j)) - known) / row[i];
            }
            x
        };
        let inverse: Vec<Vec<f64>> = (0..k).map(column).collect();
        Sym::from_fn(k, |a, b| inverse.iter().map(|x| x[a] * x[b]).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_line_leaves_nothing() {
        let x: Vec<f64> = (0..9).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 - 0.5 * x).collect();
        let fit = Regression::new(&[vec![1.0; 9], x], &y).unwrap();
        assert!((fit.coefficients[0] - 2.0).abs() < 1e-13);
        assert!((fit.coefficients[1] + 0.5).abs() < 1e-13);
        assert!(fit.squares < 1e-25);
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let ones = vec![1.0; 4];
        let ramp = vec![1.0, 2.0, 3.0, 4.0];
        let twice: Vec<f64> = ramp.iter().map(|x| 3.0 + 2.0 * x).collect();
        let y = [1.0, 0.0, 1.0, 0.0];
        let error = |columns: &[Vec<f64>], y: &[f64]| Regression::new(columns, y).unwrap_err();
        assert_eq!(
            error(&[ones.clone(), ramp.clone(), twice], &y),
            RegressionError::Dependent { column: 2 }
        );
        assert_eq!(error(std::slice::from_ref(&ones), &y[..3]), RegressionError::Shape);
        assert_eq!(error(&[], &y), RegressionError::Shape);
        assert_eq!(error(&[vec![1.0]], &[1.0]), RegressionError::TooShort { rows: 1, columns: 1 });
        assert_eq!(error(&[ones], &[1.0, f64::NAN, 0.0, 0.0]), RegressionError::NotFinite);
    }

    #[test]
    fn lags_follow_the_rule() {
        assert_eq!([10, 100, 250, 1_000, 5_000].map(lags_for), [2, 4, 4, 6, 9]);
    }
}
