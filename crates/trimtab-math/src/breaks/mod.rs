//! Whether the law of a series has changed, and when.
//!
//! - [`cusum`] asks whether a regression's residuals wander further than chance, without naming a place;
//! - [`chow`] asks whether two parts that are named beforehand obey one regression;
//! - [`segments`] finds the places at which a given number of breaks fit best, and [`chosen`] how many there are by a criterion;
//! - [`sequential`] finds how many there are by tests of one break more.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod chow;
mod cusum;
mod segments;
mod sequential;

pub use chow::{Chow, chow};
pub use cusum::{Cusum, cusum};
pub use segments::{Criterion, Segments, SegmentsError, chosen, segments};
pub use sequential::{Level, NextBreak, Sequential, Trim, critical_value, sequential};
