//! Means drawn towards a common value.

use super::{MeanError, same_length};
use crate::linalg::vector::{dot, sum};
use crate::linalg::{Cholesky, Eigen, Sym};

/// The common value that means are drawn to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// This value for all, for instance 0.
    Value(f64),
    /// The average of the means.
    GrandMean,
    /// The mean of the portfolio of least variance, `1'Q^-1 m / 1'Q^-1 1`.
    LeastVariance,
}

/// Means `(1 - intensity) m + intensity target`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShrunkMean {
    /// The means.
    pub mean: Vec<f64>,
    /// The common value.
    pub target: f64,
    /// How far they lie towards it, in [0, 1].
    pub intensity: f64,
}

/// James-Stein:
///
/// ```text
/// intensity = (tr Q - 2 l) / (T |m - target|²),  within [0, 1]
/// ```
///
/// l being the greatest eigenvalue of Q. Source: A. Meucci, Risk and Asset Allocation, Springer
/// 2005, section 4.4.1; here the intensity is held within its meaning (positive part).
///
/// # Errors
/// [`MeanError::Shape`], [`MeanError::Singular`] (for [`Target::LeastVariance`] alone),
/// [`MeanError::Eigen`].
pub fn james_stein(m: &[f64], q: &Sym, t: usize, target: Target) -> Result<ShrunkMean, MeanError> {
    let value = target_value(m, q, target)?;
    let values = Eigen::new(q)?.values;
    let greatest = values.last().copied().unwrap_or(0.0);
    let distance: f64 = m.iter().map(|m| (m - value).powi(2)).sum();
    let above = sum(&values) - 2.0 * greatest;
    Ok(drawn(m, value, above, t as f64 * distance))
}

/// Bayes-Stein, towards the mean of the portfolio of least variance unless told otherwise:
///
/// ```text
/// intensity = (N + 2) / (N + 2 + T (m - target)'Q^-1 (m - target))
/// ```
///
/// Jorion takes `Q = S (T - 1) / (T - N - 2)`, S the sample covariance. Source: P. Jorion,
/// Bayes-Stein estimation for portfolio analysis, Journal of Financial and Quantitative Analysis 21
/// (1986), pages 279-292, equation 17.
///
/// # Errors
/// [`MeanError::Shape`], [`MeanError::Singular`].
pub fn bayes_stein(m: &[f64], q: &Sym, t: usize, target: Target) -> Result<ShrunkMean, MeanError> {
    let value = target_value(m, q, target)?;
    let from: Vec<f64> = m.iter().map(|m| m - value).collect();
    let scaled = inverse_times(q, &from)?;
    let n2 = m.len() as f64 + 2.0;
    Ok(drawn(m, value, n2, n2 + t as f64 * dot(&from, &scaled)))
}

fn target_value(m: &[f64], q: &Sym, target: Target) -> Result<f64, MeanError> {
    same_length(q.n(), m.len())?;
    match target {
        Target::Value(v) if v.is_finite() => Ok(v),
        Target::Value(_) => Err(MeanError::Parameter("target")),
        Target::GrandMean => Ok(sum(m) / m.len() as f64),
        Target::LeastVariance => {
            let w = inverse_times(q, &vec![1.0; m.len()])?;
            Ok(dot(&w, m) / sum(&w))
        }
    }
}

fn inverse_times(q: &Sym, b: &[f64]) -> Result<Vec<f64>, MeanError> {
    Cholesky::new(q).and_then(|c| c.solve(b)).map_err(MeanError::Singular)
}

fn drawn(m: &[f64], target: f64, above: f64, below: f64) -> ShrunkMean {
    let intensity = if below > 0.0 { (above / below).clamp(0.0, 1.0) } else { 1.0 };
    let mean = m.iter().map(|m| (1.0 - intensity) * m + intensity * target).collect();
    ShrunkMean { mean, target, intensity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand_with_independent_variables() {
        let (m, q) = ([0.01, 0.03, 0.05], Sym::identity(3));
        // tr Q - 2 l = 1, |m - 0.03|² = 0.0008
        let s = james_stein(&m, &q, 5000, Target::GrandMean).unwrap();
        assert!((s.intensity - 0.25).abs() < 1e-12 && (s.target - 0.03).abs() < 1e-16);
        assert!((s.mean[0] - 0.015).abs() < 1e-15);
        // N + 2 = 5 against T 0.0008 = 4
        let s = bayes_stein(&m, &q, 5000, Target::LeastVariance).unwrap();
        assert!((s.intensity - 5.0 / 9.0).abs() < 1e-12);
        let all = james_stein(&m, &q, 10, Target::Value(0.0)).unwrap();
        assert_eq!((all.intensity, all.mean), (1.0, vec![0.0; 3]));
    }

    #[test]
    fn a_singular_covariance_is_named() {
        let q = Sym::from_fn(2, |_, _| 1.0);
        let e = bayes_stein(&[0.1, 0.2], &q, 10, Target::GrandMean);
        assert!(matches!(e, Err(MeanError::Singular(_))));
        assert!(james_stein(&[0.1], &q, 10, Target::GrandMean).is_err());
    }
}
