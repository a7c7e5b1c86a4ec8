use super::{HierarchyError, Tree};
use crate::riskparity::equal_risk_contribution;
use crate::riskparity::nonnegative::Nonnegative;
use crate::symmetric;

/// What [`nested_clustered_optimisation`] optimises, inside clusters and between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NestedObjective<'a> {
    /// Least variance.
    MinimumVariance {
        /// Whether weights must not be negative.
        long_only: bool,
    },
    /// Largest ratio of mean to deviation; the mean is in excess of what the user takes as
    /// riskless.
    MaximumRatio {
        /// Mean of each series.
        mean: &'a [f64],
        /// Whether weights must not be negative.
        long_only: bool,
    },
    /// Equal contributions to risk; never negative.
    EqualRiskContribution,
}

/// Nested clustered optimisation (Lopez de Prado 2019, *A robust estimator of the efficient
/// frontier*, s. 4): optimal weights inside each cluster, then between the clusters, each seen as
/// one series with the covariance `W' S W` and the means `W' m`; the product of both.
///
/// Without sign constraints the weights are `S^-1 m / 1' S^-1 m`, m one or the means. The clusters
/// are those of the tree cut into `clusters` parts, chosen by [`super::ClusterCount`]; the paper
/// groups by k-means on the same distances instead, which depends on random starts.
///
/// # Errors
/// [`HierarchyError::Covariance`], [`HierarchyError::Length`], [`HierarchyError::ClusterCount`];
/// [`HierarchyError::Singular`], [`HierarchyError::NoPositiveMean`].
pub fn nested_clustered_optimisation(
    covariance: &[f64],
    tree: &Tree,
    clusters: usize,
    objective: NestedObjective<'_>,
) -> Result<Vec<f64>, HierarchyError> {
    let n = tree.len();
    symmetric::check(covariance, n)?;
    let mean = match objective {
        NestedObjective::MaximumRatio { mean, .. } if mean.len() != n => {
            return Err(HierarchyError::Length { len: mean.len(), needed: n });
        }
        NestedObjective::MaximumRatio { mean, .. } => mean,
        _ => &vec![1.0; n],
    };
    let parts = tree.cut(clusters)?;
    let mut inner = vec![0.0; n];
    let mut part_mean = Vec::with_capacity(clusters);
    for part in &parts {
        let k = part.len();
        let own: Vec<f64> = (0..k * k).map(|p| covariance[part[p / k] * n + part[p % k]]).collect();
        let m: Vec<f64> = part.iter().map(|&i| mean[i]).collect();
        let x = optimum(&own, &m, objective).map_err(|e| place(e, part[0]))?;
        part_mean.push(x.iter().zip(&m).map(|(x, m)| x * m).sum::<f64>());
        for (&i, x) in part.iter().zip(x) {
            inner[i] = x;
        }
    }
    let between = between(covariance, n, &parts, &inner);
    let outer = optimum(&between, &part_mean, objective).map_err(|e| place(e, n))?;
    for (part, share) in parts.iter().zip(outer) {
        for &i in part {
            inner[i] *= share;
        }
    }
    let sum: f64 = inner.iter().sum();
    let size: f64 = inner.iter().map(|x| x.abs()).sum();
    // A sum that is rounding of its terms is zero; below zero it would turn the ratio's sign.
    if sum.is_nan() || sum <= 1e-12 * size {
        return Err(HierarchyError::NoPositiveMean { index: n });
    }
    Ok(inner.iter().map(|x| x / sum).collect())
}

/// `W' S W`, column k of W holding the weights of part k.
fn between(s: &[f64], n: usize, parts: &[Vec<usize>], weights: &[f64]) -> Vec<f64> {
    let k = parts.len();
    let mut out = vec![0.0; k * k];
    for (a, part) in parts.iter().enumerate() {
        let mut x = vec![0.0; n];
        let mut sx = vec![0.0; n];
        for &i in part {
            x[i] = weights[i];
        }
        symmetric::multiply(s, n, &x, &mut sx);
        for (b, other) in parts.iter().enumerate().take(a + 1) {
            let value = other.iter().map(|&j| weights[j] * sx[j]).sum();
            out[a * k + b] = value;
            out[b * k + a] = value;
        }
    }
    out
}

enum Failure {
    Singular,
    NoPositiveMean,
}

fn place(failure: Failure, index: usize) -> HierarchyError {
    match failure {
        Failure::Singular => HierarchyError::Singular { index },
        Failure::NoPositiveMean => HierarchyError::NoPositiveMean { index },
    }
}

/// Weights for one covariance. Their sum is one, but for the unconstrained ratio, where the sum
/// may have either sign and the absolute weights add up to one instead: the step between the
/// clusters undoes any scale.
fn optimum(s: &[f64], m: &[f64], objective: NestedObjective<'_>) -> Result<Vec<f64>, Failure> {
    let n = m.len();
    if n == 1 {
        return Ok(vec![1.0]);
    }
    if (0..n).any(|i| s[i * n + i].is_nan() || s[i * n + i] <= 0.0) {
        return Err(Failure::Singular);
    }
    let x = match objective {
        NestedObjective::EqualRiskContribution => {
            equal_risk_contribution(s, n).map_err(|_| Failure::Singular)?.weights
        }
        NestedObjective::MinimumVariance { long_only: true }
        | NestedObjective::MaximumRatio { long_only: true, .. } => long_only(s, m)?,
        NestedObjective::MinimumVariance { .. } | NestedObjective::MaximumRatio { .. } => {
            symmetric::solve(s, n, m).ok_or(Failure::Singular)?
        }
    };
    let scale: f64 = match objective {
        NestedObjective::MaximumRatio { .. } => x.iter().map(|x| x.abs()).sum(),
        _ => x.iter().sum(),
    };
    if scale > 0.0 {
        Ok(x.iter().map(|x| x / scale).collect())
    } else {
        Err(Failure::NoPositiveMean)
    }
}

/// The ray of `max m' x / sqrt(x' S x), x >= 0`, by way of the correlations.
fn long_only(s: &[f64], m: &[f64]) -> Result<Vec<f64>, Failure> {
    let n = m.len();
    let inverse = super::distance::inverse_deviations(s, n);
    let mut c: Vec<f64> = (0..n * n).map(|k| s[k] * (inverse[k / n] * inverse[k % n])).collect();
    for i in 0..n {
        c[i * n + i] = 1.0;
    }
    let mut ratio: Vec<f64> = (0..n).map(|i| m[i] * inverse[i]).collect();
    let largest = ratio.iter().fold(0.0_f64, |a, r| a.max(*r));
    if largest == 0.0 {
        return Err(Failure::NoPositiveMean);
    }
    for r in &mut ratio {
        *r /= largest;
    }
    let y = Nonnegative::new(&c, &ratio).solve().map_err(|_| Failure::Singular)?;
    Ok((0..n).map(|i| y[i] * inverse[i]).collect())
}
