use super::HierarchyError;
use crate::symmetric;

/// What the linkage takes as the distance of two series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distance {
    /// `d_ij = sqrt((1 - rho_ij) / 2)`, as most implementations have it.
    #[default]
    Correlation,
    /// `sqrt(sum_k (d_ik - d_jk)^2)`: how differently i and j stand to all the others (Lopez de
    /// Prado 2016, *Building diversified portfolios that outperform out of sample*, p. 7).
    Profile,
}

/// The matrix `sqrt((1 - rho_ij) / 2)` of a covariance, n x n, zero on the diagonal.
///
/// # Errors
/// [`HierarchyError::Covariance`].
pub fn correlation_distance(covariance: &[f64], n: usize) -> Result<Vec<f64>, HierarchyError> {
    symmetric::check(covariance, n)?;
    Ok(matrix(covariance, n, Distance::Correlation))
}

/// The distances of a checked covariance.
pub(super) fn matrix(covariance: &[f64], n: usize, distance: Distance) -> Vec<f64> {
    let inverse = inverse_deviations(covariance, n);
    let mut d = vec![0.0; n * n];
    for (i, (d, s)) in d.chunks_exact_mut(n).zip(covariance.chunks_exact(n)).enumerate() {
        for ((d, s), v) in d.iter_mut().zip(s).zip(&inverse) {
            // Rounding can carry a correlation of 1 or -1 past its end.
            *d = (0.5 - 0.5 * (s * (inverse[i] * v))).clamp(0.0, 1.0).sqrt();
        }
        d[i] = 0.0;
    }
    match distance {
        Distance::Correlation => d,
        Distance::Profile => profiles(&d, n),
    }
}

/// `1 / sqrt(S_ii)`.
pub(super) fn inverse_deviations(covariance: &[f64], n: usize) -> Vec<f64> {
    (0..n).map(|i| covariance[i * n + i].sqrt().recip()).collect()
}

/// Euclidean distances of the columns of d.
fn profiles(d: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n * n];
    for i in 0..n {
        let a = &d[i * n..(i + 1) * n];
        for j in 0..i {
            let b = &d[j * n..(j + 1) * n];
            let (a4, a1) = a.as_chunks::<4>();
            let (b4, b1) = b.as_chunks::<4>();
            let mut sums = [0.0; 4];
            for (a, b) in a4.iter().zip(b4) {
                for l in 0..4 {
                    sums[l] += (a[l] - b[l]) * (a[l] - b[l]);
                }
            }
            let tail: f64 = a1.iter().zip(b1).map(|(a, b)| (a - b) * (a - b)).sum();
            let norm = ((sums[0] + sums[2]) + (sums[1] + sums[3]) + tail).sqrt();
            out[i * n + j] = norm;
            out[j * n + i] = norm;
        }
    }
    out
}
