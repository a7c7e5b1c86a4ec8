//! Least squares that would rather believe in nothing than in noise.
#![cfg_attr(test, allow(clippy::unwrap_used))]
use crate::linalg::{Cholesky, Sym};
use crate::regression::RegressionError;

/// A ridge regression on columns that were brought to mean zero and deviation one:
/// `min 1/n sum_t (y_t - a - sum_k b_k z_tk)² + penalty sum_k b_k²` with `z_tk = (x_tk - m_k) / s_k`.
///
/// The constant a, the mean of y, is not penalised. Uncorrelated columns have their slopes divided by 1 + penalty.
///
/// Source: A. Hoerl, R. Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems, *Technometrics* 12(1),
/// pages 55-67.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    /// m, the mean of each column.
    pub means: Vec<f64>,
    /// s, the deviation of each column, divisor n.
    pub deviations: Vec<f64>,
    /// b, for each deviation of a column.
    pub slopes: Vec<f64>,
    /// a.
    pub constant: f64,
    /// The root of the mean square of what is not explained.
    pub error: f64,
    /// `1 - sum u_t² / sum (y_t - mean)²`, of the rows that were fitted; zero for a y that does not vary.
    pub r_squared: f64,
}

impl Ridge {
    /// Fits `y` on `columns`.
    ///
    /// # Errors
    /// [`RegressionError`]; a column that does not vary is [`RegressionError::Dependent`], and so is one that is a combination of
    /// others when there is no penalty. A penalty below zero or not finite is [`RegressionError::NotFinite`].
    pub fn fit<C: AsRef<[f64]>>(
        columns: &[C],
        y: &[f64],
        penalty: f64,
    ) -> Result<Self, RegressionError> {
        let (n, k) = (y.len(), columns.len());
        if k == 0 || columns.iter().any(|column| column.as_ref().len() != n) {
            return Err(RegressionError::Shape);
        }
        if n <= k {
            return Err(RegressionError::TooShort { rows: n, columns: k });
        }
        let finite =
            columns.iter().flat_map(|column| column.as_ref()).chain(y).all(|x| x.is_finite());
        if !(finite && penalty >= 0.0 && penalty.is_finite()) {
            return Err(RegressionError::NotFinite);
        }
        let rows = n as f64;
        let mean = |x: &[f64]| x.iter().sum::<f64>() / rows;
        let (mut means, mut deviations, mut z) = (Vec::new(), Vec::new(), Vec::new());
        for (column, x) in columns.iter().map(AsRef::as_ref).enumerate() {
            let m = mean(x);
            let s = (x.iter().map(|x| (x - m).powi(2)).sum::<f64>() / rows).sqrt();
            // Rounding leaves some 1e-16 of the size of a column that is constant.
            if s <= STILL * x.iter().fold(0.0_f64, |most, x| most.max(x.abs())) {
                return Err(RegressionError::Dependent { column });
            }
            z.push(x.iter().map(|x| (x - m) / s).collect::<Vec<f64>>());
            means.push(m);
            deviations.push(s);
        }
        let constant = mean(y);
        let product =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / rows;
        let matrix =
            Sym::from_fn(k, |i, j| product(&z[i], &z[j]) + if i == j { penalty } else { 0.0 });
        let centred: Vec<f64> = y.iter().map(|y| y - constant).collect();
        let right: Vec<f64> = z.iter().map(|z| product(z, &centred)).collect();
        let factor = Cholesky::new(&matrix).map_err(|_| RegressionError::NotFinite)?;
        if factor.rank() < k {
            return Err(RegressionError::Dependent { column: factor.order()[factor.rank()] });
        }
        let slopes = factor.solve(&right).map_err(|_| RegressionError::NotFinite)?;
        let left =
            |t: usize| centred[t] - slopes.iter().zip(&z).map(|(b, z)| b * z[t]).sum::<f64>();
        let squares: f64 = (0..n).map(|t| left(t).powi(2)).sum();
        let all: f64 = centred.iter().map(|y| y * y).sum();
        let r_squared = if all > 0.0 { 1.0 - squares / all } else { 0.0 };
        let error = (squares / rows).sqrt();
        Ok(Self { means, deviations, slopes, constant, error, r_squared })
    }

