//! The run over stretches of time: named ones, and the falls of its benchmark.
use crate::metrics::find;
use crate::prepared::{Path, Prepared};
use serde::Serialize;
use trimtab_core::{Date, Error, Result};

/// A span of dates with a name. A run is measured from the close of `from` to the close of `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// What it is called.
    pub name: &'static str,
    /// The close before it begins.
    pub from: Date,
    /// The close with which it ends.
    pub to: Date,
}

/// Falls of the S&P 500 by 18 % or more since 1990, from the highest close to the lowest.
pub const CRISES: [Stretch; 9] = [
    stretch("Gulf War 1990", (1990, 7, 16), (1990, 10, 11)),
    stretch("Russia and LTCM 1998", (1998, 7, 17), (1998, 8, 31)),
    stretch("Dot-com bust 2000-2002", (2000, 3, 24), (2002, 10, 9)),
    stretch("Financial crisis 2007-2009", (2007, 10, 9), (2009, 3, 9)),
    stretch("Euro crisis 2011", (2011, 4, 29), (2011, 10, 3)),
    stretch("Rate scare 2018", (2018, 9, 20), (2018, 12, 24)),
    stretch("Pandemic 2020", (2020, 2, 19), (2020, 3, 23)),
    stretch("Inflation 2022", (2022, 1, 3), (2022, 10, 12)),
    stretch("Tariffs 2025", (2025, 2, 19), (2025, 4, 8)),
];

const fn stretch(name: &'static str, from: (i16, i8, i8), to: (i16, i8, i8)) -> Stretch {
    Stretch {
        name,
        from: Date::constant(from.0, from.1, from.2),
        to: Date::constant(to.0, to.1, to.2),
    }
}

/// The run and its benchmark over one stretch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StretchRow {
    /// Name of the stretch.
    pub name: String,
    /// The level it is measured from.
    pub from: Date,
    /// The level it is measured to.
    pub to: Date,
    /// Number of periods.
    pub periods: usize,
    /// Compounded return of the run.
    pub value: f64,
    /// Largest drawdown of the run within.
    pub drawdown_max: f64,
    /// Compounded return of the benchmark.
    pub benchmark: Option<f64>,
    /// Correlation of the excess returns within.
    pub correlation: Option<f64>,
}

/// A row for each of `stretches` that the record covers from its first to its last day; the others are left out.
pub fn stretches(run: &Prepared<'_>, stretches: &[Stretch]) -> Vec<StretchRow> {
    let dates = run.record.dates();
    stretches
        .iter()
        .filter(|s| dates[0] <= s.from && s.to <= dates[dates.len() - 1])
        .filter_map(|s| {
            let level = |day: Date| dates.partition_point(|d| *d <= day) - 1;
            row(run, s.name, level(s.from), level(s.to))
        })
        .collect()
}

/// A row for each of the `count` deepest drawdowns of the benchmark, from its peak to its trough, deepest first: what the
/// run did when it was needed. Of equal depth the earlier comes first.
///
/// # Errors
/// [`trimtab_core::Kind::Data`] without a benchmark.
pub fn benchmark_falls(run: &Prepared<'_>, count: usize) -> Result<Vec<StretchRow>> {
    let benchmark = run.record.benchmark().ok_or_else(|| {
        Error::data("falls of the benchmark need a benchmark").hint("give the record one")
    })?;
    let mut falls = Path::of(benchmark).episodes;
    falls.sort_by(|a, b| b.depth.total_cmp(&a.depth).then(a.peak.cmp(&b.peak)));
    let dates = run.record.dates();
    Ok(falls
        .iter()
        .take(count)
        .filter_map(|fall| {
            row(run, &format!("Fall from {}", dates[fall.peak]), fall.peak, fall.trough)
        })
        .collect())
}

/// `None` when no period lies between the two levels.
fn row(run: &Prepared<'_>, name: &str, first: usize, last: usize) -> Option<StretchRow> {
    let part = Prepared::new(run.record.part(first, last).ok()?);
    let dates = run.record.dates();
    let get = |key: &str| find(key).and_then(|m| m.of(&part));
    Some(StretchRow {
        name: name.to_owned(),
        from: dates[first],
        to: dates[last],
        periods: last - first,
        value: part.path.growth - 1.0,
        drawdown_max: part.path.depth_max,
        benchmark: get("benchmark_return_cumulative"),
        correlation: get("correlation"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Record, RiskFree};

    fn days(n: i64) -> Vec<Date> {
        let start = Date::constant(2020, 2, 10);
        (0..=n).map(|i| start.checked_add(jiff::Span::new().days(i)).unwrap()).collect()
    }

    #[test]
    fn only_stretches_within_the_record_are_measured_and_from_close_to_close() {
        let dates = days(60);
        let mut returns = vec![0.0; 60];
        // The 20th of February is the first day of the fall; the day before does not count.
        returns[8] = 0.5;
        returns[9] = -0.1;
        returns[41] = -0.1;
        returns[42] = 0.7;
        let run = Prepared::new(Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap());
        let rows = stretches(&run, &CRISES);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].name.as_str(), rows[0].periods), ("Pandemic 2020", 33));
        assert!(
            (rows[0].value + 0.19).abs() < 1e-15 && (rows[0].drawdown_max - 0.19).abs() < 1e-15
        );
        assert_eq!(rows[0].benchmark, None);
        assert!(benchmark_falls(&run, 3).is_err());
    }

    #[test]
    fn the_falls_of_the_benchmark_come_deepest_first() {
        let dates = days(8);
        let benchmark = [0.1, -0.1, 0.2, -0.3, -0.1, 0.9, -0.05, 0.0];
        let returns = [0.0, 0.01, 0.0, 0.02, 0.03, 0.0, -0.01, 0.0];
        let record = Record::new(&dates, &returns, RiskFree::ZERO, 252.0).unwrap();
        let run = Prepared::new(record.with_benchmark(&benchmark).unwrap());
        let rows = benchmark_falls(&run, 2).unwrap();
        assert_eq!((rows[0].from, rows[0].to), (dates[3], dates[5]));
        assert!((rows[0].benchmark.unwrap() - (0.7 * 0.9 - 1.0)).abs() < 1e-15);
        assert!((rows[0].value - (1.02 * 1.03 - 1.0)).abs() < 1e-15);
        assert_eq!(rows[1].from, dates[1]);
    }

    #[test]
    fn crises_are_in_order_and_do_not_overlap() {
        assert!(CRISES.iter().all(|s| s.from < s.to));
        assert!(CRISES.windows(2).all(|w| w[0].to < w[1].from));
    }
}
