//! Online portfolio selection: weights for the next period from the periods seen so far, and
//! weights over experts with bounds on regret.
//!
//! Letters: `x_t` the price relatives of period t (price at its end over price at its start, one
//! per series), b the weights, not negative, adding up to one. A rule holds what it remembers of
//! the past; [`OnlinePortfolio::weights`] are those for the period to come, so that no rule can see
//! it. Survey: Li, Hoi 2014, *Online portfolio selection: a survey*.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod anticor;
mod benchmark;
mod confidence;
mod error;
mod exponentiated;
mod hedge;
mod hindsight;
mod median;
mod moving_average;
mod newton_step;
mod passive_aggressive;
mod projection;
mod run;
mod universal;

pub use anticor::{Anticor, CompoundAnticor};
pub use benchmark::{BuyAndHold, ConstantRebalanced};
pub use confidence::{ConfidenceForm, ConfidenceWeighted};
pub use error::OnlineError;
pub use exponentiated::ExponentiatedGradient;
pub use hedge::{Hedge, HedgeRate};
pub use hindsight::{BestConstantRebalanced, best_constant_rebalanced, best_series};
pub use median::{RobustMedianReversion, geometric_median};
pub use moving_average::{MovingAverage, MovingAverageReversion};
pub use newton_step::OnlineNewtonStep;
pub use passive_aggressive::{Aggressiveness, PassiveAggressive};
pub use projection::project_onto_simplex;
pub use run::{Run, run, weights_after};
pub use universal::{Prior, Universal};

/// What a period brought.
#[derive(Clone, Copy, Debug)]
pub struct Period<'a> {
    relatives: &'a [f64],
    growth: f64,
}

impl<'a> Period<'a> {
    /// Relatives, and the growth of the portfolio over the period, after costs if there are any.
    ///
    /// # Errors
    /// [`OnlineError::Relative`], [`OnlineError::Growth`].
    pub fn new(relatives: &'a [f64], growth: f64) -> Result<Self, OnlineError> {
        let sound = |v: f64| v > 0.0 && v.is_finite();
        if let Some(index) = relatives.iter().position(|&x| !sound(x)) {
            return Err(OnlineError::Relative { index, value: relatives[index] });
        }
        if !sound(growth) {
            return Err(OnlineError::Growth { value: growth });
        }
        Ok(Self { relatives, growth })
    }

    /// Price relatives.
    #[must_use]
    pub fn relatives(&self) -> &'a [f64] {
        self.relatives
    }

    /// Growth of the portfolio.
    #[must_use]
    pub fn growth(&self) -> f64 {
        self.growth
    }

    fn of(&self, n: usize) -> Result<&'a [f64], OnlineError> {
        if self.relatives.len() == n {
            Ok(self.relatives)
        } else {
            Err(OnlineError::Length { len: self.relatives.len(), n })
        }
    }
}

/// A rule that learns from one period after the other.
pub trait OnlinePortfolio {
    /// Weights for the next period.
    fn weights(&self) -> &[f64];

    /// Takes note of a period.
    ///
    /// # Errors
    /// [`OnlineError::Length`] for a period of other width; what the rule itself says.
    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError>;
}

/// Uniform weights.
fn uniform(n: usize) -> Result<Vec<f64>, OnlineError> {
    if n == 0 { Err(OnlineError::Empty) } else { Ok(vec![1.0 / n as f64; n]) }
}

/// An error unless the parameter is finite and within the limits.
fn within(name: &'static str, value: f64, low: f64, high: f64) -> Result<f64, OnlineError> {
    if value.is_finite() && value >= low && value <= high {
        Ok(value)
    } else {
        Err(OnlineError::Parameter { name, value })
    }
}
