//! Beta in rising and in falling markets, and their ratio.
//!
//! Bull: the least-squares slope over the periods in which the benchmark's excess return is positive; bear: in which it
//! is negative. Timing ratio: bull over bear; above one the run takes more of the rises than of the falls.
//!
//! Source: Bacon 2008, p. 73.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "beta_bull",
        name: "Bull beta",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "beta over the periods with b - f > 0",
        value: |run| run.versus.as_ref()?.beta_bull,
    },
    Metric {
        key: "beta_bear",
        name: "Bear beta",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Lower,
        convention: "beta over the periods with b - f < 0",
        value: |run| run.versus.as_ref()?.beta_bear,
    },
    Metric {
        key: "timing_ratio",
        name: "Timing ratio",
        group: Group::Benchmark,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "bull beta / bear beta",
        value: timing_ratio,
    },
];

/// Bull beta over bear beta.
pub fn timing_ratio(run: &Prepared<'_>) -> Option<f64> {
    let versus = run.versus.as_ref()?;
    over(versus.beta_bull?, versus.beta_bear?)
}
