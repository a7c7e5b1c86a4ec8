use super::RiskParityError;
use super::inverse::{inverse_volatility, normalised};
use crate::distributions::normal_tail;
use crate::symmetric;

/// The two published forms of the minimum correlation algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinimumCorrelation {
    /// "MinCorr": every pair of correlations is turned into a probability, rows are averaged after.
    #[default]
    Pairs,
    /// "MinCorr2": the average correlation of each row is turned into a probability.
    Averages,
}

/// Minimum correlation algorithm (Varadi, Kapler, Bee, Rittenhouse 2012, *The minimum correlation
/// algorithm: a practical diversification tool*).
///
/// With `A_ij = 1 - Phi((rho_ij - m) / d)`, m and d the mean and the sample deviation of the
/// correlations above the diagonal: `a_i` the mean of `A_ij` over `j != i`; `r_i` the rank of a_i,
/// 1 for the largest, ties sharing their mean rank; `v = A r`, with `A_ii = 0`; the weights are
/// `v_i / s_i`, normalised. The form `Averages` takes `a_i = 1 - Phi((c_i - m) / d)` of
/// `c_i = sum_{j != i} rho_ij / n`, m and d their mean and sample deviation, and
/// `v = (1 - rho) r` with 1 on the diagonal.
///
/// Fewer than three series, or correlations that are all the same, carry no order: the result is
/// [`inverse_volatility`].
///
/// # Errors
/// [`RiskParityError::Covariance`].
pub fn minimum_correlation(
    covariance: &[f64],
    n: usize,
    form: MinimumCorrelation,
) -> Result<Vec<f64>, RiskParityError> {
    let plain = inverse_volatility(covariance, n)?;
    if n < 3 {
        return Ok(plain);
    }
    let mut rho = correlations(covariance, n);
    let order = match form {
        MinimumCorrelation::Pairs => {
            let pairs: Vec<f64> =
                (0..n).flat_map(|i| rho[i * n + i + 1..(i + 1) * n].to_vec()).collect();
            let Some((m, d)) = mean_and_deviation(&pairs) else { return Ok(plain) };
            for (k, r) in rho.iter_mut().enumerate() {
                *r = if k % (n + 1) == 0 { 0.0 } else { normal_tail((*r - m) / d) };
            }
            rho.chunks_exact(n).map(|row| row.iter().sum::<f64>()).collect::<Vec<f64>>()
        }
        MinimumCorrelation::Averages => {
            let c: Vec<f64> =
                rho.chunks_exact(n).map(|row| (row.iter().sum::<f64>() - 1.0) / n as f64).collect();
            let Some((m, d)) = mean_and_deviation(&c) else { return Ok(plain) };
            for (k, r) in rho.iter_mut().enumerate() {
                *r = if k % (n + 1) == 0 { 1.0 } else { 1.0 - *r };
            }
            c.iter().map(|c| normal_tail((c - m) / d)).collect()
        }
    };
    let rank = ranks_descending(&order);
    let mut v = vec![0.0; n];
    symmetric::multiply(&rho, n, &rank, &mut v);
    Ok(normalised((0..n).map(|i| v[i] / covariance[i * n + i].sqrt()).collect()))
}

/// Proportional minimum variance (Varadi, Kapler 2013): `(1 - Phi((c_i - m) / d)) / S_ii`,
/// normalised, with `c_i` the mean of row i of S, and m and d their mean and sample deviation.
///
/// Rows with equal means carry no order: the result is then the inverse variance.
///
/// # Errors
/// [`RiskParityError::Covariance`].
pub fn proportional_minimum_variance(
    covariance: &[f64],
    n: usize,
) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    let c: Vec<f64> =
        covariance.chunks_exact(n).map(|row| row.iter().sum::<f64>() / n as f64).collect();
    let (m, d) = mean_and_deviation(&c).unwrap_or((0.0, f64::INFINITY));
    let tail = |i: usize| normal_tail((c[i] - m) / d);
    Ok(normalised((0..n).map(|i| tail(i) / covariance[i * n + i]).collect()))
}

/// The correlation matrix, with ones on the diagonal.
pub(super) fn correlations(covariance: &[f64], n: usize) -> Vec<f64> {
    let inverse: Vec<f64> = (0..n).map(|i| covariance[i * n + i].sqrt().recip()).collect();
    let mut rho = covariance.to_vec();
    for (i, row) in rho.chunks_exact_mut(n).enumerate() {
        for (r, u) in row.iter_mut().zip(&inverse) {
            *r *= inverse[i] * u;
        }
        row[i] = 1.0;
    }
    rho
}

/// Mean and sample deviation; `None` where the values do not differ beyond rounding.
fn mean_and_deviation(x: &[f64]) -> Option<(f64, f64)> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let largest = x.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let deviation = (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    (deviation > 1e-12 * largest).then_some((mean, deviation))
}

/// Ranks from 1 for the largest value; equal values share the mean of their ranks.
fn ranks_descending(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[j].total_cmp(&x[i]));
    let mut ranks = vec![0.0; x.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && x[order[end]] == x[order[start]] {
            end += 1;
        }
        for &i in &order[start..end] {
            ranks[i] = 0.5 * (start + 1 + end) as f64;
        }
        start = end;
    }
    ranks
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_ranks() {
        assert_eq!(ranks_descending(&[1.0, 3.0, 1.0, 5.0, 1.0]), [4.0, 2.0, 4.0, 1.0, 4.0]);
    }

    #[test]
    fn equal_correlations_are_inverse_volatility() {
        let s = [0.04, 0.01, 0.02, 0.01, 0.01, 0.01, 0.02, 0.01, 0.04];
        let plain = inverse_volatility(&s, 3).unwrap();
        for form in [MinimumCorrelation::Pairs, MinimumCorrelation::Averages] {
            assert_eq!(minimum_correlation(&s, 3, form).unwrap(), plain);
        }
    }

    /// Worked by hand: correlations 0.9, 0.85, 0.7 and deviations 14, 18, 22 %.
    #[test]
    fn three_series_by_hand() {
        let s = [0.0196, 0.02268, 0.02618, 0.02268, 0.0324, 0.02772, 0.02618, 0.02772, 0.0484];
        let x = minimum_correlation(&s, 3, MinimumCorrelation::Averages).unwrap();
        // Row averages 0.5833, 0.5333, 0.5167: ranks 3, 2, 1.
        let v = [3.0 + 2.0 * 0.1 + 0.15, 3.0 * 0.1 + 2.0 + 0.3, 3.0 * 0.15 + 2.0 * 0.3 + 1.0];
        let by_hand = normalised(vec![v[0] / 0.14, v[1] / 0.18, v[2] / 0.22]);
        for (x, y) in x.iter().zip(&by_hand) {
            assert!((x - y).abs() < 1e-12, "{x} {y}");
        }
    }
}
