//! [`semi`]: covariance of shortfalls.

use super::CovarianceError;
use crate::linalg::{Observations, Sym};

/// `sum_t min(x_t - b, 0) min(x_t - b, 0)' / T`: co-movement below the target b.
///
/// A sum of outer products, so positive semi-definite. Source: J. Estrada, Mean-semivariance
/// optimization, Journal of Applied Finance 18 (2008), pages 57-72, equation 8.
///
/// # Errors
/// [`CovarianceError::Parameter`] unless b is finite.
pub fn semi(x: &Observations, b: f64) -> Result<Sym, CovarianceError> {
    if !b.is_finite() {
        return Err(CovarianceError::Parameter("target"));
    }
    let shortfall = x.clone().centred(&vec![b; x.n()]).map(|v| v.min(0.0));
    Ok(shortfall.gram(1.0 / x.t() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_counts() {
        let x =
            Observations::from_columns(&[[1.0, -2.0, 0.0, 2.0], [-1.0, -3.0, 5.0, 1.0]]).unwrap();
        let s = semi(&x, 0.0).unwrap();
        assert_eq!(s, Sym::from_rows(&[[1.0, 1.5], [1.5, 2.5]]).unwrap());
        let above = semi(&x, -10.0).unwrap();
        assert_eq!(above, Sym::zeros(2));
    }
}
