//! Is a matrix positive semi-definite, and what is the nearest one that is? Repairs have names and
//! are asked for: nothing here is done silently.

use super::{CovarianceError, correlation, deviations, from_correlation};
use crate::linalg::{Eigen, Sym};

/// Eigenvalues are computed to about N epsilon times the greatest; less than ten times that below
/// zero counts as zero.
const ROUNDING: f64 = 10.0 * f64::EPSILON;

/// Rounds of alternating projections. Convergence is linear; financial matrices take some tens.
const ROUNDS_MAX: usize = 2000;

/// Relative change of the matrix at which the projections have converged.
const CONVERGED: f64 = 1e-13;

/// The ends of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definiteness {
    /// Smallest eigenvalue.
    pub least: f64,
    /// Greatest eigenvalue.
    pub greatest: f64,
    /// Whether the smallest is negative by no more than rounding, `10 N epsilon greatest`.
    pub semidefinite: bool,
}

/// Looks at the eigenvalues.
///
/// # Errors
/// [`CovarianceError::Eigen`].
pub fn definiteness(a: &Sym) -> Result<Definiteness, CovarianceError> {
    let e = Eigen::new(a)?;
    Ok(judge(&e.values))
}

fn judge(values: &[f64]) -> Definiteness {
    let least = values.first().copied().unwrap_or(0.0);
    let greatest = values.last().copied().unwrap_or(0.0);
    let size = greatest.abs().max(least.abs());
    Definiteness { least, greatest, semidefinite: least >= -ROUNDING * values.len() as f64 * size }
}

/// A matrix that was made positive semi-definite.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The result.
    pub matrix: Sym,
    /// Smallest eigenvalue before.
    pub least_before: f64,
    /// Frobenius norm of what was changed.
    pub distance: f64,
    /// Rounds taken; 0 if the matrix needed no repair.
    pub rounds: usize,
}

/// Replaces eigenvalues below `floor` by it: with `floor = 0` the nearest positive semi-definite
/// matrix in the Frobenius norm. The diagonal changes.
///
/// # Errors
/// [`CovarianceError::Parameter`] unless `floor >= 0`; [`CovarianceError::Eigen`].
pub fn clip(a: &Sym, floor: f64) -> Result<Repaired, CovarianceError> {
    if !(floor >= 0.0 && floor.is_finite()) {
        return Err(CovarianceError::Parameter("floor"));
    }
    let e = Eigen::new(a)?;
    let judged = judge(&e.values);
    if judged.least >= floor || (floor == 0.0 && judged.semidefinite) {
        return Ok(untouched(a, judged.least));
    }
    let values: Vec<f64> = e.values.iter().map(|v| v.max(floor)).collect();
    Ok(repaired(a, e.with_values(&values), judged.least, 1))
}

/// The nearest correlation matrix in the Frobenius norm: semi-definite, ones on the diagonal, by
/// alternating projections with Dykstra's correction.
///
/// Source: N. J. Higham, Computing the nearest correlation matrix - a problem from finance, IMA
/// Journal of Numerical Analysis 22 (2002), pages 329-343, algorithm 3.3.
///
/// # Errors
/// [`CovarianceError::Parameter`] unless the diagonal is 1; [`CovarianceError::NotConverged`];
/// [`CovarianceError::Eigen`].
pub fn nearest_correlation(a: &Sym) -> Result<Repaired, CovarianceError> {
    let n = a.n();
    if a.diagonal().iter().any(|d| (d - 1.0).abs() > n as f64 * f64::EPSILON) {
        return Err(CovarianceError::Parameter("diagonal"));
    }
    let first = definiteness(a)?;
    if first.semidefinite {
        return Ok(untouched(a, first.least));
    }
    let mut y = a.clone();
    let mut correction = Sym::zeros(n);
    for round in 1..=ROUNDS_MAX {
        let r = y.combine(1.0, &correction, -1.0);
        let e = Eigen::new(&r)?;
        let positive: Vec<f64> = e.values.iter().map(|v| v.max(0.0)).collect();
        let x = e.with_values(&positive);
        correction = x.combine(1.0, &r, -1.0);
        let next = Sym::from_fn(n, |i, j| if i == j { 1.0 } else { x[(i, j)] });
        let change = next.combine(1.0, &y, -1.0).norm() / next.norm();
        y = next;
        if change <= CONVERGED {
            // What is left below zero is of the order of the last change: one scaling ends it.
            let matrix = correlation(&x)?;
            return Ok(repaired(a, matrix, first.least, round));
        }
    }
    Err(CovarianceError::NotConverged { rounds: ROUNDS_MAX })
}

