//! What chance explains of a Sharpe ratio: its standard error, the probability that it is real, and what remains of
//! the best of many trials.
//!
//! All Sharpe ratios here are per period, not annualised.
use trimtab_math::distributions::{normal_cdf, normal_quantile};

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// A Sharpe ratio with what its uncertainty depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharpeEstimate {
    /// Sharpe ratio of a period, S.
    pub sharpe: f64,
    /// Number of periods, n.
    pub n: f64,
    /// Skewness of the returns, g.
    pub skewness: f64,
    /// Excess kurtosis of the returns, k: 0 for a normal distribution.
    pub kurtosis_excess: f64,
}

impl SharpeEstimate {
    /// Standard error `sqrt((1 - g S + (k + 2)/4 S^2) / (n - 1))` (Bailey and Lopez de Prado 2012, eq. 5). `None` below
    /// two periods, or when the moments contradict each other and the variance comes out negative.
    pub fn error(&self) -> Option<f64> {
        (self.n > 1.0).then(|| (self.spread() / (self.n - 1.0)).sqrt()).filter(|e| e.is_finite())
    }

    /// Probabilistic Sharpe ratio: probability that the true Sharpe ratio is above `reference`,
    /// `Phi((S - reference) / se)` (eq. 9).
    pub fn probability_above(&self, reference: f64) -> Option<f64> {
        let error = self.error().filter(|e| *e > 0.0)?;
        Some(normal_cdf((self.sharpe - reference) / error))
    }

    /// Minimum track record length: the number of periods from which the probabilistic Sharpe ratio against `reference`
    /// reaches `confidence`, `1 + (1 - g S + (k + 2)/4 S^2) (z / (S - reference))^2` (eq. 11). `None` when S is not above
    /// the reference.
    pub fn track_record_min(&self, reference: f64, confidence: f64) -> Option<f64> {
        let z = normal_quantile(confidence)?;
        (self.sharpe > reference && self.spread() >= 0.0)
            .then(|| 1.0 + self.spread() * (z / (self.sharpe - reference)).powi(2))
    }

    /// Deflated Sharpe ratio: the probability that the true Sharpe ratio is above what the best of `trials` worthless
    /// strategies would show, `Phi((S - S0) / se)`, S0 = [`sharpe_expected_max`] (Bailey and Lopez de Prado 2014, eq. 2).
    ///
    /// `variance` is that of the Sharpe ratios of a period over the trials; `trials` their number, or the effective
    /// number of independent ones.
    pub fn deflated(&self, trials: f64, variance: f64) -> Option<f64> {
        self.probability_above(sharpe_expected_max(trials, variance)?)
    }

    fn spread(&self) -> f64 {
        1.0 - self.skewness * self.sharpe
            + (self.kurtosis_excess + 2.0) / 4.0 * self.sharpe * self.sharpe
    }
}

/// The Sharpe ratio that the best of `trials` independent strategies without skill is expected to show,
/// `sqrt(V) ((1 - c) Phi^-1(1 - 1/N) + c Phi^-1(1 - 1/(N e)))`, c Euler's constant, V the variance of the trials' Sharpe
/// ratios of a period, N their number. 0 for a single trial. `None` when `trials` < 1 or `variance` < 0.
///
/// Source: D. Bailey and M. Lopez de Prado (2014), The Deflated Sharpe Ratio, *Journal of Portfolio Management* 40(5),
/// eq. 1.
pub fn sharpe_expected_max(trials: f64, variance: f64) -> Option<f64> {
    if !(trials >= 1.0 && variance >= 0.0) {
        return None;
    }
    if trials == 1.0 {
        return Some(0.0);
    }
    let best = (1.0 - EULER) * normal_quantile(1.0 - 1.0 / trials)?
        + EULER * normal_quantile(1.0 - 1.0 / (trials * std::f64::consts::E))?;
    Some(variance.sqrt() * best)
}

/// Effective number of independent trials among `trials` with mean pairwise correlation `correlation`:
/// `c + (1 - c) N`.
///
/// Source: Bailey and Lopez de Prado (2014), appendix 3. `None` when `trials` < 1 or the correlation is outside 0..=1.
pub fn trials_effective(trials: f64, correlation: f64) -> Option<f64> {
    (trials >= 1.0 && (0.0..=1.0).contains(&correlation))
        .then_some(correlation + (1.0 - correlation) * trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64, tol: f64) {
        assert!((a.unwrap() - b).abs() <= tol, "{a:?} is not {b}");
    }

    fn estimate(sharpe: f64, n: f64, skewness: f64, kurtosis: f64) -> SharpeEstimate {
        SharpeEstimate { sharpe, n, skewness, kurtosis_excess: kurtosis - 3.0 }
    }

    #[test]
    fn the_examples_of_bailey_and_lopez_de_prado_2012() {
        near(estimate(0.7079, 134.0, -0.2250, 2.9570).error(), 0.1028, 5e-5);
        near(estimate(0.8183, 134.0, -1.4455, 7.0497).error(), 0.1550, 5e-5);
        near(estimate(0.458, 24.0, 0.0, 3.0).probability_above(0.0), 0.982, 5e-4);
        near(estimate(0.458, 24.0, -2.448, 10.164).probability_above(0.0), 0.913, 5e-4);
        let years = |e: SharpeEstimate| e.track_record_min(0.0, 0.95).map(|n| n / 12.0);
        near(years(estimate(0.7079, 134.0, -0.2250, 2.9570)), 0.7152, 5e-5);
        near(years(estimate(0.8183, 134.0, -1.4455, 7.0497)), 1.1593, 5e-5);
    }

    #[test]
    fn the_example_of_the_deflated_sharpe_ratio_2014() {
        // 100 trials, yearly variance 1/2, best yearly Sharpe ratio 2.5 over 1,250 days: p. 99-100 of the paper.
        let days = 250.0;
        let max = sharpe_expected_max(100.0, 0.5 / days).unwrap();
        near(Some(max), 0.1132, 5e-5);
        let best = estimate(2.5 / f64::sqrt(days), 1250.0, -3.0, 10.0);
        near(best.deflated(100.0, 0.5 / days), 0.9004, 5e-5);
        // With 46 independent trials the same record would have passed at 95 %.
        near(best.deflated(46.0, 0.5 / days), 0.9505, 5e-5);
    }

    #[test]
    fn one_trial_deflates_nothing() {
        let s = estimate(0.1, 500.0, -0.5, 5.0);
        assert_eq!(s.deflated(1.0, 0.3), s.probability_above(0.0));
        assert_eq!(sharpe_expected_max(0.5, 1.0), None);
        near(trials_effective(100.0, 0.0), 100.0, 0.0);
        near(trials_effective(100.0, 1.0), 1.0, 0.0);
        assert_eq!(trials_effective(10.0, 1.5), None);
    }

    #[test]
    fn no_length_proves_a_sharpe_ratio_below_the_reference() {
        assert_eq!(estimate(-0.1, 100.0, 0.0, 3.0).track_record_min(0.0, 0.95), None);
        assert_eq!(estimate(0.1, 1.0, 0.0, 3.0).error(), None);
    }

    #[test]
    fn the_minimum_track_record_reaches_its_confidence() {
        let s = estimate(0.15, 100.0, -0.7, 6.0);
        let n = s.track_record_min(0.02, 0.9).unwrap();
        near(SharpeEstimate { n, ..s }.probability_above(0.02), 0.9, 1e-12);
    }
}
