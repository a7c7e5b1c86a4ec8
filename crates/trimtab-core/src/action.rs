//! What companies and funds do to their shareholders.
use jiff::civil::Date;

use crate::{AssetId, Day};

/// A corporate action, effective before the open of its ex-day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Action {
    /// The ex-day: who held at the close before has the right.
    pub day: Day,
    /// Whose shareholders.
    pub asset: AssetId,
    /// What they get.
    pub kind: ActionKind,
}

impl Action {
    /// Sorts by day, then asset, and within a day so that each action counts the shares held at the close
    /// before: dividends, then spin-offs, then splits.
    pub fn order(&self) -> (Day, AssetId, u8) {
        let rank = match self.kind {
            ActionKind::Dividend { .. } => 0,
            ActionKind::SpinOff { .. } => 1,
            ActionKind::Split { .. } => 2,
        };
        (self.day, self.asset, rank)
    }
}

/// The kinds of corporate action the books know. All count the shares held at the close before the ex-day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ActionKind {
    /// Cash for each share.
    Dividend {
        /// Cash for each share held at the close before, that is before any split of the same day.
        per_share: f64,
        /// When it is paid, if known; else on the ex-day. The day is announced before the ex-day, and may lie beyond
        /// the last session.
        pay: Option<Date>,
    },
    /// One share becomes `factor` shares.
    Split {
        /// New shares for one old share; 2.0 doubles the count, 0.1 is a reverse split.
        factor: f64,
    },
    /// Shares of another company for each share held.
    SpinOff {
        /// The new asset.
        into: AssetId,
        /// New shares for one share held.
        ratio: f64,
        /// The fraction of the cost basis that moves to the new shares.
        basis: f64,
    },
}
