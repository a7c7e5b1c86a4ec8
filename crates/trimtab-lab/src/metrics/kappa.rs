//! Kappa: return above the target per root of the lower partial moment of order l.
//!
//! `(mean(r) - m) / (mean max(m - r, 0)^l)^(1/l)`, per period. Order 1 is Omega - 1, order 2 the Sortino ratio on the
//! target, order 3 weighs deep shortfalls most.
//!
//! Source: P. D. Kaplan and J. A. Knowles (2004), Kappa: A Generalized Downside Risk-Adjusted Performance Measure.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "kappa_2",
        name: "Kappa of order 2",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(mean(r) - m) / (mean max(m - r, 0)^2)^(1/2), not annualised",
        value: |run| over(run.moments.mean - run.record.target(), run.shortfall.target_second.sqrt()),
    },
    Metric {
        key: "kappa_3",
        name: "Kappa of order 3",
        group: Group::Reward,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(mean(r) - m) / (mean max(m - r, 0)^3)^(1/3), not annualised",
        value: |run| over(run.moments.mean - run.record.target(), run.shortfall.target_third.cbrt()),
    },
];
