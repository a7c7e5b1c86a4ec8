//! States that each session may move, such as "in an up-trend since the last breakout".
//!
//! Such a state follows from the prices alone: walking through the past session by session yields it. Memory only
//! keeps how far the walk has come. So a state does not depend on when a strategy decides, nor on when its backtest
//! began, and what happens between two decisions is not missed.
use crate::Cx;
use trimtab_core::{AssetId, Day, Error, Kind, Past, Result};

/// The state of `asset` at today's close for the node at work. It is `start` until the first session, then each
/// session moves it by `step(view of that session, state before)`.
///
/// An earlier session that `step` cannot judge, because its window is not full yet or has a hole, leaves the state
/// as it is.
///
/// # Errors
/// When `step` cannot judge today, or fails for another reason than missing data.
pub(crate) fn walk(
    cx: &mut Cx<'_>,
    asset: AssetId,
    start: f64,
    step: impl Fn(Past<'_>, f64) -> Result<f64>,
) -> Result<f64> {
    let past = cx.past();
    let today = past.today();
    let listed = past.listed_since(asset).ok_or_else(|| {
        Error::data(format!("{} is not listed yet on {}", past.symbol(asset), past.date()))
            .hint("start later")
    })?;
    let (mut day, mut state) = match cx.recall_of(asset) {
        Some((day, &[state])) if day <= today => (Day(day.0 + 1), state),
        _ => (listed, start),
    };
    while day <= today {
        let then = past.earlier(today.0 - day.0).expect("the walk never leaves the past");
        match step(then, state) {
            Ok(next) => state = next,
            Err(error) if day == today || error.kind() != Kind::Data => return Err(error),
            Err(_) => {}
        }
        day = Day(day.0 + 1);
    }
    cx.remember_of(asset, vec![state]);
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::market;
    use crate::{Book, Memory};

    /// The highest close so far, as a state.
    fn highest(market: &trimtab_core::Market, days: &[u32]) -> Vec<f64> {
        let (book, mut memory) = (Book::default(), Memory::default());
        let at = |day: &u32| {
            let mut cx = Cx::new(market.as_of(Day(*day)), &book, &mut memory, &[]);
            walk(&mut cx, AssetId(0), 0.0, |past, state| Ok(past.level(AssetId(0))?.max(state)))
        };
        days.iter().map(at).collect::<Result<_>>().unwrap()
    }

    #[test]
    fn a_state_does_not_depend_on_when_it_is_asked_for() {
        let closes = (0..300).map(|t| 1000.0 + (f64::from(t) * 1.7).sin() * f64::from(t)).collect();
        let market = market(&[("A", closes)]);
        let every: Vec<u32> = (0..300).collect();
        let all = highest(&market, &every);
        for days in [&[299][..], &[3, 150, 299], &[150, 150, 299]] {
            let seen = highest(&market, days);
            let expected: Vec<f64> = days.iter().map(|day| all[*day as usize]).collect();
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_memory_of_the_future_is_not_believed() {
        let market = market(&[("A", vec![1.0, 5.0, 2.0])]);
        assert_eq!(highest(&market, &[2, 0]), [5.0, 1.0]);
    }
}
