//! Risk in the tail of a scenario panel, and the weights that minimise it.
//!
//! Letters: X the panel, T rows (scenarios, in order of time) of n returns; x the weights; the
//! loss of scenario t is `-(X x)_t`.

mod drawdown;
mod error;
pub mod linear;
mod measures;
mod minimum;
mod semivariance;
mod set;

pub use drawdown::{minimum_conditional_drawdown_at_risk, minimum_maximum_drawdown};
pub use error::TailError;
pub use measures::{
    conditional_drawdown_at_risk, conditional_value_at_risk, drawdowns, mean_absolute_deviation,
    semivariance,
};
pub use minimum::{
    TailMinimum, minimum_conditional_value_at_risk, minimum_mean_absolute_deviation,
    minimum_worst_loss,
};
pub use semivariance::minimum_semivariance;
pub use set::{Feasible, LinearRow};

/// What other kernels on scenario panels share.
pub(crate) mod scenario {
    pub(crate) use super::semivariance::{constraints, least_linear, stalled};
    pub(crate) use super::set::Panel;
}
