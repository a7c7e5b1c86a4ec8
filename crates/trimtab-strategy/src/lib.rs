//! Everything that turns the past into a portfolio: traits, a registry for each, one file format.
//!
//! A strategy is a tree of owned, immutable values. Everything that yields weights is an [`Allocator`], an opinion
//! on each asset is a [`Signal`], one number for the whole market is a [`Gauge`], a condition on the final
//! portfolio is a [`Limit`]. What an optimiser wants is an [`Objective`], what it sees are [`Estimates`], made by a [`Mean`]
//! and a [`Covariance`]; a [`Programme`] puts them together with constraints by name. The crate depends on neither account, simulator nor data source, so a
//! strategy cannot reach them.
//!
//! To add an allocator: write `allocators/<name>.rs`, then add one line to `allocators/mod.rs`.
#![cfg_attr(test, allow(clippy::unwrap_used))]
// Formulas write brackets, which are no links.
#![allow(rustdoc::broken_intra_doc_links)]

pub mod allocators;
mod columns;
mod context;
mod costs;
pub mod covariances;
mod custom;
mod estimates;
mod execution;
mod explain;
pub mod gauges;
pub mod limits;
pub mod means;
mod node;
pub mod objectives;
mod programme;
mod provenance;
mod registry;
mod relation;
mod schedule;
pub mod signals;
mod spec;
#[cfg(test)]
mod testing;
mod trading;
mod walk;

pub use allocators::AnyAllocator;
pub use columns::{Columns, Days, Family, Member, Portfolios, Readings, ScoreColumns};
pub use context::{Book, Cx, Memory, Note, universe_in};
pub use costs::{CashInterest, Commission, Costs, Impact, Preset};
pub use covariances::{AnyCovariance, Covariance};
pub use custom::{Custom, Pluggable, Rules, register};
pub use estimates::{Estimates, Estimating, Missing, Observed, Riskless};
pub use execution::{Execution, FillAt, Financing, LimitOrder, LotPick, Shares, Sizing, Sweep};
pub use explain::Words;
pub use gauges::AnyGauge;
pub use limits::{AnyLimit, Row};
pub use means::{AnyMean, Mean, Means};
pub use node::Node;
pub use objectives::{AnyObjective, Objective};
pub use programme::{
    Answer, Binding, Condition, Constraint, Prices, Programme, Shape, Side, Solution, Takes, Task,
    TaskPositions, TaskRow, TaskTurnover,
};
pub use provenance::{Between, Evidence, Expected, Provenance, Published, Times};
pub use registry::KindInfo;
pub use relation::Relation;
pub use schedule::{Band, BandTo, Brisk, Check, Drifted, Every, First, Schedule};
pub use signals::AnySignal;
pub use spec::{Benchmark, File, Range, Strategy, Template, schema};
pub use trading::TradingTerms;

use trimtab_core::{AssetId, Result, Scores, Weights};

/// An opinion on each asset: higher is more wanted, absent is none.
pub trait Signal: std::fmt::Debug + Send + Sync {
    /// One score for each asset of `among` that the signal has an opinion on, in the order of `among`.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when an asset's history is too short or has a hole.
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores>;
    /// The same on many days at once, to the last bit; `None` when it must be asked day by day. See [`Columns`].
    fn columns(&self, _: &Columns<'_>, _among: &[AssetId]) -> Option<ScoreColumns> {
        None
    }
    /// The signal in plain words, children below it.
    fn explain(&self, words: &mut Words);
}

/// One number for the whole market: breadth, a volatility, the slope of a curve.
pub trait Gauge: std::fmt::Debug + Send + Sync {
    /// Today's reading; finite.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when what it reads is not known yet.
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64>;
    /// The same on many days at once, to the last bit; `None` when it must be asked day by day. See [`Columns`].
    fn column(&self, _: &Columns<'_>) -> Option<Readings> {
        None
    }
    /// The gauge in plain words, children below it.
    fn explain(&self, words: &mut Words);
}

/// Anything that yields a portfolio: a rule, an optimiser, a blend of others, an overlay over another.
///
/// `&self`: a strategy never changes while it runs. Money lives in the account, history in the journal,
/// what must be remembered between decisions in the [`Memory`].
pub trait Allocator: std::fmt::Debug + Send + Sync {
    /// The wanted weights; what they leave out is cash.
    ///
    /// # Errors
    /// Any [`trimtab_core::Kind`]; the names of the nodes it passed through are added on the way.
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights>;
    /// The same on many days at once, to the last bit; `None` when it must be asked day by day. They begin on the first day
    /// on which it and all its parts can answer. See [`Columns`].
    fn columns(&self, _: &Columns<'_>) -> Option<Portfolios> {
        None
    }
    /// The allocator in plain words, children below it.
    fn explain(&self, words: &mut Words);
    /// The allocators it hands money to, also those that today's conditions leave out.
    fn parts(&self) -> Vec<&Node<AnyAllocator>> {
        Vec::new()
    }
    /// Whether each of its parts could answer today, also those that are not asked: a strategy does not begin before.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] with what is missing.
    fn ready(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.parts().into_iter().try_for_each(|part| part.ready(cx))
    }
}

/// A condition on the final portfolio, applied once, at the root.
pub trait Limit: std::fmt::Debug + Send + Sync {
    /// The linear conditions, for optimisers and for the final check. None for conditions that are not linear.
    ///
    /// # Errors
    /// When an asset is unknown.
    fn rows(&self, cx: &Cx<'_>) -> Result<Vec<Row>>;
    /// The portfolio changed as little as the limit's stated remedy needs.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Infeasible`] when no change helps.
    fn apply(&self, cx: &mut Cx<'_>, wanted: Weights) -> Result<Weights>;
    /// Whether `weights` keep it, within rounding.
    ///
    /// # Errors
    /// When an asset is unknown.
    fn holds(&self, cx: &Cx<'_>, weights: &Weights) -> Result<bool>;
    /// The remedy for many days at once, to the last bit, where it follows from each day's weights alone, leaves nothing to
    /// repeat, and cannot be undone by another limit that offers the same; `None` when it must be asked day by day.
    fn columns(&self, _: Portfolios) -> Option<Portfolios> {
        None
    }
    /// The limit in plain words.
    fn explain(&self, words: &mut Words);
}

/// What every registered kind must bring besides its trait.
pub trait Documented {
    /// A strategy file small enough to read at a glance: printed in the manual, run by the laws.
    const EXAMPLE: &str;
    /// Where the rule comes from: paper or book, with the page where there is one.
    const SOURCE: &str;
    /// What no type of a field can say alone. The message names the field.
    ///
    /// # Errors
    /// A sentence on what is wrong.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}
