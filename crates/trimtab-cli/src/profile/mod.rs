//! From a questionnaire to a strategy file.
mod plan;
mod questions;

pub(crate) use plan::{Funds, Plan};
pub(crate) use questions::{Sheet, goal};
