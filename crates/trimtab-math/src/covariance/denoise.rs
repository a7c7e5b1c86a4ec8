//! [`denoise`]: eigenvalues that noise alone explains are replaced by their mean; [`detone`]: the
//! market's eigenvector is taken out.

use super::{CovarianceError, correlation, deviations, from_correlation};
use crate::linalg::{Eigen, Sym};

/// Points of the grid on which the noise variance is first sought, and on which densities are
/// compared.
const GRID: usize = 1000;

/// Coarse values of the noise variance tried before the refinement.
const TRIALS: usize = 200;

/// Rounds of golden-section refinement: each gains a factor 1.6, so 60 exhaust f64.
const REFINEMENTS: usize = 60;

/// How the variance of the noise in a correlation matrix is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoiseLevel {
    /// This variance; 1 if nothing but noise is there.
    Given(f64),
    /// The mean of the eigenvalues below the edge that it implies, from above to the fixed point.
    Bulk,
    /// Least squares between the Marchenko-Pastur density and a Gaussian kernel density of the
    /// eigenvalues with this bandwidth.
    Kernel {
        /// bandwidth
        bandwidth: f64,
    },
}

/// A denoised covariance.
#[derive(Clone, Debug, PartialEq)]
pub struct Denoised {
    /// The matrix, its diagonal unchanged.
    pub covariance: Sym,
    /// Variance of the noise, v.
    pub noise: f64,
    /// Greatest eigenvalue that noise explains, `v (1 + sqrt(N / T))²`.
    pub edge: f64,
    /// Number of eigenvalues above it.
    pub factors: usize,
}

/// Replaces the eigenvalues of the correlation matrix up to the Marchenko-Pastur edge by their
/// mean, and scales back to the variances given (constant residual eigenvalue).
///
/// `t` is the number T of observations behind the covariance. Source: M. Lopez de Prado, Machine
/// Learning for Asset Managers, Cambridge 2020, sections 2.4 and 2.5.1.
///
/// # Errors
/// [`CovarianceError::Constant`], [`CovarianceError::Parameter`], [`CovarianceError::Eigen`].
pub fn denoise(covariance: &Sym, t: usize, level: NoiseLevel) -> Result<Denoised, CovarianceError> {
    if t == 0 {
        return Err(CovarianceError::TooFew { needed: 1, found: 0 });
    }
    let n = covariance.n();
    let e = Eigen::new(&correlation(covariance)?)?;
    let ratio = n as f64 / t as f64;
    let noise = noise_variance(&e.values, ratio, level)?;
    let edge = upper_edge(noise, ratio);
    let below = e.values.partition_point(|v| *v <= edge);
    let mut values = e.values.clone();
    if below > 0 {
        let mean = values[..below].iter().sum::<f64>() / below as f64;
        values[..below].fill(mean);
    }
    let clean = correlation(&e.with_values(&values))?;
    let covariance = from_correlation(&clean, &deviations(covariance))?;
    Ok(Denoised { covariance, noise, edge, factors: n - below })
}

/// Takes the `markets` greatest eigenvalues and their vectors out of the correlation matrix and
/// scales back to the variances given. The result is singular: meant for clustering.
///
/// Source: as [`denoise`], section 2.6.
///
/// # Errors
/// [`CovarianceError::Constant`], also when a variable consists of what is taken out;
/// [`CovarianceError::Parameter`] unless `markets < N`; [`CovarianceError::Eigen`].
pub fn detone(covariance: &Sym, markets: usize) -> Result<Sym, CovarianceError> {
    let n = covariance.n();
    if markets >= n {
        return Err(CovarianceError::Parameter("number of markets"));
    }
    let e = Eigen::new(&correlation(covariance)?)?;
    let mut values = e.values.clone();
    values[n - markets..].fill(0.0);
    let rest = correlation(&e.with_values(&values))?;
    from_correlation(&rest, &deviations(covariance))
}

/// `v (1 + sqrt(N / T))²`.
fn upper_edge(noise: f64, ratio: f64) -> f64 {
    noise * (1.0 + ratio.sqrt()).powi(2)
}

