//! The rules by which bad rows may be mended, each named by the caller and each logged when it acts.
use std::fmt;
use std::str::FromStr;

use trimtab_core::{Error, Kind, Result};

use crate::fault::What;

/// Which repairs are allowed. None is by default: bad rows are refused.
///
/// Written as a list, `carry=5,sort`, or given one by one with `--repair`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Carry a close forward for at most this many sessions without a price within an asset's life.
    pub carry: u32,
    /// Which of several rows of one date stays.
    pub drop_duplicates: Option<Keep>,
    /// Prices that are not positive count as missing.
    pub drop_nonpositive: bool,
    /// Rows and cells that cannot be read count as missing.
    pub drop_unreadable: bool,
    /// Rows out of order are sorted by date.
    pub sort: bool,
    /// Rows of days without a session are left out.
    pub drop_closed: bool,
    /// Bars that repeat the one before count as missing.
    pub drop_stale: bool,
    /// Split factors close to a ratio of small integers become that ratio.
    pub round_splits: bool,
    /// Members of a universe without prices are left out.
    pub drop_members: bool,
}

/// The row that stays of several with the same date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The one that stands first in the file.
    First,
    /// The one that stands last.
    Last,
}

/// The repairs and what each does, for manuals and messages.
pub const REPAIRS: [(&str, &str); 9] = [
    (
        "carry=N",
        "carry a close forward for at most N sessions without a price within an asset's life",
    ),
    (
        "drop-duplicates=first|last",
        "of several rows of one date keep the first or the last in the file",
    ),
    ("drop-nonpositive", "count prices that are not positive as missing"),
    ("drop-unreadable", "count rows and cells that cannot be read as missing"),
    ("sort", "sort rows by date"),
    ("drop-closed", "leave out rows of days on which the exchange held no session"),
    (
        "drop-stale",
        "count bars that repeat open, high, low and close of the session before as missing",
    ),
    ("round-splits", "round split factors such as 3.000003 to the nearest ratio of small integers"),
    ("drop-members", "leave out members of a universe that have no prices"),
];

impl Repairs {
    /// Adds the repairs of a list such as `carry=5,sort`.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a word that is no repair, with the list of those there are.
    pub fn add(&mut self, list: &str) -> Result<()> {
        for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            match (name, value) {
                ("carry", Some(count)) => {
                    let count = count.parse().ok().filter(|n: &u32| *n > 0);
                    self.carry = count.ok_or_else(|| unknown(word))?;
                }
                ("drop-duplicates", Some("first")) => self.drop_duplicates = Some(Keep::First),
                ("drop-duplicates", Some("last")) => self.drop_duplicates = Some(Keep::Last),
                ("drop-nonpositive", None) => self.drop_nonpositive = true,
                ("drop-unreadable", None) => self.drop_unreadable = true,
                ("sort", None) => self.sort = true,
                ("drop-closed", None) => self.drop_closed = true,
                ("drop-stale", None) => self.drop_stale = true,
                ("round-splits", None) => self.round_splits = true,
                ("drop-members", None) => self.drop_members = true,
                _ => return Err(unknown(word)),
            }
        }
        Ok(())
    }

    /// Whether a fault of this kind may be mended.
    pub(crate) fn mends(&self, what: What) -> bool {
        match what {
            What::RowLength | What::NoDate | What::NoNumber | What::NoSymbol => {
                self.drop_unreadable
            }
            What::NotPositive | What::Negative => self.drop_nonpositive,
            What::Duplicate => self.drop_duplicates.is_some(),
            What::Unordered => self.sort,
            What::ClosedDay => self.drop_closed,
        }
    }

    /// The row of several with one date that stays.
    pub(crate) fn keep(&self) -> Keep {
        self.drop_duplicates.unwrap_or(Keep::Last)
    }
}

impl FromStr for Repairs {
    type Err = Error;
    fn from_str(list: &str) -> Result<Self> {
        let mut repairs = Self::default();
        repairs.add(list)?;
        Ok(repairs)
    }
}

impl fmt::Display for Repairs {
    /// The list that [`Repairs::add`] reads back; empty when there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if self.carry > 0 {
            words.push(format!("carry={}", self.carry));
        }
        match self.drop_duplicates {
            Some(Keep::First) => words.push("drop-duplicates=first".to_owned()),
            Some(Keep::Last) => words.push("drop-duplicates=last".to_owned()),
            None => {}
        }
        for (set, word) in [
            (self.drop_nonpositive, "drop-nonpositive"),
            (self.drop_unreadable, "drop-unreadable"),
            (self.sort, "sort"),
            (self.drop_closed, "drop-closed"),
            (self.drop_stale, "drop-stale"),
            (self.round_splits, "round-splits"),
            (self.drop_members, "drop-members"),
        ] {
            if set {
                words.push(word.to_owned());
            }
        }
        f.write_str(&words.join(","))
    }
}

fn unknown(word: &str) -> Error {
    let known: Vec<&str> = REPAIRS.iter().map(|(name, _)| *name).collect();
    Error::new(Kind::Usage, format!("`{word}` is no repair"))
        .hint(format!("repairs are {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back() {
        let list = "carry=5,drop-duplicates=first,drop-nonpositive,drop-unreadable,sort,drop-closed,drop-stale,round-splits,drop-members";
        let repairs: Repairs = list.parse().unwrap();
        assert_eq!(repairs.to_string(), list);
        assert_eq!(repairs.to_string().split(',').count(), REPAIRS.len());
        assert_eq!("".parse::<Repairs>().unwrap(), Repairs::default());
        for bad in ["carry", "carry=0", "carry=x", "drop-duplicates", "sort=1", "fill"] {
            let error = bad.parse::<Repairs>().unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
            assert!(error.to_string().contains("drop-closed"), "{error}");
        }
    }
}
