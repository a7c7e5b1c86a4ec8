//! The deflated Sharpe ratio of one of many trials, with the number of trials and their correlation taken from the
//! trials themselves.
//!
//! `DSR = PSR(S0)`, S0 the expected maximum of M Sharpe ratios without skill whose variance is that over the trials
//! ([`crate::inference::sharpe_expected_max`]), M the effective number of trials `c + (1 - c) N`, c their mean
//! correlation ([`crate::inference::trials_effective`]).
//!
//! Source: D. Bailey and M. Lopez de Prado (2014), The Deflated Sharpe Ratio, *Journal of Portfolio Management* 40(5),
//! eq. 1, 2 and appendix 3.
use trimtab_math::moments::Moments;

use super::Trials;
use crate::inference::{SharpeEstimate, sharpe_expected_max, trials_effective};

/// A Sharpe ratio and what remains of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deflated {
    /// Sharpe ratio of a period of the trial.
    pub sharpe: f64,
    /// N.
    pub trials: usize,
    /// Mean correlation of the trials, c; below zero it counts as zero.
    pub correlation: f64,
    /// M.
    pub trials_effective: f64,
    /// Variance of the Sharpe ratios over the trials.
    pub variance: f64,
    /// S0.
    pub expected_max: f64,
    /// DSR: the probability that the true Sharpe ratio is above S0.
    pub probability: f64,
}

/// Deflates the Sharpe ratio of trial `chosen`; the trials are returns above the risk-free rate. `None` when there is
/// no such trial, or it does not vary.
pub fn deflated(trials: &Trials, chosen: usize) -> Option<Deflated> {
    if chosen >= trials.count() {
        return None;
    }
    let own: Vec<f64> = trials.trial(chosen).collect();
    let moments = Moments::of(&own)?;
    let deviation = moments.deviation().filter(|d| *d > 0.0)?;
    let estimate = SharpeEstimate {
        sharpe: moments.mean / deviation,
        n: own.len() as f64,
        skewness: moments.skewness()?,
        kurtosis_excess: moments.kurtosis_excess()?,
    };
    let correlation = trials.correlation_mean().unwrap_or(0.0).clamp(0.0, 1.0);
    let effective = trials_effective(trials.count() as f64, correlation)?;
    let sharpes = trials.sharpes();
    let variance = Moments::of(&sharpes)?.variance().unwrap_or(0.0);
    Some(Deflated {
        sharpe: estimate.sharpe,
        trials: trials.count(),
        correlation,
        trials_effective: effective,
        variance,
        expected_max: sharpe_expected_max(effective, variance)?,
        probability: estimate.deflated(effective, variance)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Dice;

    fn column(seed: u64, common: f64, edge: f64) -> Vec<f64> {
        let (mut market, mut own) = (Dice::new(1, 0), Dice::new(2, seed));
        let step =
            |_| edge + common * market.normal() + (1.0 - common * common).sqrt() * own.normal();
        (0..800).map(step).collect()
    }

    #[test]
    fn more_and_less_alike_trials_deflate_more() {
        let probability = |count: u64, common: f64| {
            let columns: Vec<_> =
                (0..count).map(|j| column(j, common, if j == 0 { 0.08 } else { 0.0 })).collect();
            deflated(&Trials::new(&columns).unwrap(), 0).unwrap()
        };
        let (few, many, alike) =
            (probability(4, 0.0), probability(100, 0.0), probability(100, 0.95));
        assert!(many.expected_max > few.expected_max);
        assert!((alike.correlation - 0.9025).abs() < 0.02, "{}", alike.correlation);
        assert!(alike.trials_effective < 0.15 * many.trials_effective);
        assert!(alike.expected_max < many.expected_max);
    }

    #[test]
    fn a_single_trial_is_the_probabilistic_sharpe_ratio() {
        let one = column(5, 0.0, 0.05);
        let found = deflated(&Trials::new(std::slice::from_ref(&one)).unwrap(), 0).unwrap();
        let moments = Moments::of(&one).unwrap();
        let estimate = SharpeEstimate {
            sharpe: moments.mean / moments.deviation().unwrap(),
            n: 800.0,
            skewness: moments.skewness().unwrap(),
            kurtosis_excess: moments.kurtosis_excess().unwrap(),
        };
        assert_eq!(Some(found.probability), estimate.probability_above(0.0));
        assert_eq!(deflated(&Trials::new(&[vec![0.1; 30]]).unwrap(), 0), None);
        assert_eq!(deflated(&Trials::new(&[one]).unwrap(), 1), None);
    }
}
