use super::RiskParityError;
use super::correlation::correlations;
use super::inverse::normalised;
use super::nonnegative::Nonnegative;
use crate::symmetric::{self, quadratic};

/// Maximum diversification: the long-only x that maximises the diversification ratio
/// `s' x / sqrt(x' S x)` (Choueifaty, Coignard 2008, *Toward maximum diversification*).
///
/// With `y_i = s_i x_i` the ratio is `1' y / sqrt(y' C y)`: the minimum variance on the
/// correlation matrix, divided by the deviations and normalised (Choueifaty, Froidure, Reynier
/// 2013, p. 4).
///
/// # Errors
/// [`RiskParityError::Covariance`]; [`RiskParityError::Riskless`] where a non-negative combination
/// has no variance; [`RiskParityError::Indefinite`].
pub fn maximum_diversification(covariance: &[f64], n: usize) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    let y = Nonnegative::new(&correlations(covariance, n), &vec![1.0; n]).solve()?;
    Ok(normalised((0..n).map(|i| y[i] / covariance[i * n + i].sqrt()).collect()))
}

/// Maximum decorrelation: the long-only minimum of `x' C x`, C the correlation matrix
/// (Christoffersen, Errunza, Jacobs, Jin 2010; Goltz, Sivasubramanian 2018). The weights are taken
/// as they are, not divided by the deviations.
///
/// # Errors
/// As [`maximum_diversification`].
pub fn maximum_decorrelation(covariance: &[f64], n: usize) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    Ok(normalised(Nonnegative::new(&correlations(covariance, n), &vec![1.0; n]).solve()?))
}

/// Diversification ratio `sum s_i x_i / sqrt(x' S x)` of any weights; at least 1 for long-only
/// ones.
///
/// # Errors
/// [`RiskParityError::Covariance`], [`RiskParityError::Length`], [`RiskParityError::Riskless`].
pub fn diversification_ratio(
    covariance: &[f64],
    n: usize,
    weights: &[f64],
) -> Result<f64, RiskParityError> {
    symmetric::check(covariance, n)?;
    if weights.len() != n {
        return Err(RiskParityError::Length { len: weights.len(), n });
    }
    let variance = quadratic(covariance, n, weights);
    if variance.is_nan() || variance <= 0.0 {
        return Err(RiskParityError::Riskless);
    }
    let deviations: f64 = (0..n).map(|i| covariance[i * n + i].sqrt() * weights[i]).sum();
    Ok(deviations / variance.sqrt())
}
