//! What came of a run.
use trimtab_core::{AssetId, Date, Day, Error, Market, Result};
use trimtab_ledger::{Account, Costs, Entry, replay};

use crate::{Decision, Record, Trade};

/// What came of a run: the road of the account, session by session, and why it went there. When the strategy
/// failed on the way, everything up to there, and the error.
#[derive(Clone, Debug)]
pub struct Run {
    /// The strategy's name.
    pub strategy: String,
    /// The first session.
    pub first: Day,
    /// The civil date of each session.
    pub sessions: Vec<Date>,
    /// The account's value at each close, after the day's flow, in currency units.
    pub equity: Vec<f64>,
    /// What came in (positive) or went out at each close; the opening is not among them.
    pub flows: Vec<f64>,
    /// Value traded in each session, purchases and sales added up, before costs.
    pub traded: Vec<f64>,
    /// Every decision, in order.
    pub decisions: Vec<Decision>,
    /// Every fill with its order, in order.
    pub trades: Vec<Trade>,
    /// Everything that happened, in order.
    pub journal: Vec<Record>,
    /// The account at the end.
    pub account: Account,
    /// Decisions of which at least one order was filled.
    pub rebalances: usize,
    /// What was paid for trading, by kind.
    pub costs: Costs,
    /// Why the run ended before its last session, if it did.
    pub ended: Option<Ended>,
    /// How things were counted, for the reader.
    pub conventions: Vec<String>,
    /// What the reader should know about this run.
    pub notes: Vec<String>,
    pub(crate) held: Held,
}

/// Why and when a run ended early.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The last session that was simulated.
    pub day: Day,
    /// What happened.
    pub error: Error,
}

/// Weights at each close, one row after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    ends: Vec<u32>,
    rows: Vec<(AssetId, f64)>,
}

impl Held {
    pub(crate) fn push(&mut self, weights: impl Iterator<Item = (AssetId, f64)>) {
        self.rows.extend(weights);
        self.ends.push(self.rows.len() as u32);
    }
}

impl Run {
    /// The value at the end; what the account was opened with when there was no session.
    pub fn last_value(&self) -> f64 {
        self.equity.last().copied().unwrap_or_default()
    }

    /// Time-weighted returns between the sessions, flows excluded: $r_t = (V_t - F_t) / V_{t-1} - 1$.
    ///
    /// $V_t$: value at the close after the flow; $F_t$: the flow at that close. One fewer than sessions.
    pub fn returns(&self) -> Vec<f64> {
        let pairs = self.equity.windows(2).zip(&self.flows[self.flows.len().min(1)..]);
        pairs.map(|(v, flow)| (v[1] - flow) / v[0] - 1.0).collect()
    }

    /// The weights at the close of the `ix`-th session of the run; what they leave out is cash.
    pub fn weights(&self, ix: usize) -> &[(AssetId, f64)] {
        let start = ix.checked_sub(1).map_or(0, |before| self.held.ends[before]);
        &self.held.rows[start as usize..self.held.ends[ix] as usize]
    }

    /// One-way turnover a year: half of what was traded, relative to the value, on average over the sessions, times the
    /// sessions of a year. A portfolio that is replaced once a year has 1.
    pub fn turnover_yearly(&self, sessions_a_year: f64) -> f64 {
        let part =
            |(traded, value): (&f64, &f64)| if *value > 0.0 { traded / (2.0 * value) } else { 0.0 };
        let sum: f64 = self.traded.iter().zip(&self.equity).map(part).sum();
        sum / self.equity.len().max(1) as f64 * sessions_a_year
    }

    /// The entries of the journal: all that the account is made of.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.journal.iter().filter_map(|record| match record {
            Record::Booked(entry) => Some(entry),
            _ => None,
        })
    }

    /// Checks the books: they close to the last unit, and replaying the journal yields the same account.
    ///
    /// # Errors
    /// When they do not, which is a fault of ours.
    pub fn audit(&self) -> Result<()> {
        self.account.audit()?;
        if replay(self.entries())? == self.account {
            return Ok(());
        }
        Err(Error::new(trimtab_core::Kind::Ledger, "the journal does not replay to the account")
            .hint("this is a fault of the books; please report it"))
    }

    /// The newest decision.
    pub fn last_decision(&self) -> Option<&Decision> {
        self.decisions.last()
    }

    /// The error, placed at its date, if the run ended early.
    pub fn error(&self, market: &Market) -> Option<Error> {
        let ended = self.ended.as_ref()?;
        Some(ended.error.clone().place(format!(
            "{} on {}",
            self.strategy,
            market.calendar().date(ended.day)
        )))
    }
}
