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
    let among = Among {
        trials: trials.count(),
        correlation: trials.correlation_mean().unwrap_or(0.0),
        variance: Moments::of(&trials.sharpes())?.variance().unwrap_or(0.0),
    };
    deflated_among(&own, &among)
}

/// What is known of all trials, where not all of their returns are at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Among {
    /// N.
    pub trials: usize,
    /// Their mean correlation, c; below zero it counts as zero.
    pub correlation: f64,
    /// Variance of their Sharpe ratios of a period.
    pub variance: f64,
}

/// Deflates the Sharpe ratio of `own`, returns above the risk-free rate, for having been one of many trials. `None` when it
/// does not vary.
pub fn deflated_among(own: &[f64], among: &Among) -> Option<Deflated> {
    let moments = Moments::of(own)?;
    let deviation = moments.deviation().filter(|d| *d > 0.0)?;
    let estimate = SharpeEstimate {
        sharpe: moments.mean / deviation,
        n: own.len() as f64,
        skewness: moments.skewness()?,
        kurtosis_excess: moments.kurtosis_excess()?,
    };
    let correlation = among.correlation.clamp(0.0, 1.0);
    let effective = trials_effective(among.trials as f64, correlation)?;
    Some(Deflated {
        sharpe: estimate.sharpe,
        trials: among.trials,
        correlation,
        trials_effective: effective,
        variance: among.variance,
        expected_max: sharpe_expected_max(effective, among.variance)?,
        probability: estimate.deflated(effective, among.variance)?,
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
