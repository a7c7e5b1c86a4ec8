//! How much of a result is luck: tests for one record, for the best of many trials, and splits that keep the future
//! out of a fit.
//!
//! One method, one file, with its formula and its source. Everything random takes a `seed`; equal seeds give equal
//! bytes on every machine. Sharpe ratios are per period unless a name says `yearly`.
//!
//! | question | where |
//! |---|---|
//! | does choosing the best of many backtests work at all? | [`overfitting`], [`dominance`] |
//! | is the best of many better than a benchmark? | [`reality_check`], [`superior_ability`] |
//! | which ones are? | [`step_down`], [`confidence_set`] |
//! | what remains of a Sharpe ratio after so many trials? | [`deflated`], [`Budget`], [`haircuts`] |
//! | does the timing matter? | [`timing`] |
//! | how far could the headline figures be off? | [`bands`], [`sharpe_band`] |
//! | how long is a block of days that belong together? | [`block_length`] |
//! | what may be fitted, and on what is it tested? | [`PurgedFolds`], [`Combinatorial`], [`WalkForward`] |
// A split may consist of a single stretch, and a list of one stretch is what is meant.
#![allow(clippy::single_range_in_vec_init)]

mod bands;
mod block_length;
mod blocks;
mod budget;
mod combinatorial;
mod confidence_set;
mod deflated;
mod draws;
mod fold_moments;
mod folds;
mod haircut;
mod long_run;
mod overfitting;
mod permutation;
mod reality_check;
mod step_down;
mod superior_ability;
mod trials;
mod walk_forward;

pub use bands::{Band, Headline, bands, sharpe_band};
pub use block_length::{BlockLength, block_length};
pub use blocks::{Block, Blocks, Dice};
pub use budget::Budget;
pub use combinatorial::Combinatorial;
pub use confidence_set::{ConfidenceSet, SetRule, confidence_set};
pub use deflated::{Among, Deflated, deflated, deflated_among};
pub use draws::{Draws, Tail};
pub use fold_moments::FoldMoments;
pub use folds::{FoldSize, PurgedFolds, Split};
pub use haircut::{Haircut, haircuts};
pub use long_run::long_run_variance;
pub use overfitting::{Dominance, Overfitting, RankOver, dominance, overfitting};
pub use permutation::{Timing, detrended, timing};
pub use reality_check::reality_check;
pub use step_down::step_down;
pub use superior_ability::{Scale, SuperiorAbility, superior_ability};
pub use trials::Trials;
pub use trimtab_math::multiple::Correction;
pub use walk_forward::{Start, WalkForward};
