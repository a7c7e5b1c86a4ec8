//! Whether returns, their order across assets, and their size persist: what momentum, value and volatility targeting live on.
//!
//! Sources: N. Jegadeesh, S. Titman (1993), Returns to buying winners and selling losers, *Journal of Finance* 48(1), pages 65-91; W. De
//! Bondt, R. Thaler (1985), Does the stock market overreact?, *Journal of Finance* 40(3), pages 793-805; G. Ljung, G. Box (1978), On a measure of
//! lack of fit in time series models, *Biometrika* 65(2), pages 297-303; R. Engle (1982), *Econometrica* 50(4), pages 987-1007.
use serde::Serialize;
use trimtab_core::{Error, Result};
use trimtab_math::distributions::chi_squared_tail;
use trimtab_math::regression::{Regression, lags_for};

/// A statistic and the chance of at least as much without what it looks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// The statistic.
    pub statistic: f64,
    /// The p-value.
    pub p: f64,
}

/// The test of Ljung and Box: `Q = n (n + 2) sum_{k=1..m} r_k² / (n - k)`, chi-squared with m degrees of freedom, m = `lags`, `r_k` the
/// autocorrelations with the variance of the whole series below. Of squared returns it tests whether volatility clusters.
///
/// `None` for a series that does not vary or has not more than `lags` values.
pub fn ljung_box(x: &[f64], lags: usize) -> Option<Tested> {
    let n = x.len();
    if lags == 0 || n <= lags {
        return None;
    }
    let mean = x.iter().sum::<f64>() / n as f64;
    let squares: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
    if !(squares > 0.0 && squares.is_finite()) {
        return None;
    }
    let of = |k: usize| {
        let products: f64 = x[k..].iter().zip(x).map(|(a, b)| (a - mean) * (b - mean)).sum();
        (products / squares).powi(2) / (n - k) as f64
    };
    let statistic = (n * (n + 2)) as f64 * (1..=lags).map(of).sum::<f64>();
    Some(Tested { statistic, p: chi_squared_tail(statistic, lags as f64)? })
}

/// The test of Engle for changing variance: `n R²` of the regression of squared deviations on `lags` of their own past, chi-squared
/// with as many degrees of freedom.
///
/// `None` for a series that does not vary or is too short.
pub fn arch_test(x: &[f64], lags: usize) -> Option<Tested> {
    let mean = x.iter().sum::<f64>() / x.len().max(1) as f64;
    let squares: Vec<f64> = x.iter().map(|x| (x - mean).powi(2)).collect();
    if lags == 0 || squares.len() <= 2 * lags + 1 {
        return None;
    }
    let y = &squares[lags..];
    let past = (1..=lags).map(|k| squares[lags - k..squares.len() - k].to_vec());
    let columns: Vec<Vec<f64>> = std::iter::once(vec![1.0; y.len()]).chain(past).collect();
    let fit = Regression::new(&columns, y).ok()?;
    let statistic = y.len() as f64 * fit.r_squared(y)?.max(0.0);
    Some(Tested { statistic, p: chi_squared_tail(statistic, lags as f64)? })
}

/// How the order of assets by something known goes with the order of what they returned next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RankPersistence {
    /// The mean over all dates of Spearman's correlation across assets.
    pub correlation: f64,
    /// Its standard error, after Newey and West.
    pub error: f64,
    /// Its t statistic.
    pub t: Option<f64>,
    /// The two-sided p-value.
    pub p: Option<f64>,
    /// The share of the dates on which it was above zero.
    pub positive: f64,
    /// Dates.
    pub dates: usize,
}

/// Assets on a date below which an order tells nothing.
const ASSETS_MIN: usize = 4;

