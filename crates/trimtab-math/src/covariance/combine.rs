//! Covariances taken apart into correlations and deviations, and put together.

use super::CovarianceError;
use crate::linalg::Sym;

/// Square roots of the diagonal.
#[must_use]
pub fn deviations(covariance: &Sym) -> Vec<f64> {
    covariance.diagonal().into_iter().map(f64::sqrt).collect()
}

/// `r_ij = s_ij / sqrt(s_ii s_jj)`, ones on the diagonal.
///
/// # Errors
/// [`CovarianceError::Constant`] for a variance that is not positive.
pub fn correlation(covariance: &Sym) -> Result<Sym, CovarianceError> {
    let d = deviations(covariance);
    if let Some(series) = d.iter().position(|d| d.is_nan() || *d <= 0.0) {
        return Err(CovarianceError::Constant { series });
    }
    Ok(Sym::from_fn(d.len(), |i, j| if i == j { 1.0 } else { covariance[(i, j)] / (d[i] * d[j]) }))
}

/// `s_ij = r_ij d_i d_j`: correlations of one window with deviations of another.
///
/// # Errors
/// [`CovarianceError::Shape`], [`CovarianceError::Parameter`] for a deviation that is negative or
/// not finite.
pub fn from_correlation(correlation: &Sym, deviations: &[f64]) -> Result<Sym, CovarianceError> {
    if correlation.n() != deviations.len() {
        let (expected, found) = (correlation.n(), deviations.len());
        return Err(CovarianceError::Shape { expected, found });
    }
    if deviations.iter().any(|d| !(d.is_finite() && *d >= 0.0)) {
        return Err(CovarianceError::Parameter("deviation"));
    }
    Ok(correlation.scaled_by(deviations))
}

/// `sum_k w_k A_k / sum_k w_k`: for instance correlations of several windows. With weights that
/// are not negative, semi-definite matrices give a semi-definite one.
///
/// # Errors
/// [`CovarianceError::Shape`], [`CovarianceError::Parameter`] for weights that are negative or all
/// zero.
pub fn weighted_average(parts: &[(&Sym, f64)]) -> Result<Sym, CovarianceError> {
    let total: f64 = parts.iter().map(|(_, w)| w).sum();
    if !(total > 0.0 && total.is_finite()) || parts.iter().any(|(_, w)| *w < 0.0) {
        return Err(CovarianceError::Parameter("weight"));
    }
    let n = parts[0].0.n();
    if let Some((a, _)) = parts.iter().find(|(a, _)| a.n() != n) {
        return Err(CovarianceError::Shape { expected: n, found: a.n() });
    }
    Ok(Sym::from_fn(n, |i, j| parts.iter().map(|(a, w)| w / total * a[(i, j)]).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apart_and_together_is_the_identity() {
        let s = Sym::from_rows(&[[4.0, 1.0, 0.0], [1.0, 9.0, -3.0], [0.0, -3.0, 16.0]]).unwrap();
        let back = from_correlation(&correlation(&s).unwrap(), &deviations(&s)).unwrap();
        assert!(back.combine(1.0, &s, -1.0).norm() < 1e-14);
    }

    #[test]
    fn averages_and_errors() {
        let (a, b) = (Sym::identity(2), Sym::from_rows(&[[3.0, 1.0], [1.0, 3.0]]).unwrap());
        let mean = weighted_average(&[(&a, 1.0), (&b, 3.0)]).unwrap();
        assert_eq!(mean, Sym::from_rows(&[[2.5, 0.75], [0.75, 2.5]]).unwrap());
        assert_eq!(weighted_average(&[]), Err(CovarianceError::Parameter("weight")));
        let flat = Sym::from_diagonal(&[1.0, 0.0]);
        assert_eq!(correlation(&flat), Err(CovarianceError::Constant { series: 1 }));
        assert!(from_correlation(&a, &[1.0]).is_err());
        assert!(from_correlation(&a, &[1.0, f64::NAN]).is_err());
    }
}
