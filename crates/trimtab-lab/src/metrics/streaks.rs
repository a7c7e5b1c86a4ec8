//! Most winning and most losing periods in a row. A period without movement ends a streak.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "wins_in_a_row_max",
        name: "Most wins in a row",
        group: Group::Wins,
        unit: Unit::Periods,
        better: Better::Higher,
        convention: "longest streak of periods with r > 0",
        value: |run| Some(run.signs.wins_in_a_row as f64),
    },
    Metric {
        key: "losses_in_a_row_max",
        name: "Most losses in a row",
        group: Group::Wins,
        unit: Unit::Periods,
        better: Better::Lower,
        convention: "longest streak of periods with r < 0",
        value: |run| Some(run.signs.losses_in_a_row as f64),
    },
];
