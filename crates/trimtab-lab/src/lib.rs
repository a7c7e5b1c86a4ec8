//! What a run left behind, measured.
//!
//! A [`Record`] is the run as plain slices: dates, returns, perhaps a benchmark, and the risk-free rate. [`Prepared`]
//! computes once what many metrics share. [`metrics`] is the registry: every number has a key, a unit, a direction
//! and the convention it follows, and is `None` where it is undefined. [`MetricSet`] is the whole list, ready to print
//! or to serialise. [`tables`] and [`rolling`] hold what is not one number, [`flows`] the returns of an account with
//! deposits and withdrawals, [`inference`] what chance explains, [`sweep`] many sets of parameters, [`rosetta`] what
//! other tools would print for the same run, [`behaviour`] how a run fared in each kind of market, [`tearsheet`] all of
//! it as one page, [`profile`] how much risk suits a person.
//! [`releases`] says what came out of the economy and what is due.
//! [`exposure`] names the bets in a run that nobody named, [`factors`] says which factors mattered, [`persistence`] whether momentum, value and
//! volatility last.
//! [`validation`] says how much of a result is luck, [`robustness`] what is left of it in other circumstances,
//! [`markets`] makes markets that could have been.
//!
//! Nothing here reads a file or a clock, chance comes from a seed handed in, and no NaN leaves it.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod behaviour;
pub mod chart;
pub mod comparison;
pub mod exposure;
pub mod factors;
pub mod figures;
pub mod flows;
pub mod inference;
pub mod insurance;
pub mod interaction;
pub mod landscape;
pub mod markets;
pub mod metrics;
pub mod page;
pub mod persistence;
mod prepared;
pub mod profile;
mod record;
pub mod releases;
mod report;
pub mod robustness;
pub mod rolling;
pub mod rosetta;
pub mod search;
pub mod sweep;
pub mod tables;
pub mod tearsheet;
pub mod trading;
pub mod validation;
pub mod variations;
pub mod words;

pub use prepared::{Episode, Months, Path, Prepared, Side, Signs, Span, Versus};
pub use record::{Record, RiskFree};
pub use report::{MetricSet, MetricValue, RunFacts};
