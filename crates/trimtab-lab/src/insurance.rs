//! What protection costs when it is not needed: how often a run trails what it is compared with.
use serde::Serialize;
use trimtab_core::{Error, Result};

use crate::prepared::wealth;
use crate::record::Record;

/// How often a run trailed its benchmark over all spans of one length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrailingRow {
    /// Length of the spans in years.
    pub years: u32,
    /// Number of spans, one ending with each period; they overlap.
    pub spans: usize,
    /// How many of them fit side by side: what the chance really rests on.
    pub apart: usize,
    /// Share of the spans in which the run earned less than the benchmark.
    pub chance: f64,
    /// Mean shortfall of yearly return in those, a positive fraction; `None` when there is none.
    pub mean_behind: Option<f64>,
    /// The worst shortfall of yearly return over a span, positive; negative when it never trailed.
    pub worst_behind: f64,
}

/// A row for each of `years` that fits into the record: over every span of `years` times P periods, whether
/// `W(t) / W(t - s) < B(t) / B(t - s)`; W and B the wealth of run and benchmark.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] without a benchmark.
pub fn chance_of_trailing(record: &Record<'_>, years: &[u32]) -> Result<Vec<TrailingRow>> {
    let benchmark = record.benchmark().ok_or_else(|| {
        Error::data("trailing needs something to trail").hint("give the record a benchmark")
    })?;
    let (run, other) = (wealth(record.returns()), wealth(benchmark));
    let rows = years.iter().filter_map(|&years| {
        let span = (f64::from(years) * record.periods_yearly()).round() as usize;
        (span > 0 && span <= record.len()).then(|| row(&run, &other, years, span))
    });
    Ok(rows.collect())
}

fn row(run: &[f64], other: &[f64], years: u32, span: usize) -> TrailingRow {
    let spans = span..run.len();
    let grown = |wealth: &[f64], t: usize| wealth[t] / wealth[t - span];
    let behind = |t: &usize| {
        let yearly = |growth: f64| growth.powf(1.0 / f64::from(years)) - 1.0;
        yearly(grown(other, *t)) - yearly(grown(run, *t))
    };
    // Most runs are ahead most of the time, and what is not asked for needs no root.
    let trailing = spans.clone().filter(|t| grown(other, *t) > grown(run, *t));
    let trailing: Vec<f64> = trailing.map(|t| behind(&t)).collect();
    let worst = |gaps: &mut dyn Iterator<Item = f64>| gaps.fold(f64::NEG_INFINITY, f64::max);
    let count = trailing.len() as f64;
    TrailingRow {
        years,
        spans: spans.len(),
        apart: (run.len() - 1) / span,
        chance: count / spans.len() as f64,
        mean_behind: (count > 0.0).then(|| trailing.iter().sum::<f64>() / count),
        worst_behind: match trailing.is_empty() {
            true => worst(&mut spans.map(|t| behind(&t))),
            false => worst(&mut trailing.into_iter()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RiskFree;
    use trimtab_core::Date;

    #[test]
    fn spans_of_a_year_counted_by_hand() {
        // Two periods a year. The run earns nothing; the benchmark doubles once and halves once.
        let dates: Vec<Date> = (1..=6).map(|m| Date::constant(2020, m, 1)).collect();
        let returns = [0.0; 5];
        let other = [0.0, 1.0, 0.0, -0.5, 0.0];
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 2.0).unwrap();
        assert!(chance_of_trailing(&record, &[1]).is_err(), "without a benchmark");
        let record = record.with_benchmark(&other).unwrap();
        let rows = chance_of_trailing(&record, &[1, 2, 3]).unwrap();
        // Spans of two periods end at 2, 3, 4, 5: the benchmark earned 100 %, 100 %, -50 %, -50 %.
        assert_eq!((rows[0].spans, rows[0].apart, rows[0].chance), (4, 2, 0.5));
        assert_eq!((rows[0].mean_behind, rows[0].worst_behind), (Some(1.0), 1.0));
        // Spans of four: 0 to 4 and 1 to 5 earned nothing at all: not behind.
        assert_eq!((rows[1].spans, rows[1].chance, rows[1].mean_behind), (2, 0.0, None));
        assert_eq!(rows.len(), 2, "three years do not fit");
    }
}
