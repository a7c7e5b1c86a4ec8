//! What is measured, and the figures that must agree with the peers' before the times mean anything.

use crate::clock::seconds;
use serde_json::json;
use std::hint::black_box;
use std::path::Path;
use trimtab_core::{Date, Market};
use trimtab_data::load;
use trimtab_lab::rolling::{MONTHS, RollingMetric, RollingTable};
use trimtab_lab::sweep::{Axis, Design, Engine, Figures, Row, Sweep};
use trimtab_lab::tearsheet::{Data, Rival, TearSheet};
use trimtab_lab::variations::{Base, Variations};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_sim::{Options, backtest};
use trimtab_strategy::{Strategy, Template};

type Job = fn(folder: &Path) -> Result<serde_json::Value, String>;

const JOBS: &[(&str, Job)] = &[
    ("books", books),
    ("light", light),
    ("metrics", metrics),
    ("report", report),
    ("rolling", rolling),
    ("sweep", sweep),
];

/// Trading days in a year, as the peers count them.
const YEAR: f64 = 252.0;

const YARDSTICK: &str = include_str!("../../strategies/anchor-w1.toml");

/// Does the job and returns its line.
pub(crate) fn run(job: &str, folder: &Path) -> Result<String, String> {
    if let Some(line) = crate::windows::run(job, folder) {
        return line.map(|line| line.to_string());
    }
    let (name, job) = JOBS
        .iter()
        .find(|(name, _)| *name == job)
        .ok_or_else(|| format!("there is no job `{job}`, only {}", names()))?;
    let mut line = job(folder)?;
    line["job"] = json!(name);
    Ok(line.to_string())
}

/// The jobs, for messages.
pub(crate) fn names() -> String {
    let jobs: Vec<&str> = JOBS.iter().map(|(name, _)| *name).collect();
    let windows: Vec<String> =
        crate::windows::names().map(|name| format!("{name}-20, -100 or -500")).collect();
    format!("{}, {}", jobs.join(", "), windows.join(", "))
}

/// One backtest with the books kept to the last unit: 15 of 20 series, a decision a month.
fn books(folder: &Path) -> Result<serde_json::Value, String> {
    let (market, strategy, options) = (market(folder)?, yardstick()?, Options::default());
    let run = backtest(&strategy, &market, &options).map_err(|error| error.to_string())?;
    if let Some(error) = run.error(&market) {
        return Err(error.to_string());
    }
    let seconds = seconds(|| backtest(black_box(&strategy), &market, &options));
    Ok(json!({
        "cpu_s": seconds,
        "final": run.last_value(),
        "sharpe": sharpe(&run.returns()),
        "rebalances": run.rebalances,
    }))
}

/// The same in floats and without books, as searches run it. Months and rates are worked out anew in every call, as the
/// peers do.
fn light(folder: &Path) -> Result<serde_json::Value, String> {
    let (market, strategy, options) = (market(folder)?, yardstick()?, Options::default());
    let call = || trimtab_sim::light(black_box(&strategy), &market, &options);
    let run = call().map_err(|error| error.to_string())?;
    if run.kept_books || run.ended.is_some() {
        return Err("the light run took another road".into());
    }
    let seconds = seconds(call);
    Ok(json!({
        "cpu_s": seconds,
        "final": run.last_value(),
        "sharpe": sharpe(&run.returns()),
        "rebalances": run.rebalances,
    }))
}

/// Ten thousand sets of parameters of the same strategy, without books, from one common first decision on.
fn sweep(folder: &Path) -> Result<serde_json::Value, String> {
    let said = |error: trimtab_core::Error| error.to_string();
    let market = market(folder)?;
    let template = Template::new("anchor-w1", YARDSTICK).map_err(said)?;
    let axes = [
        "trend.fast=5..50:5",
        "trend.slow=100..280:20",
        "portfolio.step=0.08..0.24:0.04",
        "portfolio.least=0..0.2:0.05",
        "portfolio.most=0.7..1:0.1",
    ];
    let axes: Result<Vec<Axis>, _> = axes.into_iter().map(Axis::parse).collect();
    let design = Design::grid(axes.map_err(said)?).map_err(said)?;
    let first_decision = market.calendar().sessions().get(START).copied();
    let options = Options { first_decision, ..Options::default() };
    let call = || -> trimtab_core::Result<Vec<Row>> {
        let (engine, risk_free) = (Engine::Light, RiskFree::ZERO);
        let sweep = Sweep::new(&template, &design, &market, &options, engine, risk_free)?;
        Ok(sweep.rows(0..design.len()))
    };
    let rows = call().map_err(said)?;
    let figures: Option<Vec<Figures>> = rows.iter().map(|row| row.figures).collect();
    let figures = figures.ok_or("a set failed")?;
    let sharpe = |figures: &Figures| figures.sharpe.unwrap_or(f64::NEG_INFINITY);
    let better = |a: usize, b: usize| if sharpe(&figures[b]) > sharpe(&figures[a]) { b } else { a };
    let best = (0..figures.len()).reduce(better).ok_or("there is no set")?;
    Ok(json!({
        "cpu_s": seconds(call),
        "sets": figures.len(),
        "final_mean": figures.iter().map(|f| f.final_value).sum::<f64>() / figures.len() as f64,
        "best": best,
        "sharpe_best": sharpe(&figures[best]),
    }))
}

/// The session from which on all sets of the sweep decide: the longest of their averages is full.
const START: usize = 299;

