//! Conditional drawdown at risk: mean depth of the 5 % of periods that end deepest below the peak.
//!
//! With k = ceil(0.05 n), the mean of the k largest depths.
//!
//! Source: A. Chekhlov, S. Uryasev and M. Zabarankin (2005), Drawdown Measure in Portfolio Optimization, *International
//! Journal of Theoretical and Applied Finance* 8(1).
use super::prelude::*;

/// Share of the periods in the tail.
const TAIL: f64 = 0.05;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "drawdown_tail_95",
    name: "Conditional drawdown at risk 95 %",
    group: Group::Drawdown,
    unit: Unit::Fraction,
    better: Better::Lower,
    convention: "mean of the ceil(0.05 n) largest depths at the ends of periods",
    value: drawdown_tail,
}];

/// Mean of the largest 5 % of the depths.
pub fn drawdown_tail(run: &Prepared<'_>) -> Option<f64> {
    // Depths are not negative, so their bits have the order of their values, and integers compare faster.
    let mut depths: Vec<u64> = run.path.depth.iter().map(|d| d.to_bits()).collect();
    let k = ((TAIL * run.n()).ceil() as usize).max(1);
    let cut = depths.len() - k;
    depths.select_nth_unstable(cut);
    let deepest: f64 = depths[cut..].iter().map(|bits| f64::from_bits(*bits)).sum();
    Some(deepest / k as f64)
}
