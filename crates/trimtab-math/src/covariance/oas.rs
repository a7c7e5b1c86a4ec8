//! [`oas`]: oracle approximating shrinkage.

use super::ledoit_wolf::{biased, mix};
use super::{CovarianceError, Shrunk};
use crate::linalg::Observations;
use crate::linalg::vector::dot;

/// Two formulas go by the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OasForm {
    /// As published.
    Published,
    /// Without the terms in 2/N, as scikit-learn (and what builds on it) computes.
    Simplified,
}

/// Shrinkage towards `F = (tr S / N) I`, S with divisor T, under normality:
///
/// ```text
/// intensity = min(1, ((1 - k) tr S² + (tr S)²) / ((T + 1 - k)(tr S² - (tr S)² / N)))
/// ```
///
/// with `k = 2 / N` as published and `k = 0` simplified. Source: Y. Chen, A. Wiesel, Y. Eldar and
/// A. Hero, Shrinkage algorithms for MMSE covariance estimation, IEEE Transactions on Signal
/// Processing 58 (2010), pages 5016-5029, equation 23.
///
/// # Errors
/// [`CovarianceError::TooFew`] below two observations.
pub fn oas(x: &Observations, form: OasForm) -> Result<Shrunk, CovarianceError> {
    let (_, s) = biased(x)?;
    let n = x.n() as f64;
    let k = match form {
        OasForm::Published => 2.0 / n,
        OasForm::Simplified => 0.0,
    };
    let trace = s.trace();
    let squared = dot(s.as_slice(), s.as_slice());
    let above = (1.0 - k) * squared + trace * trace;
    let below = (x.t() as f64 + 1.0 - k) * (squared - trace * trace / n);
    let intensity = if below > 0.0 { (above / below).clamp(0.0, 1.0) } else { 1.0 };
    let covariance = mix(&s, intensity, |i, j| if i == j { trace / n } else { 0.0 });
    Ok(Shrunk { covariance, intensity })
}