fn noise_variance(values: &[f64], ratio: f64, level: NoiseLevel) -> Result<f64, CovarianceError> {
    match level {
        NoiseLevel::Given(v) if v > 0.0 && v.is_finite() => Ok(v),
        NoiseLevel::Given(_) => Err(CovarianceError::Parameter("noise variance")),
        NoiseLevel::Bulk => Ok(bulk_mean(values, ratio)),
        NoiseLevel::Kernel { bandwidth } if bandwidth > 0.0 && bandwidth.is_finite() => {
            Ok(kernel_fit(values, ratio, bandwidth))
        }
        NoiseLevel::Kernel { .. } => Err(CovarianceError::Parameter("bandwidth")),
    }
}

/// The set below the edge only shrinks, so that it comes to rest after at most N rounds.
fn bulk_mean(values: &[f64], ratio: f64) -> f64 {
    let mut below = values.len();
    loop {
        let noise = values[..below].iter().sum::<f64>().max(0.0) / below.max(1) as f64;
        let next = values[..below].partition_point(|v| *v <= upper_edge(noise, ratio));
        if next == below || next == 0 {
            return noise;
        }
        below = next;
    }
}

fn kernel_fit(values: &[f64], ratio: f64, bandwidth: f64) -> f64 {
    let error = |v: f64| density_gap(values, ratio, bandwidth, v);
    let at = |k: usize| (k as f64 + 0.5) / TRIALS as f64;
    let best = (0..TRIALS)
        .min_by(|&a, &b| error(at(a)).total_cmp(&error(at(b))))
        .expect("there are trials");
    let (mut low, mut high) = (at(best) - 1.0 / TRIALS as f64, at(best) + 1.0 / TRIALS as f64);
    low = low.max(f64::EPSILON);
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..REFINEMENTS {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if error(a) < error(b) {
            high = b;
        } else {
            low = a;
        }
    }
    0.5 * (low + high)
}

/// Sum of squares between the two densities on a grid over the support of the noise.
fn density_gap(values: &[f64], ratio: f64, bandwidth: f64, noise: f64) -> f64 {
    let root = ratio.sqrt();
    let (low, high) = (noise * (1.0 - root).powi(2), noise * (1.0 + root).powi(2));
    let scale = 1.0 / (values.len() as f64 * bandwidth * std::f64::consts::TAU.sqrt());
    let mut gap = 0.0;
    for k in 0..GRID {
        let x = low + (high - low) * k as f64 / (GRID - 1) as f64;
        let inside = ((high - x) * (x - low)).max(0.0).sqrt();
        let noise_density = inside / (std::f64::consts::TAU * ratio * noise * x);
        let kernel: f64 =
            values.iter().map(|v| (-0.5 * ((x - v) / bandwidth).powi(2)).exp()).sum::<f64>()
                * scale;
        if noise_density.is_finite() {
            gap += (kernel - noise_density).powi(2);
        }
    }
    gap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_noise_becomes_the_identity_and_a_factor_survives() {
        let n = 12;
        let one = Sym::from_fn(n, |i, j| if i == j { 1.0 } else { 0.02 * ((i * j) as f64).sin() });
        let d = denoise(&one, 40, NoiseLevel::Given(1.0)).unwrap();
        assert_eq!(d.factors, 0);
        assert!(d.covariance.combine(1.0, &Sym::identity(n), -1.0).norm() < 1e-12);
        let market = Sym::from_fn(n, |i, j| if i == j { 1.0 } else { 0.5 });
        let d = denoise(&market, 400, NoiseLevel::Bulk).unwrap();
        assert_eq!(d.factors, 1);
        assert!((d.noise - 0.5).abs() < 1e-12, "{}", d.noise);
        assert!(d.covariance.combine(1.0, &market, -1.0).norm() < 1e-12);
        let rest = detone(&market, 1).unwrap();
        assert!((rest[(0, 1)] + 1.0 / 11.0).abs() < 1e-12);
        assert!(detone(&market, n).is_err());
    }
}
