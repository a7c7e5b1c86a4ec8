//! Compounding by calendar month, quarter and year.
use crate::record::{Record, RiskFree};
use trimtab_math::moments::growth;

/// Compounded returns of the calendar spans a record touches. The first and the last span may be incomplete; they
/// count like the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Months {
    /// Calendar months in order of time.
    pub months: Vec<Span>,
    /// Calendar quarters.
    pub quarters: Vec<Span>,
    /// Calendar years.
    pub years: Vec<Span>,
    /// Month returns above the compounded return of cash.
    pub excess: Vec<f64>,
}

/// The periods of a record that end within one calendar span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Year of the span.
    pub year: i16,
    /// First month of the span, 1 to 12.
    pub month: i8,
    /// Level before its first period.
    pub first: usize,
    /// Level at its end.
    pub last: usize,
    /// Compounded return over it.
    pub value: f64,
}

impl Months {
    pub(super) fn of(record: &Record<'_>, wealth: &[f64]) -> Self {
        let months = spans(record, wealth);
        let excess = match record.risk_free() {
            RiskFree::Constant(0.0) => months.iter().map(|m| m.value).collect(),
            RiskFree::Constant(f) => months
                .iter()
                .map(|m| m.value - ((1.0 + f).powi((m.last - m.first) as i32) - 1.0))
                .collect(),
            RiskFree::Series(rates) => {
                months.iter().map(|m| m.value - (growth(&rates[m.first..m.last]) - 1.0)).collect()
            }
        };
        let quarters = merged(&months, wealth, 3);
        let years = merged(&months, wealth, 12);
        Self { months, quarters, years, excess }
    }
}

/// One span per run of periods that end in the same month.
fn spans(record: &Record<'_>, wealth: &[f64]) -> Vec<Span> {
    let dates = record.dates();
    let mut spans: Vec<Span> = Vec::with_capacity(dates.len() / 20 + 2);
    let (mut first, mut year, mut month) = (0, dates[1].year(), dates[1].month());
    let close = |first: usize, last: usize, year, month| Span {
        year,
        month,
        first,
        last,
        value: wealth[last] / wealth[first] - 1.0,
    };
    for (level, date) in dates.iter().enumerate().skip(2) {
        if date.month() != month || date.year() != year {
            spans.push(close(first, level - 1, year, month));
            (first, year, month) = (level - 1, date.year(), date.month());
        }
    }
    spans.push(close(first, dates.len() - 1, year, month));
    spans
}

/// `months` joined to spans of `width` months that begin with January.
fn merged(months: &[Span], wealth: &[f64], width: i8) -> Vec<Span> {
    let key = |s: &Span| (s.year, (s.month - 1) / width);
    months
        .chunk_by(|a, b| key(a) == key(b))
        .map(|group| {
            let (head, tail) = (group[0], group[group.len() - 1]);
            Span {
                month: (head.month - 1) / width * width + 1,
                last: tail.last,
                value: wealth[tail.last] / wealth[head.first] - 1.0,
                ..head
            }
        })
        .collect()
}
