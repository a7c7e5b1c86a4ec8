//! What gauges that fit a model to the past have in common.
use trimtab_core::{Day, Error, Past, Window};
use trimtab_math::states::StatesError;

/// Whether a fit of `day` has served its time: `every` has passed since then.
pub(super) fn due(past: Past<'_>, day: Day, every: Window) -> bool {
    past.sessions(every.and_one()).is_ok_and(|days| days[0] >= day)
}

/// The order of states by a number each, lowest first; equal ones stay as they were.
pub(super) fn ascending(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    order
}

/// More states than this cannot be told apart on any market's history, and the orders that are tried grow with their
/// factorial.
pub(super) const STATES_MAX: u32 = 5;

pub(super) fn check_states(states: u32) -> Result<(), String> {
    match (2..=STATES_MAX).contains(&states) {
        true => Ok(()),
        false => Err(format!("`states` is between 2 and {STATES_MAX}")),
    }
}

pub(super) fn failed(past: Past<'_>, what: &str, error: &StatesError) -> Error {
    Error::data(format!("no states of {what} on {}: {error}", past.date()))
        .hint("take assets that move, a longer window, or fewer states")
}
