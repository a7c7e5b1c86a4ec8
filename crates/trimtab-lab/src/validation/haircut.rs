//! The haircut Sharpe ratio: what is left of one when its p-value is corrected for the number of tests.
//!
//! `t = S sqrt(T)`, `p = P(|t_{T-1}| > t)`; the corrected p becomes a t again, and that a Sharpe ratio:
//!
//! * Bonferroni: `min(M p, 1)`;
//! * Holm: over the p-values in ascending order `max_{j<=i} min((M - j + 1) p_(j), 1)`;
//! * Benjamini, Hochberg and Yekutieli (BHY): from the largest down
//!   `min_{j>=i} min(M c(M) / j p_(j), 1)`, `c(M) = sum 1/j`; it controls the share of false discoveries and holds under
//!   any dependence.
//!
//! Source: C. Harvey and Y. Liu (2015), Backtesting, *Journal of Portfolio Management* 42(1).
use trimtab_math::distributions::{student_t_cdf, student_t_quantile};

/// How p-values are corrected for their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// Bonferroni.
    Bonferroni,
    /// Holm.
    Holm,
    /// Benjamini, Hochberg and Yekutieli.
    Bhy,
}

/// One Sharpe ratio after the correction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Haircut {
    /// The Sharpe ratio of a period as given.
    pub sharpe: f64,
    /// Its own two-sided p-value.
    pub p: f64,
    /// The corrected one.
    pub p_corrected: f64,
    /// The Sharpe ratio of a period that has the corrected p-value by itself, with the sign of the given one.
    pub sharpe_left: f64,
}

impl Haircut {
    /// The fraction that was cut off; 0 for a Sharpe ratio of 0.
    pub fn cut(&self) -> f64 {
        if self.sharpe == 0.0 { 0.0 } else { 1.0 - self.sharpe_left / self.sharpe }
    }
}

/// Corrects the Sharpe ratios of a period of M tests over `periods` periods each, in the order given.
///
/// A single ratio out of M tests whose other results are unknown: [`Correction::Bonferroni`] with `tests` = M. The
/// others need all the ratios; for them, and as a rule, `tests` is their number.
///
/// `None` for fewer than two periods, a ratio that is not finite, or fewer tests than ratios.
pub fn haircuts(
    sharpes: &[f64],
    periods: usize,
    tests: usize,
    correction: Correction,
) -> Option<Vec<Haircut>> {
    if periods < 2 || tests < sharpes.len() || sharpes.iter().any(|s| !s.is_finite()) {
        return None;
    }
    let (root, freedom) = ((periods as f64).sqrt(), (periods - 1) as f64);
    let p = |s: &f64| Some((2.0 * student_t_cdf(-(s * root).abs(), freedom)?).min(1.0));
    let own: Vec<f64> = sharpes.iter().map(p).collect::<Option<_>>()?;
    let corrected = corrected(&own, tests, correction);
    let back = |((sharpe, p), p_corrected): ((&f64, f64), f64)| {
        // A p-value below what a float holds cannot be inverted, and needs no haircut.
        let left = match student_t_quantile(p_corrected / 2.0, freedom) {
            Some(t) => (-t / root).min(sharpe.abs()),
            None => sharpe.abs(),
        };
        Haircut { sharpe: *sharpe, p, p_corrected, sharpe_left: left.copysign(*sharpe) }
    };
    Some(sharpes.iter().zip(own.iter().copied()).zip(corrected).map(back).collect())
}

fn corrected(p: &[f64], tests: usize, correction: Correction) -> Vec<f64> {
    let m = tests as f64;
    let mut ascending: Vec<usize> = (0..p.len()).collect();
    ascending.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut out = vec![0.0; p.len()];
    match correction {
        Correction::Bonferroni => out.iter_mut().zip(p).for_each(|(o, p)| *o = (m * p).min(1.0)),
        Correction::Holm => {
            let mut highest = 0.0_f64;
            for (j, &k) in ascending.iter().enumerate() {
                highest = highest.max(((m - j as f64) * p[k]).min(1.0));
                out[k] = highest;
            }
        }
        Correction::Bhy => {
            let c: f64 = (1..=tests).map(|j| 1.0 / j as f64).sum();
            let mut lowest = 1.0_f64;
            for (j, &k) in ascending.iter().enumerate().rev() {
                lowest = lowest.min((m * c / (j + 1) as f64 * p[k]).min(1.0));
                out[k] = lowest;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_harvey_and_liu() {
        // Their program's sample output: 120 months, a yearly Sharpe ratio of 1.0 that autocorrelation of 0.1 takes
        // down to 0.912, 100 tests. Bonferroni: p 0.465, Sharpe ratio 0.232. The input has three digits, so p has two.
        let month = 0.912 / 12.0_f64.sqrt();
        let cut = haircuts(&[month], 120, 100, Correction::Bonferroni).unwrap()[0];
        assert!((cut.p_corrected - 0.465).abs() < 2e-3, "{}", cut.p_corrected);
        assert!((cut.sharpe_left * 12.0_f64.sqrt() - 0.232).abs() < 1e-3, "{}", cut.sharpe_left);
    }

    #[test]
    fn corrections_by_hand() {
        // The six p-values of Harvey and Liu (2015): 0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06, and M = 6.
        let p = [0.009, 0.005, 0.0128, 0.06, 0.0135, 0.045];
        let near = |correction, expected: [f64; 6]| {
            for (a, b) in corrected(&p, 6, correction).into_iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{correction:?} {a} {b}");
            }
        };
        near(Correction::Bonferroni, [0.054, 0.03, 0.0768, 0.36, 0.081, 0.27]);
        near(Correction::Holm, [0.045, 0.03, 0.0512, 0.09, 0.0512, 0.09]);
        // c(6) = 2.45: 6 c / j p = 0.0735, 0.06615, 0.06272, 0.0496125, 0.1323, 0.147, then the lowest from the right.
        near(Correction::Bhy, [0.049_612_5, 0.049_612_5, 0.049_612_5, 0.147, 0.049_612_5, 0.1323]);
    }

    #[test]
    fn losses_stay_losses_and_nonsense_is_none() {
        let cut = haircuts(&[-0.2, 0.0, 3.0], 200, 3, Correction::Holm).unwrap();
        assert!(cut[0].sharpe_left < 0.0 && cut[0].sharpe_left > -0.2);
        assert_eq!((cut[1].cut(), cut[1].p), (0.0, 1.0));
        assert!(cut[2].sharpe_left <= 3.0 && cut[2].sharpe_left > 2.5, "{:?}", cut[2]);
        assert_eq!(haircuts(&[0.1], 1, 1, Correction::Bhy), None);
        assert_eq!(haircuts(&[0.1, 0.2], 100, 1, Correction::Bhy), None);
        assert_eq!(haircuts(&[f64::NAN], 100, 1, Correction::Bhy), None);
    }
}
