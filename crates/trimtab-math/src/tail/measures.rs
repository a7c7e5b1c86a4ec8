//! Risk of one series of returns. All are losses: positive where money is lost.

/// Conditional value at risk: the mean of the worst `(1 - confidence) T` losses, the last one
/// counted in part, `min_a a + sum max(0, -r_t - a) / ((1 - confidence) T)` (Rockafellar, Uryasev
/// 2002, prop. 8). With less than one observation in the tail it is the worst loss.
///
/// Plus infinity for no returns; `confidence` is taken within [0, 1).
#[must_use]
pub fn conditional_value_at_risk(returns: &[f64], confidence: f64) -> f64 {
    mean_of_largest(returns.iter().map(|r| -r).collect(), confidence)
}

/// Conditional drawdown at risk: [`conditional_value_at_risk`] of the [`drawdowns`] (Chekhlov,
/// Uryasev, Zabarankin 2005, *Drawdown measure in portfolio optimization*, eq. 3.6). Confidence 0
/// is the average drawdown, confidence near 1 the maximum.
#[must_use]
pub fn conditional_drawdown_at_risk(returns: &[f64], confidence: f64) -> f64 {
    mean_of_largest(drawdowns(returns), confidence)
}

/// Drawdowns of the uncompounded wealth `y_t = r_1 + .. + r_t` below its running maximum, which
/// starts at `y_0 = 0`.
#[must_use]
pub fn drawdowns(returns: &[f64]) -> Vec<f64> {
    let (mut wealth, mut peak) = (0.0_f64, 0.0_f64);
    returns
        .iter()
        .map(|r| {
            wealth += r;
            peak = peak.max(wealth);
            peak - wealth
        })
        .collect()
}

/// Mean absolute deviation from the mean, `sum |r_t - m| / T` (Konno, Yamazaki 1991).
#[must_use]
pub fn mean_absolute_deviation(returns: &[f64]) -> f64 {
    let t = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / t;
    returns.iter().map(|r| (r - mean).abs()).sum::<f64>() / t
}

/// Semivariance below `target`, `sum max(0, target - r_t)^2 / T` (Markowitz 1959, ch. IX).
#[must_use]
pub fn semivariance(returns: &[f64], target: f64) -> f64 {
    let below = |r: &f64| (target - r).max(0.0);
    returns.iter().map(|r| below(r) * below(r)).sum::<f64>() / returns.len() as f64
}

fn mean_of_largest(mut losses: Vec<f64>, confidence: f64) -> f64 {
    let count = ((1.0 - confidence) * losses.len() as f64).max(1.0);
    let whole = count as usize;
    if losses.is_empty() {
        return f64::INFINITY;
    }
    let whole = whole.min(losses.len());
    losses.sort_unstable_by(|a, b| b.total_cmp(a));
    let part = losses.get(whole).map_or(0.0, |l| (count - whole as f64) * l);
    (losses[..whole].iter().sum::<f64>() + part) / count
}

#[cfg(test)]
mod tests {
    use super::*;

    const R: [f64; 10] = [0.01, -0.02, 0.03, -0.05, 0.00, 0.02, -0.01, 0.04, -0.03, 0.01];

    #[test]
    fn tails_by_hand() {
        assert!((conditional_value_at_risk(&R, 0.9) - 0.05).abs() < 1e-15);
        assert!((conditional_value_at_risk(&R, 0.8) - 0.04).abs() < 1e-15);
        // 2.5 observations: 0.05, 0.03 and half of 0.02.
        assert!((conditional_value_at_risk(&R, 0.75) - 0.09 / 2.5).abs() < 1e-15);
        assert!((conditional_value_at_risk(&R, 0.99) - 0.05).abs() < 1e-15);
        assert!(conditional_value_at_risk(&R, 0.0).abs() < 1e-15);
        assert_eq!(conditional_value_at_risk(&[], 0.5), f64::INFINITY);
    }

    #[test]
    fn drawdowns_by_hand() {
        let d = drawdowns(&R);
        let want = [0.0, 0.02, 0.0, 0.05, 0.05, 0.03, 0.04, 0.0, 0.03, 0.02];
        for (a, b) in d.iter().zip(want) {
            assert!((a - b).abs() < 1e-15);
        }
        assert!((conditional_drawdown_at_risk(&R, 0.0) - 0.024).abs() < 1e-15);
        assert!((conditional_drawdown_at_risk(&R, 0.9) - 0.05).abs() < 1e-15);
        // A first loss counts from the start.
        assert_eq!(drawdowns(&[-0.1]), [0.1]);
    }

    #[test]
    fn deviations_by_hand() {
        assert!((mean_absolute_deviation(&R) - 0.022).abs() < 1e-15);
        assert!((semivariance(&R, 0.0) - 0.0039 / 10.0).abs() < 1e-17);
    }
}
