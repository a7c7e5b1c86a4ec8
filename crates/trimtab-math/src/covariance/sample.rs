//! [`sample`]: the ordinary covariance.

use super::CovarianceError;
use crate::linalg::{Observations, Sym};

/// Mean vector and covariance matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// `m`.
    pub mean: Vec<f64>,
    /// `S`.
    pub covariance: Sym,
}

/// `m = sum_t x_t / T`, `S = sum_t (x_t - m)(x_t - m)' / (T - 1)`.
///
/// Singular when N >= T.
///
/// # Errors
/// [`CovarianceError::TooFew`] below two observations.
pub fn sample(x: &Observations) -> Result<Moments, CovarianceError> {
    if x.t() < 2 {
        return Err(CovarianceError::TooFew { needed: 2, found: x.t() });
    }
    let mean = x.mean();
    let covariance = x.clone().centred(&mean).gram(1.0 / (x.t() - 1) as f64);
    Ok(Moments { mean, covariance })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let x = Observations::from_columns(&[[1.0, 2.0, 3.0], [2.0, 4.0, 9.0]]).unwrap();
        let m = sample(&x).unwrap();
        assert_eq!(m.mean, vec![2.0, 5.0]);
        assert_eq!(m.covariance, Sym::from_rows(&[[1.0, 3.5], [3.5, 13.0]]).unwrap());
        let one = Observations::from_columns(&[[1.0]]).unwrap();
        assert_eq!(sample(&one), Err(CovarianceError::TooFew { needed: 2, found: 1 }));
    }
}
