//! Month-ends of a market, and what assets were worth then.
use trimtab_core::{AssetId, Date, Day, Error, Market, Result, Window};

/// The last session of each month, from the first date to the last.
///
/// # Errors
/// When there are fewer than two.
pub(super) fn ends(market: &Market, from: Option<Date>, to: Option<Date>) -> Result<Vec<Day>> {
    let calendar = market.calendar();
    let within = |day: &Day| {
        let date = calendar.date(*day);
        from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
    };
    let days = (0..market.days() as u32).map(Day);
    let ends: Vec<Day> = days.filter(|day| calendar.ends_month(*day) && within(day)).collect();
    match ends.len() {
        0 | 1 => Err(Error::data("the data hold fewer than two month-ends")
            .hint("give longer data, or other dates")),
        _ => Ok(ends),
    }
}

/// The total-return index of an asset on each of the days; `None` where it has no price.
pub(super) fn levels(market: &Market, asset: AssetId, days: &[Day]) -> Vec<Option<f64>> {
    let level = |day: &Day| {
        let closes = market.as_of(*day).closes(asset, Window::Sessions(1)).ok()?;
        closes.first().copied()
    };
    days.iter().map(level).collect()
}

/// The growth of a level over so many places that end at `at`; `None` where it is not known.
pub(super) fn growth(levels: &[Option<f64>], at: usize, places: usize) -> Option<f64> {
    Some(levels[at]? / levels[at.checked_sub(places)?]? - 1.0)
}
