//! Recovery factor: what was earned per unit of the largest drawdown.
//!
//! Compounded: `(W - 1) / D_max`. Arithmetic: `|sum(r)| / D_max`, the convention of quantstats; its absolute value makes a
//! loss look like a gain.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "recovery_factor",
        name: "Recovery factor",
        group: Group::Drawdown,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(W - 1) / D_max",
        value: |run| over(run.path.growth - 1.0, run.path.depth_max),
    },
    Metric {
        key: "recovery_factor_arithmetic",
        name: "Recovery factor (arithmetic)",
        group: Group::Drawdown,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "|sum(r)| / D_max, the sign lost, as quantstats",
        value: |run| over((run.signs.gain - run.signs.loss).abs(), run.path.depth_max),
    },
];
