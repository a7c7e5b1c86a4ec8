//! How long the blocks of a bootstrap should be, from the data.
//!
//! With R(k) the autocovariances of T observations and lam the flat-top weight (1 up to half of M, then falling
//! linearly to 0 at M), `G = sum lam(k/M) |k| R(k)` and `g = sum lam(k/M) R(k)` over k = -M..M:
//!
//! `b = (2 G^2 / D)^(1/3) T^(1/3)`, D = 2 g^2 for the stationary, 4/3 g^2 for the circular bootstrap,
//!
//! at most `ceil(min(3 sqrt(T), T / 3))`. M is twice the first lag after which K autocorrelations in a row are
//! insignificant (below `2 sqrt(log10(T) / T)`), K = max(5, log10 T), and at most `ceil(sqrt(T)) + K`.
//!
//! Sources: D. Politis and H. White (2004), Automatic Block-Length Selection for the Dependent Bootstrap, *Econometric
//! Reviews* 23(1); A. Patton, D. Politis, H. White (2009), Correction, *Econometric Reviews* 28(4),
//! which replaces D of the stationary bootstrap.
use trimtab_core::{Error, Result};

/// Block lengths in periods; 1 or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockLength {
    /// Mean length for the stationary bootstrap.
    pub stationary: f64,
    /// Length for the circular and the moving bootstrap, before rounding.
    pub circular: f64,
}

/// Fewest observations: below, the largest lag would reach beyond them.
const LEAST: usize = 16;

/// The lengths for a series. A series without any variation has length 1.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] for fewer than 16 observations, or one that is not finite.
pub fn block_length(series: &[f64]) -> Result<BlockLength> {
    let n = series.len();
    if n < LEAST || series.iter().any(|x| !x.is_finite()) {
        return Err(Error::data(format!("no block length from {n} observations"))
            .hint(format!("give {LEAST} or more finite numbers")));
    }
    let t = n as f64;
    let mean = series.iter().sum::<f64>() / t;
    let eps: Vec<f64> = series.iter().map(|x| x - mean).collect();
    if eps.iter().all(|e| *e == 0.0) {
        return Ok(BlockLength { stationary: 1.0, circular: 1.0 });
    }
    let run = 5.max(t.log10() as usize);
    let lags = t.sqrt().ceil() as usize + run;
    let (covariances, correlations) = lagged(&eps, lags);
    let insignificant = 2.0 * (t.log10() / t).sqrt();
    let quiet = correlations.windows(run).position(|w| w.iter().all(|c| *c < insignificant));
    let m = quiet.map_or(lags, |lag| 2 * lag.max(1)).min(lags);
    let (mut g_slope, mut g) = (0.0, covariances[0]);
    for (k, r) in covariances.iter().enumerate().take(m + 1).skip(1) {
        let x = k as f64 / m as f64;
        let lam = if x <= 0.5 { 1.0 } else { 2.0 * (1.0 - x) };
        g_slope += 2.0 * lam * k as f64 * r;
        g += 2.0 * lam * r;
    }
    let most = (3.0 * t.sqrt()).min(t / 3.0).ceil();
    let length = |d: f64| (2.0 * g_slope * g_slope / d * t).cbrt();
    // A long-run variance of zero asks for the longest blocks there are.
    let bounded = |b: f64| if b.is_finite() { b.clamp(1.0, most) } else { most };
    Ok(BlockLength {
        stationary: bounded(length(2.0 * g * g)),
        circular: bounded(length(4.0 / 3.0 * g * g)),
    })
}

/// Autocovariances (divisor T) of lags 0 to `lags`, and the absolute correlations of the parts that overlap.
fn lagged(eps: &[f64], lags: usize) -> (Vec<f64>, Vec<f64>) {
    let n = eps.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let at = |k: usize| {
        let cross = dot(&eps[k..], &eps[..n - k]);
        let (late, early) = (&eps[k + 1..], &eps[..n - k - 1]);
        let spread = (dot(late, late) * dot(early, early)).sqrt();
        (cross / n as f64, if spread > 0.0 { cross.abs() / spread } else { 0.0 })
    };
    (0..=lags).map(at).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Dice;

    fn autoregressive(phi: f64, n: usize) -> Vec<f64> {
        let (mut dice, mut x) = (Dice::new(5, 0), 0.0);
        (0..n)
            .map(|_| {
                x = phi * x + dice.normal();
                x
            })
            .collect()
    }

    #[test]
    fn memory_asks_for_longer_blocks() {
        let length = |phi| block_length(&autoregressive(phi, 4_000)).unwrap();
        let (none, some, much) = (length(0.0), length(0.5), length(0.9));
        assert!(none.stationary < some.stationary && some.stationary < much.stationary);
        // For AR(1) the optimum is known: G / g = 2 phi / (1 - phi^2), so b = (4 phi^2 / (1 - phi^2)^2 T)^(1/3).
        let best = (4.0 * 0.25 / 0.5625 * 4_000.0_f64).cbrt();
        assert!((some.stationary / best - 1.0).abs() < 0.3, "{} {best}", some.stationary);
        assert!((some.circular / some.stationary - 1.5_f64.cbrt()).abs() < 1e-12);
    }

    #[test]
    fn what_says_nothing_is_refused_or_one() {
        assert!(block_length(&[0.1; 15]).is_err());
        assert!(block_length(&[f64::NAN; 30]).is_err());
        assert_eq!(block_length(&[0.25; 30]).unwrap().stationary, 1.0);
    }
}
