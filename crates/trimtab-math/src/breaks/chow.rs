//! Two parts of a series, one regression or two.
use crate::distributions::f_tail;
use crate::regression::{Regression, RegressionError};

/// Whether two parts obey one regression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chow {
    /// `F = ((S - S_1 - S_2) / k) / ((S_1 + S_2) / (n - 2k))`.
    pub statistic: f64,
    /// The chance of at least that much if they do.
    pub p: f64,
}

/// The test of Chow: whether the regression of `y` on `columns` is the same before row `at` and from it on. S: the sum of squares
/// of one regression, S_1 and S_2 those of two; k columns, n rows. The place must be named without having looked for it.
///
/// Source: G. Chow (1960), Tests of equality between sets of coefficients in two linear regressions, *Econometrica* 28(3),
/// pages 591-605.
///
/// # Errors
/// [`RegressionError`] when a part is too short for its coefficients or fits exactly.
pub fn chow<C: AsRef<[f64]>>(columns: &[C], y: &[f64], at: usize) -> Result<Chow, RegressionError> {
    let (n, k) = (y.len(), columns.len());
    if at > n || columns.iter().any(|c| c.as_ref().len() != n) {
        return Err(RegressionError::Shape);
    }
    let part = |from: usize, to: usize| -> Result<f64, RegressionError> {
        let columns: Vec<&[f64]> = columns.iter().map(|c| &c.as_ref()[from..to]).collect();
        Ok(Regression::new(&columns, &y[from..to])?.squares)
    };
    let (whole, parts) = (part(0, n)?, part(0, at)? + part(at, n)?);
    let freedom = (n - 2 * k) as f64;
    let statistic = ((whole - parts).max(0.0) / k as f64) / (parts / freedom);
    match f_tail(statistic, k as f64, freedom) {
        Some(p) if statistic.is_finite() => Ok(Chow { statistic, p }),
        _ => Err(RegressionError::TooShort { rows: n, columns: 2 * k }),
    }
}
