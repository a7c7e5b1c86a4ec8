use super::{OnlineError, OnlinePortfolio, Period, uniform};
use crate::symmetric::dot;

/// Buy and hold: the weights drift with the prices, `b_i x_i / b'x`. Nothing is ever traded after
/// the first period.
#[derive(Clone, Debug)]
pub struct BuyAndHold {
    weights: Vec<f64>,
}

impl BuyAndHold {
    /// Equal parts of n series ("the market").
    ///
    /// # Errors
    /// [`OnlineError::Empty`].
    pub fn uniform(n: usize) -> Result<Self, OnlineError> {
        Ok(Self { weights: uniform(n)? })
    }
}

impl OnlinePortfolio for BuyAndHold {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let growth = dot(&self.weights, x);
        for (b, x) in self.weights.iter_mut().zip(x) {
            *b *= x / growth;
        }
        Ok(())
    }
}

/// Constantly rebalanced portfolio: the same weights at the start of every period.
#[derive(Clone, Debug)]
pub struct ConstantRebalanced {
    weights: Vec<f64>,
}

impl ConstantRebalanced {
    /// Equal parts of n series.
    ///
    /// # Errors
    /// [`OnlineError::Empty`].
    pub fn uniform(n: usize) -> Result<Self, OnlineError> {
        Ok(Self { weights: uniform(n)? })
    }

    /// These weights, divided by their sum.
    ///
    /// # Errors
    /// [`OnlineError::Empty`]; [`OnlineError::Parameter`] for a weight that is negative or not a
    /// number, or weights without a sum.
    pub fn new(weights: &[f64]) -> Result<Self, OnlineError> {
        let sum: f64 = weights.iter().sum();
        if weights.is_empty() {
            return Err(OnlineError::Empty);
        }
        for &value in weights.iter().chain([&sum]) {
            super::within("weight", value, 0.0, f64::MAX)?;
        }
        super::within("sum of weights", sum, f64::MIN_POSITIVE, f64::MAX)?;
        Ok(Self { weights: weights.iter().map(|w| w / sum).collect() })
    }
}

impl OnlinePortfolio for ConstantRebalanced {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        period.of(self.weights.len()).map(|_| ())
    }
}