/// The persistence of an order: for each date the scores of assets, and what they returned over the `horizon` periods after it; `None` where
/// either is not known. Dates with fewer than four assets are left out.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] when fewer than twenty dates remain.
pub fn rank_persistence(
    dates: &[Vec<(Option<f64>, Option<f64>)>],
    horizon: usize,
) -> Result<RankPersistence> {
    let one = |assets: &Vec<(Option<f64>, Option<f64>)>| {
        let known = assets.iter().filter_map(|(score, next)| Some(((*score)?, (*next)?)));
        let (scores, next): (Vec<f64>, Vec<f64>) = known.unzip();
        (scores.len() >= ASSETS_MIN).then(|| spearman(&scores, &next)).flatten()
    };
    let each: Vec<f64> = dates.iter().filter_map(one).collect();
    if each.len() < 20 {
        return Err(Error::data(format!("an order of assets on {} dates", each.len()))
            .hint("give four assets or more, and twenty dates or more"));
    }
    let fit = Regression::new(&[vec![1.0; each.len()]], &each)
        .map_err(|error| Error::data(error.to_string()))?;
    let lags = lags_for(each.len()).max(horizon.saturating_sub(1));
    let own = fit.estimates(&fit.covariance_robust(lags))[0];
    let positive = each.iter().filter(|c| **c > 0.0).count() as f64 / each.len() as f64;
    Ok(RankPersistence {
        correlation: own.coefficient,
        error: own.error,
        t: own.t,
        p: own.p,
        positive,
        dates: each.len(),
    })
}

/// Spearman's correlation: Pearson's of the ranks, equal values sharing theirs. `None` where one does not vary.
fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    trimtab_math::moments::Comoments::of(&ranks(a), &ranks(b))?.correlation()
}

fn ranks(x: &[f64]) -> Vec<f64> {
    let rank = |own: &f64| {
        let below = x.iter().filter(|other| *other < own).count();
        let equal = x.iter().filter(|other| *other == own).count();
        below as f64 + (equal as f64 + 1.0) / 2.0
    };
    x.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by the generator of Knuth, as sums of twelve uniforms less six; the scale follows their own past.
    fn clustered(n: usize) -> Vec<f64> {
        let mut state = 11_u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 9_007_199_254_740_992.0
        };
        let mut last = 0.0_f64;
        (0..n)
            .map(|_| {
                let normal = (0..12).fold(0.0, |sum, _| sum + uniform()) - 6.0;
                last = 0.01 * normal * (0.4 + 0.5 * (last / 0.01).powi(2)).sqrt();
                last
            })
            .collect()
    }

    #[test]
    fn tests_of_clustering_are_those_of_statsmodels() {
        // statsmodels 0.15.0 on the same numbers: acorr_ljungbox and het_arch of x - mean(x).
        let x = clustered(500);
        let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
        let near = |found: Option<Tested>, statistic: f64, p: f64| {
            let found = found.unwrap();
            assert!((found.statistic / statistic - 1.0).abs() < 1e-9, "{found:?}");
            assert!((found.p - p).abs() <= 1e-9 * p.max(1e-3), "{found:?}");
        };
        near(ljung_box(&x, 10), 9.80460978348765, 0.45779968657174386);
        near(ljung_box(&squares, 10), 75.90603053470558, 3.169145368971454e-12);
        near(arch_test(&x, 5), 52.380324358905234, 4.507713133965125e-10);
        assert_eq!(ljung_box(&[1.0; 30], 5), None);
        assert_eq!(ljung_box(&x[..5], 5), None);
        assert_eq!(arch_test(&x[..11], 5), None);
    }

    #[test]
    fn orders_that_last_and_orders_that_turn() {
        let date = |t: usize, sign: f64| -> Vec<(Option<f64>, Option<f64>)> {
            let one = |k: usize| {
                let score = ((k * 7 + t) % 6) as f64;
                (Some(score), Some(sign * score + 0.1 * ((t * k) % 3) as f64))
            };
            (0..6).map(one).chain([(None, Some(1.0)), (Some(1.0), None)]).collect()
        };
        let dates = |sign| (0..40).map(|t| date(t, sign)).collect::<Vec<_>>();
        let lasting = rank_persistence(&dates(1.0), 1).unwrap();
        assert!(lasting.correlation > 0.9 && lasting.positive == 1.0 && lasting.dates == 40);
        let turning = rank_persistence(&dates(-1.0), 3).unwrap();
        assert!(turning.correlation < -0.9 && turning.positive == 0.0);
        assert!(rank_persistence(&dates(1.0)[..10], 1).is_err());
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[10.0, 100.0, 1000.0]), Some(1.0));
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
    }
}
