//! Skewness: which tail is longer. Negative: rare large losses.
//!
//! Population: `m3 / m2^(3/2)`. Sample: the adjusted Fisher-Pearson coefficient `g sqrt(n(n-1)) / (n-2)`.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[
    Metric {
        key: "skewness",
        name: "Skewness",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "m3 / m2^(3/2), population moments",
        value: |run| run.moments.skewness(),
    },
    Metric {
        key: "skewness_sample",
        name: "Skewness (sample)",
        group: Group::Shape,
        unit: Unit::Ratio,
        better: Better::Higher,
        convention: "adjusted Fisher-Pearson, as pandas and Excel",
        value: |run| run.moments.skewness_sample(),
    },
];
