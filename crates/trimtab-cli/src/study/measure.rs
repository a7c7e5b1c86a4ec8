//! Figures of a run and of what it is compared with.
use trimtab_core::{Date, Day, Market, Result};
use trimtab_lab::behaviour::{Held, Told, held, times};
use trimtab_lab::rolling::{MONTHS, RollingTable};
use trimtab_lab::tables::{CalendarReturns, DrawdownRow, drawdowns};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_sim::BILLS;

use super::{Road, Study};
use crate::series::over;

/// Months of a trailing window, its periods, and the seven metrics at its end.
pub(crate) type GridRow = (u32, usize, [Option<f64>; 7]);

/// Drawdowns that a report lists.
const DRAWDOWNS: usize = 5;

/// What cash earned in each period of the run.
#[derive(Clone, Debug)]
pub(crate) enum Cash {
    /// The data hold no bill rate: zero, and the reports say so.
    Unknown,
    /// The return of cash in each period.
    Bills(Vec<f64>),
}

impl Cash {
    /// The bill rate known at the beginning of each period, actual/365: what the simulator pays, without a spread.
    pub(super) fn of(market: &Market, run: &Road, notices: &mut Vec<String>) -> Self {
        Self::over(market, run.first, &run.sessions, notices)
    }

    /// The same over `sessions`, of which the first is `first`.
    pub(crate) fn over(
        market: &Market,
        first: Day,
        sessions: &[Date],
        notices: &mut Vec<String>,
    ) -> Self {
        if market.series(BILLS).is_none() {
            return Cash::Unknown;
        }
        let days = first.0..first.0 + sessions.len() as u32;
        let mut unknown = 0;
        let rates: Vec<f64> = days
            .zip(sessions.windows(2))
            .map(|(day, dates)| match market.as_of(Day(day)).latest(BILLS) {
                Some(fact) => over(fact.value, dates[0], dates[1]),
                None => {
                    unknown += 1;
                    0.0
                }
            })
            .collect();
        if unknown > 0 {
            notices.push(format!(
                "the bill rate is unknown in {unknown} periods and counts as zero there"
            ));
        }
        Cash::Bills(rates)
    }

    /// The same for the lab.
    pub(crate) fn risk_free(&self) -> RiskFree<'_> {
        match self {
            Cash::Unknown => RiskFree::ZERO,
            Cash::Bills(rates) => RiskFree::Series(rates),
        }
    }

    /// Returns above it.
    pub(crate) fn excess(&self, returns: &[f64]) -> Vec<f64> {
        match self.risk_free() {
            RiskFree::Constant(f) => returns.iter().map(|r| r - f).collect(),
            RiskFree::Series(rates) => returns.iter().zip(rates).map(|(r, f)| r - f).collect(),
        }
    }

    /// The convention in a sentence.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Cash::Unknown => "zero: the data hold no bill rate",
            Cash::Bills(_) => {
                "the series `bills`, the rate known at the beginning of each period, actual/365"
            }
        }
    }
}

/// All figures of a study.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Of the strategy, against the first rival.
    pub(crate) metrics: MetricSet,
    /// Of each rival by itself.
    pub(crate) rivals: Vec<MetricSet>,
    /// Of the strategy against each rival.
    pub(crate) against: Vec<MetricSet>,
    /// Trailing windows at the end: months, and for each the periods and seven metrics.
    pub(crate) grid: Vec<GridRow>,
    /// The deepest drawdowns.
    pub(crate) drawdowns: Vec<DrawdownRow>,
    /// Year by year.
    pub(crate) years: CalendarReturns,
    /// Year by year, each rival.
    pub(crate) rival_years: Vec<CalendarReturns>,
    /// What it did in which times, by the first rival.
    pub(crate) times: Vec<Told>,
    /// What its file expects, held against that.
    pub(crate) expected: Vec<Held>,
    /// The day of publication and the figures of what came after it, out of sample, when both sides have sessions.
    pub(crate) since_published: Option<(Date, MetricSet)>,
}

