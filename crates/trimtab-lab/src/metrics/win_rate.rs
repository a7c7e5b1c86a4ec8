//! Win rate: share of the periods, months, quarters and years that gained.
//!
//! Of all of them, `#(r > 0) / n`; and of those that moved at all, `#(r > 0) / #(r != 0)`, the convention of quantstats,
//! which leaves days in cash out. Months, quarters and years are compounded; incomplete ones count.
use super::prelude::*;
use crate::prepared::Span;

const fn rate(
    key: &'static str,
    name: &'static str,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric {
        key,
        name,
        group: Group::Wins,
        unit: Unit::Fraction,
        better: Better::Higher,
        convention,
        value,
    }
}

pub(super) const METRICS: &[Metric] = &[
    rate("win_rate", "Win rate", "periods with r > 0 / all periods", |run| {
        Some(run.signs.wins as f64 / run.n())
    }),
    rate("win_rate_moved", "Win rate of moving periods", "periods with r > 0 / periods with r != 0", win_rate_moved),
    rate("win_rate_month", "Win rate of months", "calendar months above 0 / all calendar months", |run| {
        share(&run.months.months)
    }),
    rate("win_rate_quarter", "Win rate of quarters", "calendar quarters above 0 / all quarters", |run| {
        share(&run.months.quarters)
    }),
    rate("win_rate_year", "Win rate of years", "calendar years above 0 / all calendar years", |run| {
        share(&run.months.years)
    }),
];

/// `#(r > 0) / #(r != 0)`.
pub fn win_rate_moved(run: &Prepared<'_>) -> Option<f64> {
    over(run.signs.wins as f64, (run.signs.wins + run.signs.losses) as f64)
}

fn share(spans: &[Span]) -> Option<f64> {
    over(spans.iter().filter(|s| s.value > 0.0).count() as f64, spans.len() as f64)
}
