//! [`exponential`]: recent observations count more.

use super::{CovarianceError, Moments};
use crate::linalg::{Observations, Sym};

/// What observations are measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centre {
    /// Zero, the convention of RiskMetrics for daily returns.
    Zero,
    /// Their weighted mean, with the correction for the freedom that it takes.
    Mean,
}

/// Weights `w_t = decay^(T - 1 - t) / sum`, oldest observation first; a half-life of h
/// observations is `decay = 0.5^(1/h)`, a span of s is `decay = 1 - 2 / (s + 1)`.
///
/// # Errors
/// [`CovarianceError::Parameter`] unless `0 < decay <= 1`.
pub fn exponential_weights(t: usize, decay: f64) -> Result<Vec<f64>, CovarianceError> {
    if !(decay > 0.0 && decay <= 1.0) {
        return Err(CovarianceError::Parameter("decay"));
    }
    let mut weights = vec![0.0; t];
    let (mut w, mut sum) = (1.0, 0.0);
    for slot in weights.iter_mut().rev() {
        *slot = w;
        sum += w;
        w *= decay;
    }
    weights.iter_mut().for_each(|w| *w /= sum);
    Ok(weights)
}

/// `m = sum_t w_t x_t` and, measured from zero, `S = sum_t w_t x_t x_t'`, or, measured from the
/// mean, `S = sum_t w_t (x_t - m)(x_t - m)' / (1 - sum_t w_t²)`.
///
/// With `decay = 1` and [`Centre::Mean`] it is the ordinary covariance.
/// Source: J.P. Morgan and Reuters, RiskMetrics Technical Document, 4th edition 1996, section 5.2.
///
/// # Errors
/// [`CovarianceError::TooFew`] below two observations, [`CovarianceError::Parameter`].
pub fn exponential(
    x: &Observations,
    decay: f64,
    centre: Centre,
) -> Result<Moments, CovarianceError> {
    if x.t() < 2 {
        return Err(CovarianceError::TooFew { needed: 2, found: x.t() });
    }
    let w = exponential_weights(x.t(), decay)?;
    let mean = x.project(&w);
    let (centred, scale) = match centre {
        Centre::Zero => (x.clone(), 1.0),
        Centre::Mean => {
            let squares: f64 = w.iter().map(|w| w * w).sum();
            if squares >= 1.0 {
                return Err(CovarianceError::Parameter("decay")); // all weight on one observation
            }
            (x.clone().centred(&mean), 1.0 / (1.0 - squares))
        }
    };
    let scaled: Vec<f64> = w.iter().map(|w| w * scale).collect();
    let mut covariance = Sym::zeros(x.n());
    centred.add_gram(&scaled, &mut covariance);
    Ok(Moments { mean, covariance })
}
