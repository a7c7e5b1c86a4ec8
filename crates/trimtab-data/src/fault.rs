//! What can be wrong with a row, and which repair would mend it.
use jiff::civil::Date;
use trimtab_core::Error;

/// Something in a file that makes no sense. Loading refuses it unless a repair covers it; the quality report
/// lists it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// The line of the file, counted from 1; the row, for Parquet.
    pub(crate) line: u32,
    /// The column of the file, counted from 1.
    pub(crate) column: Option<u32>,
    /// The date of the row, where it could be read.
    pub(crate) date: Option<Date>,
    /// Whose row it is; empty before that is known.
    pub(crate) symbol: String,
    /// What is wrong.
    pub(crate) what: What,
    /// What stands there.
    pub(crate) text: String,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A row with more or fewer cells than the header has names.
    RowLength,
    /// A cell of the date column that is no date.
    NoDate,
    /// A cell of a number column that is no finite number.
    NoNumber,
    /// A row without the name of its asset.
    NoSymbol,
    /// A price that is zero or negative.
    NotPositive,
    /// A volume, dividend or split factor that is negative.
    Negative,
    /// A date that stands in the file twice.
    Duplicate,
    /// A date that is earlier than the one before it.
    Unordered,
    /// A row of a day on which the exchange was closed and hardly anything else has a price.
    ClosedDay,
}

impl What {
    /// The repair that mends it, as it is written on the command line.
    pub(crate) fn repair(self) -> &'static str {
        match self {
            What::RowLength | What::NoDate | What::NoNumber | What::NoSymbol => "drop-unreadable",
            What::NotPositive | What::Negative => "drop-nonpositive",
            What::Duplicate => "drop-duplicates=last",
            What::Unordered => "sort",
            What::ClosedDay => "drop-closed",
        }
    }

    /// The name of the rule in the quality report.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            What::RowLength | What::NoDate | What::NoNumber | What::NoSymbol => "unreadable",
            What::NotPositive | What::Negative => "non-positive",
            What::Duplicate | What::Unordered => "order",
            What::ClosedDay => "sessions",
        }
    }

    /// What happens to it under that repair.
    pub(crate) fn mended(self) -> &'static str {
        match self {
            What::RowLength => "rows of the wrong length were left out",
            What::NoDate => "rows without a readable date were left out",
            What::NoNumber => "cells that are no number count as empty",
            What::NoSymbol => "rows without a symbol were left out",
            What::NotPositive => "prices that are not positive count as missing",
            What::Negative => "negative volumes, dividends and split factors count as missing",
            What::Duplicate => "duplicate dates were left out",
            What::Unordered => "rows were sorted by date",
            What::ClosedDay => "rows of days without a session were left out",
        }
    }
}

impl Fault {
    /// What is wrong, in a sentence without place.
    pub(crate) fn said(&self) -> String {
        let text = &self.text;
        match self.what {
            What::RowLength => format!("the row has {text}"),
            What::NoDate => format!("`{text}` is no date"),
            What::NoNumber => format!("`{text}` is no number"),
            What::NoSymbol => "the row names no symbol".to_owned(),
            What::NotPositive => format!("a price of {text} is not positive"),
            What::Negative => format!("{text} is negative"),
            What::Duplicate => "the date stands in the file twice".to_owned(),
            What::Unordered => format!("the date does not come after {text}"),
            What::ClosedDay => format!("the exchange held no session ({text})"),
        }
    }

    /// `file:line:column`, as far as known.
    pub(crate) fn place(&self, file: &str) -> String {
        match self.column {
            Some(column) => format!("{file}:{}:{column}", self.line),
            None => format!("{file}:{}", self.line),
        }
    }

    /// The refusal, with the number of other faults that the same repair would mend.
    pub(crate) fn error(&self, file: &str, others: usize) -> Error {
        let mut said = self.said();
        if let Some(date) = self.date {
            said = format!("{said}, on {date}");
        }
        if !self.symbol.is_empty() {
            said = format!("{}: {said}", self.symbol);
        }
        if others > 0 {
            said = format!("{said}; {others} more like it");
        }
        let repair = self.what.repair();
        Error::data(said).place(self.place(file)).hint(format!(
            "correct the file, or load it with `--repair {repair}`; `trimtab data check` lists all"
        ))
    }
}
