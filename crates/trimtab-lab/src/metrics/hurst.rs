//! Hurst index by rescaled range over the whole record.
//!
//! `ln(range / sd(r)) / ln(n)`, range the largest less the smallest running sum of `r - mean(r)`. About 0.5 for a random
//! walk, above for persistence. A single rescaled range is biased upwards in short records.
//!
//! Source: H. E. Hurst (1951), Long-Term Storage Capacity of Reservoirs; E. Peters (1991), *Chaos and Order in the Capital
//! Markets*; Bacon 2008, p. 63.
use super::prelude::*;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "hurst",
    name: "Hurst index",
    group: Group::Shape,
    unit: Unit::Ratio,
    better: Better::Neither,
    convention: "ln(range of the running sum of r - mean, over sd(r)) / ln(n)",
    value: hurst,
}];

/// `ln(range / sd(r)) / ln(n)`.
pub fn hurst(run: &Prepared<'_>) -> Option<f64> {
    let sd = run.moments.deviation().filter(|sd| *sd > 0.0)?;
    let (mut sum, mut low, mut high) = (0.0_f64, f64::INFINITY, f64::NEG_INFINITY);
    for r in run.record.returns() {
        sum += r - run.moments.mean;
        low = if sum < low { sum } else { low };
        high = if sum > high { sum } else { high };
    }
    over(((high - low) / sd).ln(), run.n().ln())
}
