use super::RiskParityError;
use crate::symmetric;

/// Inverse-volatility weights `x_i = (1 / s_i) / sum_j (1 / s_j)`, s_i = sqrt(S_ii): the equal risk
/// contribution where all correlations are the same (Maillard, Roncalli, Teiletche 2010, p. 63).
///
/// # Errors
/// [`RiskParityError::Covariance`].
pub fn inverse_volatility(covariance: &[f64], n: usize) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    Ok(normalised((0..n).map(|i| 1.0 / covariance[i * n + i].sqrt()).collect()))
}

/// Inverse-variance weights `x_i = (1 / S_ii) / sum_j (1 / S_jj)`: the minimum variance where all
/// correlations are zero.
///
/// # Errors
/// [`RiskParityError::Covariance`].
pub fn inverse_variance(covariance: &[f64], n: usize) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    Ok(normalised((0..n).map(|i| 1.0 / covariance[i * n + i]).collect()))
}

/// The vector divided by its sum.
pub(super) fn normalised(mut x: Vec<f64>) -> Vec<f64> {
    let sum: f64 = x.iter().sum();
    for x in &mut x {
        *x /= sum;
    }
    x
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn two_series() {
        let s = [0.04, 0.01, 0.01, 0.01];
        let v = inverse_volatility(&s, 2).unwrap();
        assert!((v[0] - 1.0 / 3.0).abs() < 1e-15 && (v[1] - 2.0 / 3.0).abs() < 1e-15);
        let v = inverse_variance(&s, 2).unwrap();
        assert!((v[0] - 0.2).abs() < 1e-15 && (v[1] - 0.8).abs() < 1e-15);
        assert!(inverse_variance(&s, 3).is_err());
    }
}
