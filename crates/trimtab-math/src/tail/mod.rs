//! Risk in the tail of a scenario panel, and the weights that minimise it.
//!
//! Letters: X the panel, T rows (scenarios, in order of time) of n returns; x the weights; the
//! loss of scenario t is `-(X x)_t`.

mod measures;

pub use measures::{
    conditional_drawdown_at_risk, conditional_value_at_risk, drawdowns, mean_absolute_deviation,
    semivariance,
};