/// The covariance with the same variances and the nearest correlation matrix.
///
/// # Errors
/// As [`nearest_correlation`], and [`CovarianceError::Constant`].
pub fn nearest_covariance(a: &Sym) -> Result<Repaired, CovarianceError> {
    let first = definiteness(a)?;
    if first.semidefinite {
        return Ok(untouched(a, first.least));
    }
    let near = nearest_correlation(&correlation(a)?)?;
    let matrix = from_correlation(&near.matrix, &deviations(a))?;
    Ok(repaired(a, matrix, first.least, near.rounds))
}

fn untouched(a: &Sym, least_before: f64) -> Repaired {
    Repaired { matrix: a.clone(), least_before, distance: 0.0, rounds: 0 }
}

fn repaired(before: &Sym, matrix: Sym, least_before: f64, rounds: usize) -> Repaired {
    let distance = matrix.combine(1.0, before, -1.0).norm();
    Repaired { matrix, least_before, distance, rounds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higham_s_own_example() {
        // Higham 2002, section 4: the nearest correlation matrix has 0.7607 and 0.1573.
        let a = Sym::from_rows(&[[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]).unwrap();
        let r = nearest_correlation(&a).unwrap();
        assert!((r.matrix[(0, 1)] - 0.7607).abs() < 5e-5);
        assert!((r.matrix[(0, 2)] - 0.1573).abs() < 5e-5);
        assert!((r.distance - 0.5278).abs() < 5e-5);
        assert!((r.least_before - (1.0 - 2f64.sqrt())).abs() < 1e-14);
        assert!(definiteness(&r.matrix).unwrap().semidefinite);
        assert!(r.rounds > 1);
        let covariance = a.scaled_by(&[0.1, 2.0, 3.0]);
        let c = nearest_covariance(&covariance).unwrap();
        assert!((c.matrix[(1, 2)] / 6.0 - r.matrix[(1, 2)]).abs() < 1e-12);
        for (now, before) in c.matrix.diagonal().iter().zip(covariance.diagonal()) {
            assert!((now - before).abs() <= 1e-15 * before);
        }
    }

    #[test]
    fn clipping_is_the_projection_and_leaves_good_matrices_alone() {
        let a = Sym::from_rows(&[[1.0, 2.0], [2.0, 1.0]]).unwrap(); // eigenvalues -1 and 3
        let r = clip(&a, 0.0).unwrap();
        assert!(r.matrix.combine(1.0, &Sym::from_fn(2, |_, _| 1.5), -1.0).norm() < 1e-14);
        assert!((r.distance - 1.0).abs() < 1e-14);
        assert_eq!(r.rounds, 1);
        let d = definiteness(&a).unwrap();
        assert!(!d.semidefinite && (d.least + 1.0).abs() < 1e-14);
        let good = Sym::from_diagonal(&[1.0, 0.0]);
        assert_eq!(clip(&good, 0.0).unwrap(), untouched(&good, 0.0));
        assert!((clip(&good, 0.1).unwrap().matrix[(1, 1)] - 0.1).abs() < 1e-15);
        assert!(clip(&good, -1.0).is_err());
    }
}
