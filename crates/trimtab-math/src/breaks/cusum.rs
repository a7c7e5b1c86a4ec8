//! The cumulated residuals of a regression against a Brownian bridge.
use crate::distributions::kolmogorov_tail;

/// How far the cumulated residuals went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// `max_t |sum_{s<=t} u_s| / (s sqrt(n))`.
    pub statistic: f64,
    /// The chance of at least that much without a break, for long series.
    pub p: f64,
    /// The row after which it was reached: a single break in the mean is most likely there.
    pub after: usize,
}

/// The CUSUM test on least-squares residuals of a regression with a constant: `s² = sum u² / (n - parameters)`.
///
/// Source: W. Ploberger, W. Krämer (1992), The CUSUM test with OLS residuals, *Econometrica* 60(2), pages 271-285.
///
/// `None` for residuals that are all zero, not finite, or not more than `parameters`.
pub fn cusum(residuals: &[f64], parameters: usize) -> Option<Cusum> {
    let n = residuals.len();
    let squares: f64 = residuals.iter().map(|u| u * u).sum();
    if n <= parameters || !(squares > 0.0 && squares.is_finite()) {
        return None;
    }
    let scale = (squares / (n - parameters) as f64 * n as f64).sqrt();
    let (mut sum, mut most, mut after) = (0.0, 0.0_f64, 0);
    for (t, u) in residuals.iter().enumerate() {
        sum += u;
        if f64::abs(sum) > most {
            (most, after) = (f64::abs(sum), t);
        }
    }
    let statistic = most / scale;
    Some(Cusum { statistic, p: kolmogorov_tail(statistic), after })
}

#[cfg(test)]
mod tests {
    use super::cusum;

    #[test]
    fn a_step_is_found_where_it_is() {
        let wave = |t: usize| if t.is_multiple_of(2) { 0.1 } else { -0.1 };
        let u: Vec<f64> = (0..100).map(|t| wave(t) + if t < 50 { -0.5 } else { 0.5 }).collect();
        let found = cusum(&u, 1).unwrap();
        assert!(found.p < 1e-3 && found.after == 49, "{found:?}");
        let calm: Vec<f64> = (0..100).map(wave).collect();
        assert!(cusum(&calm, 1).unwrap().p > 0.99);
        assert_eq!(cusum(&[0.0; 9], 1), None);
        assert_eq!(cusum(&[1.0, f64::NAN], 1), None);
        assert_eq!(cusum(&[1.0], 1), None);
    }
}
