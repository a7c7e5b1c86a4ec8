//! Decide, rebalance, fill, settle: the one road in a loop.
//!
//! [`backtest`] runs a strategy through a market; [`decide`] and [`Desk::rebalance`] are the same two steps for a
//! live morning. The order of a session, and what each step may know:
//!
//! 1. **The world moves.** Interest and expenses since the session before, at rates known then; dividends, spin-offs and
//!    splits, on shares held at the close before; dividends paid; assets that had their last price turn into cash.
//! 2. **Earlier orders meet today's prices**: opens and limits first, then the close. Sales before purchases; purchases
//!    that cash cannot pay are scaled by one common factor. Costs are charged in cash, each under its own name.
//! 3. **Money comes and goes** at the close, by plan.
//! 4. **The strategy decides** at the close, from the past and the book, when the schedule or a band says so. Its orders
//!    are for the next session or later; filling them at the very close that decided them is an option that
//!    says so in the run's conventions.
//!
//! An order stands until it is filled, replaced by a newer decision's, or its asset ends; limit orders stand for their
//! number of sessions. A session without a price makes an order wait.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod audit;
mod backtest;
mod band;
mod books;
mod broker;
mod costs;
mod decide;
mod flip;
mod flows;
mod id;
mod light;
mod order;
mod paper;
mod plan;
mod rebalance;
mod run;
mod ticket;
mod world;

pub use audit::{Certificate, Check, Delay, Scope, audit, audit_with};
pub use backtest::{Standing, backtest, standing};
pub use band::{Moves, banded, moves, to_target};
pub use books::{Holdings, Marks, Record};
pub use broker::Broker;
pub use costs::{Charges, TradingCosts};
pub use decide::{Decision, decide};
pub use flip::{
    Flip, Question, Reach, ReadingFlip, Turn, flips, reading_flips, watched, watched_series,
};
pub use flows::{Flows, Payment, Regular};
pub use id::{ENGINE, SHORT, run_id};
pub use light::{Lanes, Light, Track, Watch, light};
pub use order::{At, Lapse, Order, Outcome, Phase, Short, Trade, Wait, Wanted, Why};
pub use paper::Paper;
pub use plan::{BILLS, Options};
pub use rebalance::Desk;
pub use run::{Ended, Run};
pub use ticket::{Holder, Line, Owned, Parts, Ticket, ticket};
