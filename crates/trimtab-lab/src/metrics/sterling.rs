//! Sterling ratio: yearly return per unit of the largest drawdown plus ten per cent.
//!
//! `R / (D_max + 0.1)`. The arbitrary ten per cent (Deane Sterling Jones) keeps the ratio defined for short records.
//!
//! Source: L. Kestner (1996), Getting a Handle on True Performance, *Futures* 25(1); Bacon 2008, p. 89.
use super::prelude::*;

/// Added to the drawdown by definition.
const EXCESS: f64 = 0.1;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "sterling",
    name: "Sterling ratio",
    group: Group::Reward,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "R / (D_max + 0.1)",
    value: sterling,
}];

/// `R / (D_max + 0.1)`.
pub fn sterling(run: &Prepared<'_>) -> Option<f64> {
    over(run.return_yearly(), run.path.depth_max + EXCESS)
}
