//! The researcher's budget: how much of a result is spent on having tried so often.
use serde::Serialize;
use trimtab_math::moments::Moments;

use super::{Among, deflated_among};

/// What all that was tried of a strategy leaves of one result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Budget {
    /// Distinct configurations that were tried on these data, this one among them.
    pub trials: usize,
    /// The same on other data; told, and not counted.
    pub elsewhere: usize,
    /// Mean correlation of the trials; 0 where it is unknown, which counts each of them in full.
    pub correlation: f64,
    /// The effective number of independent trials, `c + (1 - c) N`.
    pub trials_effective: f64,
    /// The yearly Sharpe ratio that the best of them would show without skill.
    pub sharpe_expected_max: f64,
    /// The deflated Sharpe ratio: the probability that the true one is above that.
    pub deflated: f64,
}

impl Budget {
    /// The budget of a result: `own` are its returns above cash, `sharpes` those of the trials that can be compared with it, of a
    /// period, and `correlation` their mean. None when `own` does not vary.
    pub fn of(
        own: &[f64],
        (trials, elsewhere): (usize, usize),
        sharpes: &[f64],
        correlation: Option<f64>,
        per_year: f64,
    ) -> Option<Self> {
        // One trial has no variance over trials, and none is needed to deflate by one.
        let variance = Moments::of(sharpes).and_then(|m| m.variance()).unwrap_or(0.0);
        let among =
            Among { trials: trials.max(1), correlation: correlation.unwrap_or(0.0), variance };
        let found = deflated_among(own, &among)?;
        Some(Self {
            trials: found.trials,
            elsewhere,
            correlation: found.correlation,
            trials_effective: found.trials_effective,
            sharpe_expected_max: found.expected_max * per_year.sqrt(),
            deflated: found.probability,
        })
    }

    /// The line of a report.
    pub fn words(&self) -> String {
        let others = match self.elsewhere {
            0 => String::new(),
            n => format!(" ({n} more on other data)"),
        };
        let trials = match self.trials {
            1 => "1 trial of this strategy on these data".to_owned(),
            n => format!("{n} trials of this strategy on these data"),
        };
        format!(
            "{trials}{others}, effective {:.1}; deflated Sharpe ratio {:.2}: the probability that the true one is above {:.2} a year, \
             which the best of so many would show without skill",
            self.trials_effective, self.deflated, self.sharpe_expected_max
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns of mean `edge` and deviation 1, symmetric, without tails beyond.
    fn own(edge: f64) -> Vec<f64> {
        (0..1_000).map(|t| edge + if t % 2 == 0 { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn the_more_was_tried_the_less_is_left() {
        let of = |trials, correlation| {
            let sharpes = [-0.05, 0.0, 0.05, 0.08];
            Budget::of(&own(0.08), (trials, 0), &sharpes, correlation, 252.0).unwrap()
        };
        let (few, many, alike) = (of(4, None), of(400, None), of(400, Some(0.99)));
        assert!(few.deflated > many.deflated && alike.deflated > many.deflated);
        assert_eq!((many.trials_effective, many.correlation), (400.0, 0.0));
        assert!((alike.trials_effective - (0.99 + 0.01 * 400.0)).abs() < 1e-12);
        assert!(
            many.words().starts_with("400 trials of this strategy on these data, effective 400.0")
        );
    }

    #[test]
    fn a_first_trial_pays_nothing() {
        let found = Budget::of(&own(0.05), (1, 3), &[0.05], None, 252.0).unwrap();
        assert_eq!((found.sharpe_expected_max, found.trials_effective), (0.0, 1.0));
        // Phi(S sqrt(n - 1) / sqrt(1 + (k + 2)/4 S^2)) with k = -2, as for two values: Phi(S sqrt(n - 1)).
        let z = 0.05 / (1_000.0_f64 / 999.0).sqrt() * 999.0_f64.sqrt();
        assert!((found.deflated - trimtab_math::distributions::normal_cdf(z)).abs() < 2e-3);
        assert!(
            found.words().contains("1 trial of this strategy on these data (3 more on other data)")
        );
        assert_eq!(Budget::of(&[0.1; 50], (1, 0), &[], None, 252.0), None);
    }
}
