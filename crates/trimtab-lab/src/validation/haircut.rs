//! The haircut Sharpe ratio: what is left of one when its p-value is corrected for the number of tests.
//!
//! `t = S sqrt(T)`, `p = P(|t_{T-1}| > t)`; the corrected p ([`Correction`]) becomes a t again, and that a Sharpe ratio.
//!
//! Source: C. Harvey and Y. Liu (2015), Backtesting, *Journal of Portfolio Management* 42(1).
use trimtab_math::distributions::{student_t_quantile, student_t_tails};
use trimtab_math::multiple::{Correction, corrected};

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
    let p = |s: &f64| student_t_tails(s * root, freedom);
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
