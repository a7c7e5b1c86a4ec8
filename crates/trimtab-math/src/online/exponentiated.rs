use super::{OnlineError, OnlinePortfolio, Period, uniform, within};
use crate::symmetric::dot;

/// Exponentiated gradient: `b_i exp(eta x_i / b'x)`, normalised (Helmbold, Schapire, Singer,
/// Warmuth 1998, *On-line portfolio selection using multiplicative updates*, eq. 3). The paper's
/// eta is 0.05.
#[derive(Clone, Debug)]
pub struct ExponentiatedGradient {
    rate: f64,
    weights: Vec<f64>,
}

impl ExponentiatedGradient {
    /// From equal weights, with learning rate `rate`, eta.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`] for a rate that is negative or above 100.
    pub fn new(n: usize, rate: f64) -> Result<Self, OnlineError> {
        Ok(Self { rate: within("learning rate", rate, 0.0, 100.0)?, weights: uniform(n)? })
    }
}

impl OnlinePortfolio for ExponentiatedGradient {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let growth = dot(&self.weights, x);
        // Relative to the best series no exponential can overflow.
        let best = x.iter().copied().fold(0.0, f64::max);
        for (b, x) in self.weights.iter_mut().zip(x) {
            *b *= libm::exp(self.rate * ((x - best) / growth));
        }
        let sum: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|b| *b /= sum);
        Ok(())
    }
}
