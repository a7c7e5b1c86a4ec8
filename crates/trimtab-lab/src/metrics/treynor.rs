//! Treynor ratio: yearly excess return per unit of beta.
//!
//! Compounded `(R - F) / beta`, arithmetic `P mean(e) / beta`.
//!
//! Source: J. Treynor (1965), How to Rate Management of Investment Funds, *Harvard Business Review* 43; Bacon 2008, p. 77.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "treynor",
        name: "Treynor ratio (compounded)",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "(R - F) / beta, compounded yearly returns",
        value: |run| over(run.return_yearly() - run.risk_free_yearly(), super::beta::beta(run)?),
    },
    Metric {
        key: "treynor_arithmetic",
        name: "Treynor ratio (arithmetic)",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "P mean(r - f) / beta",
        value: |run| over(run.excess_moments.mean * run.periods_yearly(), super::beta::beta(run)?),
    },
];
