//! Edge: the ledger of everything that was tried.
//!
//! Whoever tries often enough finds something that looks good. So every configuration that is evaluated is written into one
//! SQLite file: which rules, which numbers, which data, which span, and what came of it. Nobody has to admit how often he
//! tried, and nobody has to remember.
//!
//! | word | meaning |
//! |---|---|
//! | study | a strategy without its numbers ([`shape`]), on data of one content hash |
//! | configuration | the same with its numbers, its schedule, execution and costs, over one span ([`configuration`]) |
//! | trial | a configuration, evaluated by one version of the engine with one set of options |
//!
//! A study's number of trials is that of its distinct configurations: what is repeated is not counted twice.
//!
//! Figures are kept of every trial. Returns are kept of every trial that is recorded alone, and of the [`CURVES`] with the
//! smallest configuration among those that are recorded together. As configurations are hashes, these are an even sample; and the
//! smallest of all that are kept are an even sample of the whole study, whatever was recorded in which order.
//!
//! Several processes may write at once: each transaction waits for its turn, and what was committed survives the death
//! of the process. The file is a plain SQLite database with a rollback journal, for anyone to look into.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod curve;
mod name;
mod recorder;
mod research;
mod schema;
mod store;
mod study;
mod transfer;

pub use curve::Curve;
pub use name::{Name, configuration, shape};
pub use recorder::{Recorder, SetFigures, Sets};
pub use research::{How, Keep, Keeper, On, Research, Researched, chosen, usual};
pub use store::{Asked, Entry, Ledger, StudyEntry, Trial, location};
pub use study::{Tried, effective};

/// Trials of one transaction, and of one question, whose returns are kept or read: the standard error of a mean correlation over so many is
/// below a hundredth for returns of any length, and they take about 4 MB for twenty years of days.
pub const CURVES: usize = 256;
