//! What the store knows of one thing from one source.
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kinds of things in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Prices as traded with dividends and splits.
    Prices,
    /// Total-return levels: closes with dividends and splits folded in.
    Adjusted,
    /// Readings by date, of one revision.
    Readings,
    /// Readings with the day on which each became known.
    Facts,
    /// A table of former tickers, delistings, fund rules and proxies, as text.
    Meta,
    /// A table of corporate actions, as text.
    Actions,
    /// A table of who belonged to an index when, as text.
    Members,
}

impl What {
    /// Whether it is kept as the text it came as.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, What::Meta | What::Actions | What::Members)
    }

    /// Whether it is prices of some kind.
    pub fn is_prices(self) -> bool {
        matches!(self, What::Prices | What::Adjusted)
    }

    /// Its word in lists.
    pub fn word(self) -> &'static str {
        match self {
            What::Prices => "prices",
            What::Adjusted => "adjusted",
            What::Readings => "readings",
            What::Facts => "facts",
            What::Meta => "meta",
            What::Actions => "actions",
            What::Members => "members",
        }
    }
}

/// What one entry is about. The same name from two sources is two entries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Which kind of thing.
    pub what: What,
    /// The symbol or the series.
    pub name: String,
    /// Who said it.
    pub source: String,
}

impl Key {
    /// A key.
    pub fn new(what: What, name: impl Into<String>, source: impl Into<String>) -> Self {
        Self { what, name: name.into(), source: source.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {})", self.name, self.what.word(), self.source)
    }
}

/// One file of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The hash of its bytes, which is its name.
    pub object: String,
    /// How many rows; 0 for a text.
    pub rows: usize,
    /// The first date, or the first day of becoming known.
    pub first: Option<Date>,
    /// The last one.
    pub last: Option<Date>,
}

/// What holds of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about.
    #[serde(flatten)]
    pub key: Key,
    /// Its rows in order; none when it was taken out.
    pub parts: Vec<Part>,
    /// The last day that the source was asked about: what lies up to it need not be asked again.
    pub asked: Option<Date>,
}

impl Entry {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }
    /// The first date.
    pub fn first(&self) -> Option<Date> {
        self.parts.first().and_then(|part| part.first)
    }
    /// The last date.
    pub fn last(&self) -> Option<Date> {
        self.parts.last().and_then(|part| part.last)
    }
}
