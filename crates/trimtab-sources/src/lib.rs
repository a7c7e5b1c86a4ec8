//! Edge: sources on the network to the local store, and nothing that is doubtful gets into it.
//!
//! [`fetch`] asks one source for names and spans that the [store](trimtab_data::store) does not have, and writes what
//! comes back, name by name. A [`Source`] knows its addresses and how to read its answers; the [`Client`] knows when to
//! wait, when to try again and when to stop; `merge` holds every answer against the rows that are there already.
//!
//! An answer is refused as a whole when it is no data (a page, a note, half a file), when a field is missing or of
//! another kind, when dates are out of order or stand there twice, when it has rows that were not asked for, and when it
//! does not fit what the store has. What is refused is reported with its reason; the store stays as it was.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
mod client;
mod fetch;
mod merge;
mod settings;
mod source;
mod sources;
mod zip;

pub use client::{Client, Limits};
pub use fetch::{Fetched, Job, Outcome, Report, fetch};
pub use merge::Difference;
pub use settings::{Secret, Settings};
pub use source::{Ask, Get, Request, Source, Stop, Verdict};
pub use sources::{SOURCES, find};
