//! `trimtab study`: questions to the data, not to a strategy.
use crate::args::Study;
use crate::inquiry::{factors, persistence};
use crate::say::Outcome;

/// Runs the study.
pub(crate) fn run(study: &Study) -> Outcome {
    match study {
        Study::Factors(args) => factors::run(args),
        Study::Persistence(args) => persistence::run(args),
    }
}
