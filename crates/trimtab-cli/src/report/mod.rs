//! A study as text for people, as JSON for programs, as files for later.
pub(crate) mod compare;
pub(crate) mod files;
pub(crate) mod json;
pub(crate) mod page;
pub(crate) mod scrutiny;
mod styles;
pub(crate) mod table;

/// Said once on every report.
pub(crate) const DISCLAIMER: &str =
    "General information, not advice. What was earned in the past is not what will be earned.";
