//! Linear shrinkage of Ledoit and Wolf towards two targets.

use super::CovarianceError;
use crate::linalg::vector::dot;
use crate::linalg::{Observations, Sym};

/// A shrunk covariance, `intensity F + (1 - intensity) S`.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// The matrix.
    pub covariance: Sym,
    /// How far it lies from S towards the target F, in [0, 1].
    pub intensity: f64,
}

/// Shrinkage towards `F = mu I`, `mu = tr S / N`, S with divisor T:
///
/// ```text
/// intensity = min(b², d²) / d²,  d² = |S - mu I|²,  b² = sum_t |x_t x_t' - S|² / T²
/// ```
///
/// Source: O. Ledoit and M. Wolf, A well-conditioned estimator for large-dimensional covariance
/// matrices, Journal of Multivariate Analysis 88 (2004), pages 365-411, section 3.
///
/// # Errors
/// [`CovarianceError::TooFew`] below two observations.
pub fn ledoit_wolf(x: &Observations) -> Result<Shrunk, CovarianceError> {
    let (centred, s) = biased(x)?;
    let (t, n) = (x.t() as f64, x.n());
    let mu = s.trace() / n as f64;
    let squared = dot(s.as_slice(), s.as_slice());
    let d2 = squared - n as f64 * mu * mu;
    // sum_t |x_t x_t' - S|² = sum_t |x_t|⁴ - T |S|²
    let fourth: f64 = lengths(&centred, |v| v * v).iter().map(|l| l * l).sum();
    let b2 = (fourth / t - squared) / t;
    let intensity = ratio(b2, d2);
    let covariance = mix(&s, intensity, |i, j| if i == j { mu } else { 0.0 });
    Ok(Shrunk { covariance, intensity })
}

/// Shrinkage towards constant correlation, `f_ii = s_ii`, `f_ij = r sqrt(s_ii s_jj)`, r being the
/// mean correlation, S with divisor T:
///
/// ```text
/// intensity = (pi - rho) / (gamma T),  gamma = |F - S|²
/// pi  = sum_ij sum_t (x_ti x_tj - s_ij)² / T
/// rho = sum_i pi_ii + sum_{i != j} r sqrt(s_jj / s_ii) theta_ij
/// theta_ij = sum_t (x_ti² - s_ii)(x_ti x_tj - s_ij) / T
/// ```
///
/// Source: O. Ledoit and M. Wolf, Honey, I shrunk the sample covariance matrix, Journal of
/// Portfolio Management 30 (2004), pages 110-119, appendix B.
///
/// # Errors
/// [`CovarianceError::TooFew`] below two observations, [`CovarianceError::Constant`].
pub fn ledoit_wolf_constant_correlation(x: &Observations) -> Result<Shrunk, CovarianceError> {
    let (centred, s) = biased(x)?;
    let (t, n) = (x.t() as f64, x.n());
    let d = super::deviations(&s);
    if let Some(series) = d.iter().position(|d| *d == 0.0) {
        return Err(CovarianceError::Constant { series });
    }
    let mut correlations = 0.0;
    for j in 0..n {
        for i in j + 1..n {
            correlations += s[(i, j)] / (d[i] * d[j]);
        }
    }
    let r = if n > 1 { correlations / (n * (n - 1) / 2) as f64 } else { 0.0 };
    let target = |i: usize, j: usize| if i == j { s[(i, i)] } else { r * d[i] * d[j] };
    let mut gamma = 0.0;
    for j in 0..n {
        for i in 0..n {
            gamma += (target(i, j) - s[(i, j)]).powi(2);
        }
    }
    let fourth: f64 = lengths(&centred, |v| v * v).iter().map(|l| l * l).sum();
    let pi = fourth / t - dot(s.as_slice(), s.as_slice());
    let intensity = ratio(pi - rho(&centred, &s, &d, r), gamma * t);
    Ok(Shrunk { covariance: mix(&s, intensity, target), intensity })
}

/// The sum over i, j separates: `sum_t x_ti³ x_tj sqrt(s_jj / s_ii)` is, over all pairs, the
/// product of two sums over one index.
fn rho(x: &Observations, s: &Sym, d: &[f64], r: f64) -> f64 {
    let (t, n) = (x.t() as f64, x.n());
    let cubes: Vec<f64> = d.iter().map(|d| 1.0 / d).collect();
    let cubes = x.clone().map(|v| v * v * v).combine(&cubes);
    let plain = x.combine(d);
    let fourth: f64 = lengths(x, |v| (v * v) * (v * v)).iter().sum();
    let diagonal: f64 = (0..n).map(|i| s[(i, i)] * s[(i, i)]).sum();
    // theta_ij = sum_t x_ti³ x_tj / T - s_ii s_ij; the pairs i = j are taken off again.
    let pairs = dot(&cubes, &plain) / t - fourth / t;
    let products = s.quadratic_form(d) - diagonal;
    let pi_diagonal = fourth / t - diagonal;
    pi_diagonal + r * (pairs - products)
}

/// Centred observations and their covariance with divisor T.
pub(super) fn biased(x: &Observations) -> Result<(Observations, Sym), CovarianceError> {
    if x.t() < 2 {
        return Err(CovarianceError::TooFew { needed: 2, found: x.t() });
    }
    let centred = x.clone().centred(&x.mean());
    let s = centred.gram(1.0 / x.t() as f64);
    Ok((centred, s))
}

/// `intensity F + (1 - intensity) S`.
pub(super) fn mix(s: &Sym, intensity: f64, target: impl Fn(usize, usize) -> f64) -> Sym {
    Sym::from_fn(s.n(), |i, j| intensity * target(i, j) + (1.0 - intensity) * s[(i, j)])
}

/// `a / b` in [0, 1]; 0 when S is the target already.
fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { (a / b).clamp(0.0, 1.0) } else { 0.0 }
}

/// `sum_i f(x_ti)` for each t.
fn lengths(x: &Observations, f: impl Fn(f64) -> f64) -> Vec<f64> {
    x.clone().map(f).combine(&vec![1.0; x.n()])
}
