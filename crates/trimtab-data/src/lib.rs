//! Edge: files become a [`Market`](trimtab_core::Market), and nothing that was doubtful goes unsaid.
//!
//! [`load`] reads folders of per-symbol files, wide and long tables, CSV or Parquet, gzipped or not, and says
//! in its log what it assumed, repaired and lost. Rows that make no sense are refused by file and line;
//! a [`Repairs`] names the rules that may mend them. [`check`] is the same door held open: it reads
//! everything, refuses nothing, and reports what looks wrong. [`embedded`] is the history that ships with the
//! program. [`export`] writes a market back to files.
//!
//! The road of a file: bytes → `file` (gunzip, name) → `table` (header and cells) → `layout` (whose
//! header is it, what do the prices mean) → `history` (one symbol's rows) → `clean` (faults and repairs) →
//! `prices` (raw prices and corporate actions) → `assemble` (the market).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::float_cmp_const))]

mod actions;
mod adjusted;
mod assemble;
mod clean;
mod csv;
mod dates;
mod embedded;
mod export;
mod fault;
mod file;
mod hash;
mod history;
mod input;
mod layout;
mod load;
mod members;
mod merge;
mod meta;
mod notice;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "parquet_absent.rs"]
mod parquet;
mod prices;
mod proxy;
mod quality;
mod ratio;
mod releases;
mod repair;
mod series;
mod sessions;
pub mod store;
mod table;
#[cfg(feature = "parquet")]
mod tabular;

pub use embedded::{caveat, embedded, factors, provenance};
pub use export::{Format, export};
pub use hash::ContentHash;
pub use input::StoreRead;
pub use layout::Vendor;
pub use load::{FileRead, Loaded, Options, load, load_bytes, parse_bytes};
pub use notice::{Notice, NoticeKind};
pub use quality::{Finding, RULES, Report, Rule, Severity, check, check_bytes};
pub use repair::{Keep, REPAIRS, Repairs};
pub use series::{BILLS, EXPECTATION, SeriesFile};
#[cfg(feature = "parquet")]
pub use tabular::parquet as table_as_parquet;
