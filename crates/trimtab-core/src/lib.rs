//! The words of Trimtab. No file, no socket, no clock, no dice, no strategy.
//!
//! One word, one thing. This page is the glossary of the whole workspace:
//!
//! | word | meaning |
//! |---|---|
//! | [`Day`] | the index of a session in the market's [`Calendar`]; a [`Date`] is the civil date |
//! | [`Market`] | everything we ever learn about prices, corporate actions and series |
//! | [`Past`] | what is known at the close of one day, and nothing else; all a strategy receives |
//! | [`Bar`] | what one session brings; all a simulated broker receives |
//! | [`Candles`] | open, high, low and close of past periods, on the scale of the total-return index |
//! | [`Fact`] | a reading with two dates: what it describes, and when the world learned it |
//! | [`Scores`] | an opinion: one number for each asset |
//! | [`Weights`] | a portfolio: fractions of its value; what they leave out is cash |
//! | `Target` | the weights a decision wants; `Order` is asked, `Fill` happened, `Lot` is held |
//! | [`Money`], [`Quantity`] | integers: floats decide, integers settle |
//! | [`Window`] | how far a rule looks back: sessions, weeks or months |
//! | [`Error`] | what happened, of which [`Kind`], where in the strategy, what to do |
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod action;
mod calendar;
mod error;
pub mod exchange;
mod fact;
mod market;
mod members;
mod money;
mod past;
mod units;
mod weights;
mod window;

pub use action::{Action, ActionKind};
pub use calendar::{Calendar, Frequency};
pub use error::{Error, Kind, Result};
pub use exchange::Exchange;
pub use fact::{Fact, Release, Series, Unit};
pub use jiff::Span;
pub use jiff::civil::Date;
pub use market::{
    Asset, AssetId, Bar, Columns, Day, Delisting, FundRules, Levels, Market, Panel, Quote,
};
pub use members::{Membership, Universe};
pub use money::{Money, Overflow, Quantity};
pub use past::{Candles, Past};
pub use units::{Fraction, NonNegative, OneWay, Positive};
pub use weights::{Scores, Weights};
pub use window::Window;