    /// What the fit expects of a row `x`.
    pub fn predict(&self, x: &[f64]) -> f64 {
        let scaled = x.iter().zip(&self.means).zip(&self.deviations);
        let each = self.slopes.iter().zip(scaled).map(|(b, ((x, m), s))| b * (x - m) / s);
        self.constant + each.sum::<f64>()
    }
}

/// A column whose deviation is below this part of its largest value does not vary.
const STILL: f64 = 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve rows; the expected numbers are those of scikit-learn 1.9.1: `Ridge(alpha = 12 * penalty)` on the columns of
    /// `StandardScaler`.
    fn rows() -> (Vec<Vec<f64>>, Vec<f64>) {
        let f = |t: u32, k: u32| f64::from((t * t * k + 3 * t) % 17) / 4.0 + f64::from(k);
        let columns: Vec<Vec<f64>> =
            [1, 2, 5].iter().map(|k| (0..12).map(|t| f(t, *k)).collect()).collect();
        let y = (0..12_u32).map(|t| f64::from((7 * t * t + t) % 13) / 3.0 - 1.5).collect();
        (columns, y)
    }

    #[test]
    fn a_ridge_is_that_of_scikit_learn() {
        let (columns, y) = rows();
        let cases: [(f64, [f64; 3], f64); 3] = [
            (
                0.0,
                [0.7516129784486023, -0.2038259627985333, 0.6034209775540186],
                -0.9005140298940169,
            ),
            (
                0.1,
                [0.6653197702378615, -0.15650568339641438, 0.5631463828963474],
                -0.7569557192689307,
            ),
            (
                2.0,
                [0.22863645385702583, -0.013882728110570028, 0.22632276871115023],
                0.0501527568514461,
            ),
        ];
        for (penalty, slopes, predicted) in cases {
            let fit = Ridge::fit(&columns, &y, penalty).unwrap();
            for (own, other) in fit.slopes.iter().zip(slopes) {
                assert!((own - other).abs() < 1e-12, "{penalty}: {:?}", fit.slopes);
            }
            assert!((fit.predict(&[1.0, 4.0, 6.0]) - predicted).abs() < 1e-12);
        }
        // Without a penalty it is the regression.
        let ones = vec![1.0; 12];
        let plain = [vec![ones], columns.clone()].concat();
        let plain = crate::regression::Regression::new(&plain, &y).unwrap();
        let fit = Ridge::fit(&columns, &y, 0.0).unwrap();
        assert!((fit.error - (plain.squares / 12.0).sqrt()).abs() < 1e-12);
        assert!((fit.r_squared - plain.r_squared(&y).unwrap()).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_or_shared() {
        let (columns, y) = rows();
        let twice: Vec<f64> = columns[0].iter().map(|x| 2.0 * x + 1.0).collect();
        let both = [columns[0].clone(), twice];
        let refused = Ridge::fit(&both, &y, 0.0).unwrap_err();
        assert!(matches!(refused, RegressionError::Dependent { .. }), "{refused}");
        let shared = Ridge::fit(&both, &y, 0.5).unwrap();
        assert!((shared.slopes[0] - shared.slopes[1]).abs() < 1e-12);
        let still = Ridge::fit(&[vec![0.1; 12]], &y, 1.0);
        assert_eq!(still, Err(RegressionError::Dependent { column: 0 }));
        assert_eq!(Ridge::fit(&columns, &y, -1.0), Err(RegressionError::NotFinite));
        assert_eq!(Ridge::fit(&columns, &y[1..], 1.0), Err(RegressionError::Shape));
        let short: Vec<&[f64]> = columns.iter().map(|c| &c[..3]).collect();
        let short = Ridge::fit(&short, &y[..3], 1.0);
        assert_eq!(short, Err(RegressionError::TooShort { rows: 3, columns: 3 }));
    }
}
