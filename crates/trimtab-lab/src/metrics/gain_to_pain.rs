//! Gain to pain: sum of all returns per sum of the losses.
//!
//! `sum(r) / sum max(-r, 0)`, over periods and, as first defined, over calendar months.
//!
//! Source: J. Schwager (2012), *Market Sense and Nonsense*, ch. 8.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "gain_to_pain",
        name: "Gain to pain",
        group: Group::Wins,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "sum(r) / sum of losses, over periods",
        value: |run| over(run.signs.gain - run.signs.loss, run.signs.loss),
    },
    Metric {
        key: "gain_to_pain_months",
        name: "Gain to pain of months",
        group: Group::Wins,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "sum / sum of losses of the compounded calendar months",
        value: gain_to_pain_months,
    },
];

/// The ratio over compounded calendar months.
pub fn gain_to_pain_months(run: &Prepared<'_>) -> Option<f64> {
    let (all, pain) = run
        .months
        .months
        .iter()
        .fold((0.0, 0.0), |(all, pain), m| (all + m.value, pain + (-m.value).max(0.0)));
    over(all, pain)
}
