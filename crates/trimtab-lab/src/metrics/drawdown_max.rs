//! Largest drawdown: the deepest fall below the highest wealth so far, the start included.
//!
//! `max over t of 1 - W_t / max_{s <= t} W_s`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_max",
    name: "Largest drawdown",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "max of 1 - W / highest W so far, the start included, at the ends of periods",
    value: |run| Some(run.path.depth_max),
}];
