//! Returns of an account with deposits and withdrawals.
//!
//! The *money-weighted* return is the rate that the owner earned on his money, timing of deposits included; the
//! *time-weighted* return is that of the strategy, whatever the owner put in when. They answer different questions and
//! differ whenever flows do.
mod money_weighted;
mod time_weighted;

pub use money_weighted::{DAYS_A_YEAR, Flow, money_weighted, present_value};
pub use time_weighted::{FlowTime, Valuation, modified_dietz, time_weighted};
