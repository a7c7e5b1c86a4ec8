//! Stability: how straight the logarithm of wealth rises.
//!
//! R squared of the least-squares line through `ln W_t` at the ends of the periods t = 1..n.
use super::prelude::*;
use trimtab_math::moments::sum;

pub(super) const METRICS: &[Metric] = &[Metric {
    key: "stability",
    name: "Stability of growth",
    group: Group::Shape,
    unit: Unit::Ratio,
    better: Better::Higher,
    convention: "R^2 of the line through ln W at the ends of periods",
    value: stability,
}];

/// R squared of log wealth on time.
pub fn stability(run: &Prepared<'_>) -> Option<f64> {
    let n = run.n();
    let middle = 0.5 * (n - 1.0);
    // Measured from the straight line between the ends, so that the squares of a long rise do not cancel.
    let pace = sum(&run.logs) / n;
    let (mut off, mut t) = (0.0, -middle);
    let (mut s, mut ss, mut st) = (0.0, 0.0, 0.0);
    for x in &run.logs {
        off += x - pace;
        s += off;
        ss += off * off;
        st += off * t;
        t += 1.0;
    }
    let tt = n * (n * n - 1.0) / 12.0;
    let slope = over(st, tt)? + pace;
    let residual = (ss - s * s / n - st * st / tt).max(0.0);
    let explained = slope * slope * tt;
    over(explained, explained + residual)
}