/// Every metric of the registry on one run beside its benchmark.
fn metrics(folder: &Path) -> Result<serde_json::Value, String> {
    let series = Series::read(folder)?;
    let record = series.record()?;
    let set = MetricSet::of(&Prepared::new(record));
    let seconds = seconds(|| MetricSet::of(&Prepared::new(black_box(record))));
    let get = |key: &str| set.get(key).ok_or_else(|| format!("{key} is undefined"));
    Ok(json!({
        "cpu_s": seconds,
        "metrics": set.values.iter().filter(|value| value.value.is_some()).count(),
        "sharpe": get("sharpe")?,
        "drawdown_max": get("drawdown_max")?,
    }))
}

/// The HTML page on a run beside a benchmark. The run comes before the clock starts, and so do the runs with one thing
/// changed that the page tells of; what those take is told beside it.
fn report(folder: &Path) -> Result<serde_json::Value, String> {
    let said = |error: trimtab_core::Error| error.to_string();
    let (market, strategy, options) = (market(folder)?, yardstick()?, Options::default());
    let run = backtest(&strategy, &market, &options).map_err(said)?;
    let series = Series::read(folder)?;
    let returns = run.returns();
    let benchmark = &series.benchmark[series.benchmark.len() - returns.len()..];
    write_returns(&folder.join("report.csv"), &run.sessions[1..], &returns, benchmark)?;
    let base = Base {
        strategy: &strategy,
        market: &market,
        options: &options,
        benchmark: Some(benchmark),
    };
    let variations = Variations::of(base).map_err(said)?;
    let sheet = TearSheet {
        budget: "",
        strategy: &strategy,
        market: &market,
        sessions: &run.sessions,
        equity: &run.equity,
        flows: false,
        record: Record::new(&run.sessions, &returns, RiskFree::ZERO, YEAR).map_err(said)?,
        rivals: vec![Rival { name: "benchmark", about: "bought and held", returns: benchmark }],
        styles: Vec::new(),
        books: Some(&run),
        variations: Ok(&variations),
        revisions: None,
        certificate: None,
        data: Data {
            source: "prices.csv",
            hash: "",
            files: Vec::new(),
            notices: &[],
            doubts: Vec::new(),
        },
        risk_free: "zero",
        id: "bench",
        ended: None,
        disclaimer: "",
    };
    let call = || sheet.page().map(|page| page.html());
    let html = call().map_err(said)?;
    Ok(json!({
        "cpu_s": seconds(call),
        "again_cpu_s": seconds(|| Variations::of(black_box(base))),
        "again_runs": variations.runs,
        "bytes": html.len(),
        "growth": returns.iter().map(|r| 1.0 + r).product::<f64>(),
        "drawdown_max": Prepared::new(sheet.record).path.depth_max,
    }))
}

/// What the page is about, for the peers.
fn write_returns(
    path: &Path,
    dates: &[Date],
    run: &[f64],
    benchmark: &[f64],
) -> Result<(), String> {
    let mut text = "date,run,benchmark\n".to_owned();
    for ((date, own), other) in dates.iter().zip(run).zip(benchmark) {
        text += &format!("{date},{own},{other}\n");
    }
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Return, alpha, beta, Sharpe ratio, Sortino ratio, volatility and drawdown over 1, 3, 6 and 12 months at every date.
fn rolling(folder: &Path) -> Result<serde_json::Value, String> {
    let series = Series::read(folder)?;
    let record = series.record()?;
    let table = RollingTable::months(&record, &MONTHS).map_err(|error| error.to_string())?;
    let seconds = seconds(|| RollingTable::months(black_box(&record), &MONTHS));
    let year = table.windows().last().ok_or("the table has no window")?;
    let last = |metric: RollingMetric| {
        year.column(metric).last().ok_or_else(|| format!("{metric:?} is undefined"))
    };
    Ok(json!({
        "cpu_s": seconds,
        "sharpe": last(RollingMetric::Sharpe)?,
        "drawdown_max": last(RollingMetric::DrawdownMax)?,
        "beta": last(RollingMetric::Beta)?,
    }))
}

fn market(folder: &Path) -> Result<Market, String> {
    let loaded = load(&[folder.join("prices.csv")], &trimtab_data::Options::default());
    Ok(loaded.map_err(|error| error.to_string())?.market)
}

fn yardstick() -> Result<Strategy, String> {
    Strategy::parse("anchor-w1", YARDSTICK).map_err(|error| error.to_string())
}

fn sharpe(returns: &[f64]) -> f64 {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
    mean / variance.sqrt() * YEAR.sqrt()
}

/// The series that the metrics are measured on: `returns.csv`, with the columns date, run and benchmark.
struct Series {
    /// One more than returns: the day the run began stands first.
    dates: Vec<Date>,
    run: Vec<f64>,
    benchmark: Vec<f64>,
}

impl Series {
    fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("returns.csv");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let mut series = Self { dates: Vec::new(), run: Vec::new(), benchmark: Vec::new() };
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [date, run, benchmark] = cells[..] else { return Err(format!("odd line: {line}")) };
            let number = |text: &str| text.parse::<f64>().map_err(|e| format!("{text}: {e}"));
            series.dates.push(date.parse().map_err(|e| format!("{date}: {e}"))?);
            series.run.push(number(run)?);
            series.benchmark.push(number(benchmark)?);
        }
        let first = series.dates.first().ok_or("returns.csv is empty")?;
        let before = first.yesterday().map_err(|error| error.to_string())?;
        series.dates.insert(0, before);
        Ok(series)
    }

    fn record(&self) -> Result<Record<'_>, String> {
        Record::new(&self.dates, &self.run, RiskFree::ZERO, YEAR)
            .and_then(|record| record.with_benchmark(&self.benchmark))
            .map_err(|error| error.to_string())
    }
}
