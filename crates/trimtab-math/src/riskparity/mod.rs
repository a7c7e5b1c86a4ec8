//! Weights from the covariance matrix alone: shares of risk, diversification, decorrelation.
//!
//! Letters: S the covariance matrix (n x n, symmetric), s_i = sqrt(S_ii) the deviations, C the
//! correlation matrix, x the weights, b the budgets. The contribution of i to the variance is
//! `x_i (S x)_i`; its share is that divided by `x' S x`, and the shares add up to one.

mod bounded;
mod budgeting;
mod budgets;
mod correlation;
mod descent;
mod diversification;
mod error;
mod inverse;
pub(crate) mod nonnegative;

pub use bounded::{BoundedRiskBudgeting, bounded_risk_budgeting};
pub use budgeting::{RiskBudgeting, equal_risk_contribution, risk_budgeting, risk_shares};
pub use budgets::group_budgets;
pub use correlation::{MinimumCorrelation, minimum_correlation, proportional_minimum_variance};
pub use diversification::{diversification_ratio, maximum_decorrelation, maximum_diversification};
pub use error::RiskParityError;
pub use inverse::{inverse_variance, inverse_volatility};
