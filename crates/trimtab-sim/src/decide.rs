//! From the past to a target. The same function serves the backtest and the morning of a live day.
use trimtab_core::{Day, Error, Kind, Past, Result, Weights};
use trimtab_strategy::{Book, Cx, Memory, Note, Strategy};

use crate::Why;

/// What a strategy wants, when, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// At whose close.
    pub day: Day,
    /// What occasioned it: the schedule, or a band.
    pub why: Why,
    /// The weights wanted; what they leave out is cash.
    pub target: Weights,
    /// The reasons, in the order in which they were given.
    pub because: Vec<Note>,
}

/// Decides at the close of `past`.
///
/// # Errors
/// Those of the strategy; [`Kind::Infeasible`] for a negative weight, because the books hold no short positions.
pub fn decide(
    strategy: &Strategy,
    past: Past<'_>,
    book: &Book,
    memory: &mut Memory,
) -> Result<Decision> {
    let mut cx = Cx::new(past, book, memory, &strategy.universe);
    let target = strategy.weights(&mut cx)?;
    let because = cx.into_notes();
    check_long(&target, past)?;
    Ok(Decision { day: past.today(), why: Why::Schedule, target, because })
}

/// Refuses short positions.
pub(crate) fn check_long(target: &Weights, past: Past<'_>) -> Result<()> {
    match target.iter().find(|(_, w)| *w < 0.0) {
        None => Ok(()),
        Some((asset, w)) => {
            let said = format!("the weight of {} is {w:.4}", past.symbol(asset));
            Err(Error::new(Kind::Infeasible, said).hint(
                "the books hold no short positions: use an inverse fund, or bounds of least = 0",
            ))
        }
    }
}
