//! Depth below the highest wealth on the last date.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_current",
    name: "Current drawdown",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "1 - W / highest W so far, on the last date",
    value: |run| run.path.depth.last().copied(),
}];
