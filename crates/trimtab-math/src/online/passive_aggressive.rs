use super::{OnlineError, OnlinePortfolio, Period, project_onto_simplex, uniform, within};
use crate::symmetric::dot;

/// How a loss that cannot be met at once is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggressiveness {
    /// PAMR: whatever step it takes.
    Hard,
    /// PAMR-1: a step of at most C.
    Capped(f64),
    /// PAMR-2: a squared loss at price C, which adds `1 / (2 C)` to the denominator.
    Squared(f64),
}

/// Passive aggressive mean reversion (Li, Zhao, Hoi, Gopalkrishnan 2012, *PAMR: passive aggressive
/// mean reversion strategy for portfolio selection*, prop. 1 to 3): where the last period grew by
/// more than `threshold`, epsilon, the weights move against it,
/// `b - tau (x - mean x)`, `tau = max(0, growth - epsilon) / |x - mean x|^2`, onto the simplex.
///
/// The growth is the one the period is learnt with: after costs, if those are given.
#[derive(Clone, Debug)]
pub struct PassiveAggressive {
    threshold: f64,
    aggressiveness: Aggressiveness,
    /// Kept where all relatives are the same and say nothing.
    step: f64,
    weights: Vec<f64>,
}

impl PassiveAggressive {
    /// From equal weights.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(
        n: usize,
        threshold: f64,
        aggressiveness: Aggressiveness,
    ) -> Result<Self, OnlineError> {
        within("threshold", threshold, 0.0, 1e6)?;
        if let Aggressiveness::Capped(c) | Aggressiveness::Squared(c) = aggressiveness {
            within("aggressiveness", c, f64::MIN_POSITIVE, f64::MAX)?;
        }
        Ok(Self { threshold, aggressiveness, step: 0.0, weights: uniform(n)? })
    }
}

impl OnlinePortfolio for PassiveAggressive {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let apart: Vec<f64> = x.iter().map(|x| x - mean).collect();
        let slack = match self.aggressiveness {
            Aggressiveness::Squared(c) => 0.5 / c,
            _ => 0.0,
        };
        let denominator = dot(&apart, &apart) + slack;
        if denominator > 0.0 {
            self.step = ((period.growth() - self.threshold) / denominator).max(0.0);
        }
        if let Aggressiveness::Capped(c) = self.aggressiveness {
            self.step = self.step.min(c);
        }
        let moved: Vec<f64> =
            self.weights.iter().zip(&apart).map(|(b, a)| b - self.step * a).collect();
        self.weights = project_onto_simplex(&moved);
        Ok(())
    }
}
