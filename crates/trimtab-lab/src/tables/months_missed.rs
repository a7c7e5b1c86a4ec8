//! What the best and the worst months were worth.
//!
//! The usual argument against timing leaves out the best months only. The honest table leaves out the best, the worst,
//! and both: the worst months weigh more, because a loss takes a larger gain to make good, but the two cluster, so who
//! avoids the worst usually misses some of the best.
use crate::prepared::{Prepared, Span, depth_max, wealth};
use serde::Serialize;

/// The run with some of its calendar months spent in cash instead.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MissedRow {
    /// How many of the best, and how many of the worst months.
    pub count: usize,
    /// Yearly return (by periods) without the worst months.
    pub without_worst: f64,
    /// Largest drawdown without the worst months.
    pub without_worst_drawdown: f64,
    /// Yearly return without the best months.
    pub without_best: f64,
    /// Largest drawdown without the best months.
    pub without_best_drawdown: f64,
    /// Yearly return without the best and the worst months.
    pub without_both: f64,
    /// Largest drawdown without the best and the worst months.
    pub without_both_drawdown: f64,
}

/// A row for each of `counts`. In a month left out the run earns the risk-free rate of the record. Counts above half
/// the number of months are cut to it, so that best and worst do not overlap. Ties go to the earlier month.
pub fn months_missed(run: &Prepared<'_>, counts: &[usize]) -> Vec<MissedRow> {
    let mut ranked: Vec<Span> = run.months.months.clone();
    ranked.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.first.cmp(&b.first)));
    let most = ranked.len() / 2;
    counts
        .iter()
        .map(|&count| {
            let count = count.min(most);
            let (worst, best) = (&ranked[..count], &ranked[ranked.len() - count..]);
            let (without_worst, without_worst_drawdown) = without(run, worst, &[]);
            let (without_best, without_best_drawdown) = without(run, &[], best);
            let (without_both, without_both_drawdown) = without(run, worst, best);
            MissedRow {
                count,
                without_worst,
                without_worst_drawdown,
                without_best,
                without_best_drawdown,
                without_both,
                without_both_drawdown,
            }
        })
        .collect()
}

/// Yearly return and largest drawdown with the months of `a` and `b` in cash.
fn without(run: &Prepared<'_>, a: &[Span], b: &[Span]) -> (f64, f64) {
    let mut returns = run.record.returns().to_vec();
    for span in a.iter().chain(b) {
        for (t, r) in returns.iter_mut().enumerate().take(span.last).skip(span.first) {
            *r = run.record.risk_free().at(t);
        }
    }
    let wealth = wealth(&returns);
    (run.yearly(wealth[returns.len()]), depth_max(wealth))
}