/// What a strategy shows beside each rival.
const AGAINST: [&str; 8] = [
    "alpha_yearly",
    "beta",
    "correlation",
    "active_return_yearly",
    "tracking_error",
    "information_ratio_arithmetic",
    "up_capture_yearly",
    "down_capture_yearly",
];

/// Measures a study.
///
/// # Errors
/// When there is nothing to measure: fewer than two sessions, or everything was lost.
pub(crate) fn measure(study: &Study) -> Result<Measured> {
    let returns = study.run.returns.as_slice();
    let dates = study.run.sessions.as_slice();
    let risk_free = study.cash.risk_free();
    let per_year = study.per_year();
    let alone = Record::new(dates, returns, risk_free, per_year)?;
    let record = match study.rivals.first() {
        Some(rival) => alone.with_benchmark(&rival.returns)?,
        None => alone,
    };
    let run = Prepared::new(record);
    let times = match record.benchmark() {
        Some(_) => times(&record, &study.opened.market)?,
        None => Vec::new(),
    };
    let mut measured = Measured {
        expected: held(&record, &times, &study.strategy.provenance.expected),
        times,
        metrics: MetricSet::of(&run),
        rivals: Vec::new(),
        against: Vec::new(),
        grid: grid(&record)?,
        drawdowns: drawdowns(&run, DRAWDOWNS),
        years: CalendarReturns::of(&run),
        rival_years: Vec::new(),
        since_published: since_published(study, &record)?,
    };
    for (ix, rival) in study.rivals.iter().enumerate() {
        let own = Prepared::new(Record::new(dates, &rival.returns, risk_free, per_year)?);
        measured.rivals.push(MetricSet::of(&own));
        measured.rival_years.push(CalendarReturns::of(&own));
        measured.against.push(match ix {
            0 => against(&run),
            _ => against(&Prepared::new(alone.with_benchmark(&rival.returns)?)),
        });
    }
    Ok(measured)
}

fn against(run: &Prepared<'_>) -> MetricSet {
    MetricSet::chosen(run, AGAINST.iter().filter_map(|key| trimtab_lab::metrics::find(key)))
}

/// The figures of what came after the strategy was published.
fn since_published(study: &Study, record: &Record<'_>) -> Result<Option<(Date, MetricSet)>> {
    /// Fewer periods than this say nothing.
    const LEAST: usize = 12;
    let Some(published) = study.strategy.provenance.published.map(|p| p.date()) else {
        return Ok(None);
    };
    let first = record.dates().partition_point(|date| *date <= published).saturating_sub(1);
    if first == 0 || record.len() < first + LEAST {
        return Ok(None);
    }
    let part = Prepared::new(record.part(first, record.len())?);
    Ok(Some((published, MetricSet::of(&part))))
}

/// Seven metrics over the last 1, 3, 6 and 12 months.
pub(crate) fn grid(record: &Record<'_>) -> Result<Vec<GridRow>> {
    let grid = RollingTable::months(record, &MONTHS)?.grid();
    Ok(MONTHS.iter().zip(grid).map(|(months, (periods, row))| (*months, periods, row)).collect())
}

/// Figures of a curve from elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    pub(crate) metrics: MetricSet,
    pub(crate) grid: Vec<GridRow>,
    pub(crate) drawdowns: Vec<DrawdownRow>,
    pub(crate) years: CalendarReturns,
}

impl Curve {
    /// Measures a record.
    ///
    /// # Errors
    /// Never for a record that could be made; passed on from the lab.
    pub(crate) fn of(record: &Record<'_>) -> Result<Self> {
        let run = Prepared::new(*record);
        Ok(Self {
            metrics: MetricSet::of(&run),
            grid: grid(record)?,
            drawdowns: drawdowns(&run, DRAWDOWNS),
            years: CalendarReturns::of(&run),
        })
    }
}
