//! The variance of a mean under the stationary bootstrap, in closed form.
//!
//! `w^2 = R(0) + 2 sum_{i=1}^{T-1} [(1 - i/T) q^i + (i/T) q^(T-i)] R(i)`, q = 1 - 1/b, R(i) the autocovariances (divisor
//! T), b the mean block length: T times the variance of the resampled mean.
//!
//! The weights of lag i and of lag T - i are those of one lag round the circle, so the double sum over lags and periods
//! becomes two running sums, and the cost is that of T, not of T^2.
//!
//! Sources: D. Politis and J. Romano (1994), *JASA* 89(428); P. Hansen (2005), A Test for Superior Predictive
//! Ability, *Journal of Business and Economic Statistics* 23(4).
use super::Trials;

/// `w^2` of each trial for blocks of mean length `length` >= 1.
pub fn long_run_variance(trials: &Trials, length: f64) -> Vec<f64> {
    let (_, x) = trials.centred();
    let (t, n, q) = (trials.periods(), trials.count(), 1.0 - 1.0 / length);
    // e = sum_{j=1}^{T-1} q^j x_{s-j}, f = sum_{j=1}^{T-1} j q^j x_{s-j}, indices round the circle, at s = 0.
    let (mut e, mut f) = (vec![0.0; n], vec![0.0; n]);
    let mut power = 1.0;
    for j in 1..t {
        power *= q;
        if power == 0.0 {
            break;
        }
        for (k, x) in x.period(t - j).iter().enumerate() {
            e[k] += power * x;
            f[k] += j as f64 * power * x;
        }
    }
    let (whole, over_t) = (q.powf(t as f64), 1.0 / t as f64);
    let mut variances = vec![0.0; n];
    for s in 0..t {
        let (now, next) = (x.period(s), x.period((s + 1) % t));
        for k in 0..n {
            variances[k] += now[k] * (now[k] + 2.0 * (e[k] - over_t * f[k]));
            // One step on: what leaves is x_{s+1-T} = x_{s+1}, at weight q^T.
            f[k] = q * (now[k] + e[k] + f[k]) - t as f64 * whole * next[k];
            e[k] = q * (now[k] + e[k]) - whole * next[k];
        }
    }
    // Rounding may leave a constant trial slightly below zero.
    variances.into_iter().map(|sum| (sum * over_t).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_sums_are_the_double_sum() {
        for (t, length) in [(2, 1.0), (9, 3.0), (60, 7.5), (60, 500.0)] {
            let wave =
                |j: usize| (0..t).map(|s| ((s * s * (j + 1) + j) as f64).sin()).collect::<Vec<_>>();
            let columns = [wave(0), wave(1)];
            let fast = long_run_variance(&Trials::new(&columns).unwrap(), length);
            for (column, fast) in columns.iter().zip(fast) {
                let mean = column.iter().sum::<f64>() / t as f64;
                let covariance = |i: usize| {
                    let pairs = column[i..].iter().zip(column);
                    pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / t as f64
                };
                let q = 1.0 - 1.0 / length;
                let weight = |i: usize| {
                    let part = i as f64 / t as f64;
                    (1.0 - part) * q.powi(i as i32) + part * q.powi((t - i) as i32)
                };
                let plain: f64 =
                    covariance(0) + (1..t).map(|i| 2.0 * weight(i) * covariance(i)).sum::<f64>();
                assert!((fast - plain).abs() < 1e-12, "{t} {length}: {fast} {plain}");
            }
        }
    }
}
