//! What a reader of the results must know about the data behind them.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

/// Something that was lost, assumed or repaired while files became a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How it weighs.
    pub kind: NoticeKind,
    /// Whom it concerns; empty when everything.
    pub symbols: Vec<String>,
    /// What it is, in a sentence that names files and dates where they help.
    pub text: String,
}

/// How a [`Notice`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Looks wrong, and was taken as it stands.
    Doubtful,
    /// Was changed by a rule that the caller named.
    Repaired,
    /// Cannot be known from these files.
    Lost,
    /// Is not said by the files, and was taken for granted.
    Assumed,
    /// Was in the files and is not used.
    Unused,
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            NoticeKind::Doubtful => "doubtful",
            NoticeKind::Repaired => "repaired",
            NoticeKind::Lost => "lost",
            NoticeKind::Assumed => "assumed",
            NoticeKind::Unused => "unused",
        })
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More symbols than this are counted: the line must fit a screen.
        const NAMED_MAX: usize = 8;
        write!(f, "{}: ", self.kind)?;
        match self.symbols.as_slice() {
            [] => {}
            named if named.len() <= NAMED_MAX => write!(f, "{}: ", named.join(" "))?,
            [first, second, .., last] => {
                write!(f, "{} assets ({first} {second} … {last}): ", self.symbols.len())?;
            }
            _ => {}
        }
        f.write_str(&self.text)
    }
}

/// Collects notices and joins those that say the same of several symbols.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    entries: BTreeMap<(NoticeKind, String), BTreeSet<String>>,
}

impl Log {
    /// Says something of one symbol.
    pub(crate) fn say(&mut self, kind: NoticeKind, symbol: &str, text: impl Into<String>) {
        self.entries.entry((kind, text.into())).or_default().insert(symbol.to_owned());
    }

    /// Says something of the data as a whole.
    pub(crate) fn note(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.entries.entry((kind, text.into())).or_default();
    }

    /// Takes over what another one has collected.
    pub(crate) fn join(&mut self, other: Self) {
        for (said, symbols) in other.entries {
            self.entries.entry(said).or_default().extend(symbols);
        }
    }

    /// The notices, the gravest kind first.
    pub(crate) fn notices(self) -> Vec<Notice> {
        let notice = |((kind, text), symbols): ((NoticeKind, String), BTreeSet<String>)| Notice {
            kind,
            symbols: symbols.into_iter().collect(),
            text,
        };
        self.entries.into_iter().map(notice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_about_two_symbols_is_said_once() {
        let mut log = Log::default();
        log.say(NoticeKind::Lost, "B", "no dividends");
        log.say(NoticeKind::Lost, "A", "no dividends");
        log.note(NoticeKind::Doubtful, "short");
        let said: Vec<String> = log.notices().iter().map(Notice::to_string).collect();
        assert_eq!(said, ["doubtful: short", "lost: A B: no dividends"]);
    }
}
