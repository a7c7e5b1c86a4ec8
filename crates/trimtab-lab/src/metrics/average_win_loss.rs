//! Average gain and average loss of a period and of a calendar month. Losses are positive numbers here too.
use super::prelude::*;

const fn average(
    key: &'static str,
    name: &'static str,
    better: Better,
    convention: &'static str,
    value: fn(&Prepared<'_>) -> Option<f64>,
) -> Metric {
    Metric { key, name, group: Group::Wins, unit: Unit::Fraction, better, convention, value }
}

pub(super) const METRICS: &[Metric] = &[
    average("average_win", "Average win", Better::Higher, "mean(r | r > 0)", average_win),
    average("average_loss", "Average loss", Better::Lower, "-mean(r | r < 0)", average_loss),
    average("average_up_month", "Average up month", Better::Higher, "mean of the months above 0", |run| {
        average_month(run, |v| v > 0.0)
    }),
    average("average_down_month", "Average down month", Better::Lower, "minus the mean of the months below 0", |run| {
        Some(-average_month(run, |v| v < 0.0)?)
    }),
];

/// `mean(r | r > 0)`.
pub fn average_win(run: &Prepared<'_>) -> Option<f64> {
    over(run.signs.gain, run.signs.wins as f64)
}

/// `-mean(r | r < 0)`.
pub fn average_loss(run: &Prepared<'_>) -> Option<f64> {
    over(run.signs.loss, run.signs.losses as f64)
}

fn average_month(run: &Prepared<'_>, keep: impl Fn(f64) -> bool) -> Option<f64> {
    let kept = run.months.months.iter().map(|m| m.value).filter(|v| keep(*v));
    let (count, sum) = kept.fold((0.0, 0.0), |(count, sum), v| (count + 1.0, sum + v));
    over(sum, count)
}
