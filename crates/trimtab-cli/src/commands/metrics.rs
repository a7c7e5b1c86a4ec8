//! `trimtab metrics`: figures of a series from elsewhere.
use serde_json::{Map, Value, json};
use trimtab_core::{Calendar, Error, Kind, Result};
use trimtab_lab::{Record, RiskFree};

use crate::args::{Format, Metrics};
use crate::report::{DISCLAIMER, json, table};
use crate::say::{self, Outcome};
use crate::series::{self, Column, Returns};
use crate::study::Curve;
use trimtab_lab::figures::HEAD;

/// Measures the series and prints every metric.
pub(crate) fn run(args: &Metrics) -> Outcome {
    let own = read(&args.file.to_string_lossy(), args)?;
    let per_year = per_year(args, &own)?;
    let cash = cash(args, &own)?;
    let risk_free = match (&cash, &args.rf) {
        (Cash::Series(returns), _) => RiskFree::Series(returns),
        (Cash::Yearly(rate), Some(_)) => RiskFree::yearly(*rate, per_year),
        _ => RiskFree::ZERO,
    };
    let mut record = Record::new(&own.dates, &own.returns, risk_free, per_year)?;
    let mut notices = Vec::new();
    let other =
        args.benchmark.as_ref().map(|path| read(&path.to_string_lossy(), args)).transpose()?;
    let other = other.map(|other| aligned(&other, &own, &mut notices)).transpose()?;
    if let Some(returns) = &other {
        record = record.with_benchmark(returns)?;
    }
    let benchmark = match &other {
        Some(returns) => Some(Curve::of(&Record::new(&own.dates, returns, risk_free, per_year)?)?),
        None => None,
    };
    let curve = Curve::of(&record)?;
    match args.format {
        Format::Json => say::json(&report(&curve, &cash, &notices)),
        Format::Table => {
            let mut text = head(&own, per_year);
            text += &table::short(&curve.metrics, benchmark.as_ref().map(|b| &b.metrics));
            text += &table::grid(&curve.grid);
            text += &table::drawdowns(&curve.drawdowns);
            text += &format!("\n{}", table::list(&curve.metrics));
            text += &table::notices(&notices);
            say::result(&format!("{text}\n{DISCLAIMER}\n"))
        }
    }
}

/// What cash earned.
enum Cash {
    Nothing,
    /// A constant, as a fraction a year.
    Yearly(f64),
    /// The return of each period.
    Series(Vec<f64>),
}

impl Cash {
    fn words(&self) -> String {
        match self {
            Cash::Nothing => "zero: no rate was given".to_owned(),
            Cash::Yearly(rate) => format!("a constant {} % a year", rate * 100.0),
            Cash::Series(_) => {
                "a series, the rate known at the beginning of each period, actual/365".to_owned()
            }
        }
    }
}

fn read(spec: &str, args: &Metrics) -> Result<Returns> {
    let (path, column) = series::split_spec(spec);
    let column = Column::read(&path, column)?;
    let kind = column.kind(args.kind)?;
    column.returns(kind)
}

fn per_year(args: &Metrics, own: &Returns) -> Result<f64> {
    match args.per_year {
        Some(n) if n > 0.0 && n.is_finite() => Ok(n),
        Some(n) => Err(Error::new(Kind::Usage, format!("{n} periods a year are impossible"))),
        None => Ok(Calendar::new(own.dates.clone())?.frequency().per_year()),
    }
}

fn cash(args: &Metrics, own: &Returns) -> Result<Cash> {
    let Some(said) = &args.rf else { return Ok(Cash::Nothing) };
    if let Ok(percent) = said.trim_end_matches('%').trim().parse::<f64>() {
        return match percent.is_finite() && percent > -100.0 {
            true => Ok(Cash::Yearly(percent / 100.0)),
            false => Err(Error::new(Kind::Usage, format!("{said} is no rate in percent a year"))),
        };
    }
    let (path, column) = series::split_spec(said);
    series::cash_returns(&Column::read(&path, column)?, &own.dates).map(Cash::Series)
}

/// The other curve on the dates of the own one.
fn aligned(other: &Returns, own: &Returns, notices: &mut Vec<String>) -> Result<Vec<f64>> {
    let (returns, carried) = other.on(&own.dates, "the benchmark")?;
    if carried > 0 {
        notices.push(format!(
            "the benchmark has no value on {carried} dates; the last one stands there"
        ));
    }
    Ok(returns)
}

fn head(own: &Returns, per_year: f64) -> String {
    let (first, last) = (own.dates[0], own.dates[own.dates.len() - 1]);
    format!("{first} to {last}, {} returns, {per_year} a year\n\n", own.returns.len())
}

fn report(curve: &Curve, cash: &Cash, notices: &[String]) -> Value {
    let run = &curve.metrics.run;
    let mut report = Map::new();
    let mut put = |key: &str, value: Value| report.insert(key.to_owned(), value);
    put("from", json!(run.start));
    put("to", json!(run.end));
    put("periods", json!(run.periods));
    put("periods_a_year", json!(run.periods_yearly));
    for (key, value) in json::figures(&curve.metrics, &HEAD) {
        put(&key, value);
    }
    put("grid", json::grid(&curve.grid));
    put("metrics", json::metrics(&curve.metrics));
    put("drawdowns", json::drawdowns(&curve.drawdowns));
    put("years", json::years(&curve.years));
    put(
        "conventions",
        json!({ "risk_free": cash.words(), "metrics": json::metric_conventions(&curve.metrics) }),
    );
    put("notices", json!(notices));
    put("disclaimer", json!(DISCLAIMER));
    Value::Object(report)
}
