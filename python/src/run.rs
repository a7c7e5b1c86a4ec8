//! Runs and what they leave behind, as columns.
use std::sync::Arc;

use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{AssetId, Date, Day, Error, Kind, Market, Money};
use trimtab_sim::{Options, run_id};

use crate::data::Data;
use crate::dates::{number, parse};
use crate::errors::{exception, raised};
use crate::strategy::Strategy;

/// What a run is asked for, from keywords: `from_`, `to`, `first_decision`, `cash`, `flows`.
pub(crate) fn options(
    span: (Option<&str>, Option<&str>, Option<&str>),
    cash: f64,
    flows: &[(String, f64)],
) -> PyResult<Options> {
    let opened = Money::round_from(cash).ok().filter(|cash| *cash > Money::ZERO);
    let cash = opened.ok_or_else(|| {
        raised(
            Error::new(Kind::Usage, format!("an account is not opened with {cash}"))
                .hint("`cash` is an amount above zero, up to 9.2e12"),
        )
    })?;
    let mut options = Options {
        from: parse(span.0)?,
        to: parse(span.1)?,
        first_decision: parse(span.2)?,
        cash,
        ..Options::default()
    };
    for (day, amount) in flows {
        let day = parse(Some(day))?.expect("a date that was given is read or refused");
        let amount = Money::round_from(*amount).map_err(|error| raised(error.into()))?;
        options.flows.dated.push((day, amount));
    }
    options.flows.dated.sort();
    Ok(options)
}

/// What came of a run.
#[pyclass(frozen, module = "trimtab._trimtab")]
pub(crate) struct Run {
    pub(crate) market: Arc<Market>,
    pub(crate) strategy: trimtab_strategy::Strategy,
    pub(crate) options: Options,
    pub(crate) sessions: Vec<Date>,
    pub(crate) first: Day,
    pub(crate) equity: Vec<f64>,
    pub(crate) flows: Vec<f64>,
    pub(crate) returns: Vec<f64>,
    /// Trades, decisions and the account; none of a run without books.
    pub(crate) books: Option<trimtab_sim::Run>,
    error: Option<Error>,
    decisions: usize,
    rebalances: usize,
    pub(crate) turnover_yearly: f64,
    pub(crate) costs: f64,
    /// The same for the same strategy, data and options.
    #[pyo3(get)]
    pub(crate) id: String,
}

/// Runs a strategy through the data; without `books` in floats, for thousands of runs.
#[pyfunction]
#[pyo3(signature = (strategy, data, span, cash, flows, books))]
pub(crate) fn backtest(
    py: Python<'_>,
    strategy: &Strategy,
    data: &Data,
    span: (Option<String>, Option<String>, Option<String>),
    cash: f64,
    flows: Vec<(String, f64)>,
    books: bool,
) -> PyResult<Run> {
    let options = options((span.0.as_deref(), span.1.as_deref(), span.2.as_deref()), cash, &flows)?;
    let market = Arc::clone(&data.market);
    let id = run_id(&strategy.strategy, &data.hash, &options, 0);
    py.detach(|| Run::of(&strategy.strategy, market, options, books, id)).map_err(raised)
}

impl Run {
    fn of(
        strategy: &trimtab_strategy::Strategy,
        market: Arc<Market>,
        options: Options,
        books: bool,
        id: String,
    ) -> trimtab_core::Result<Self> {
        let strategy = strategy.clone();
        if books {
            let run = trimtab_sim::backtest(&strategy, &market, &options)?;
            return Ok(Self {
                sessions: run.sessions.clone(),
                first: run.first,
                equity: run.equity.clone(),
                flows: run.flows.clone(),
                returns: run.returns(),
                error: run.error(&market),
                decisions: run.decisions.len(),
                rebalances: run.rebalances,
                turnover_yearly: run.turnover_yearly(market.calendar().frequency().per_year()),
                costs: run.costs.total()?.as_f64(),
                books: Some(run),
                market,
                strategy,
                options,
                id,
            });
        }
        let run = trimtab_sim::light(&strategy, &market, &options)?;
        let calendar = market.calendar();
        let first = options.from.and_then(|date| calendar.on_or_after(date)).unwrap_or(Day(0));
        let count = run.equity.len();
        let error = run.ended.as_ref().map(|ended| {
            let date = calendar.date(ended.day);
            ended.error.clone().place(format!("{} on {date}", strategy.name))
        });
        let sessions = calendar.sessions()[first.index()..][..count].to_vec();
        Ok(Self {
            sessions,
            first,
            returns: run.returns(),
            flows: if run.flows.is_empty() { vec![0.0; count] } else { run.flows },
            equity: run.equity,
            error,
            decisions: run.decisions,
            rebalances: run.rebalances,
            turnover_yearly: run.turnover / 2.0 / count.max(1) as f64
                * market.calendar().frequency().per_year(),
            costs: run.costs,
            books: None,
            market,
            strategy,
            options,
            id,
        })
    }

    /// Why the run ended early.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    fn books(&self) -> PyResult<&trimtab_sim::Run> {
        self.books.as_ref().ok_or_else(|| {
            raised(
                Error::new(Kind::Usage, "a run without books has no trades, decisions and weights")
                    .hint("run it with books=True"),
            )
        })
    }
}

#[pymethods]
impl Run {
    /// The days of the sessions, counted from 1970.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        PyArray1::from_vec(py, self.sessions.iter().map(|day| number(*day)).collect())
    }
    /// The value at each close, after the day's flow.
    #[getter]
    fn equity<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.equity)
    }
    /// What came in or went out at each close.
    #[getter]
    fn flows<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.flows)
    }
    /// Returns between the sessions, flows excluded: one fewer than sessions.
    #[getter]
    fn returns<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.returns)
    }
    /// What bills earned in each period; empty when the data hold no rate.
    #[getter]
    fn bills<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        let mut rates = crate::measure::bills(&self.market, &self.options, self.first);
        rates.truncate(self.returns.len());
        PyArray1::from_vec(py, rates)
    }
    /// Decisions, decisions of which an order was filled, and what was paid for trading.
    #[getter]
    fn counts(&self) -> (usize, usize, f64) {
        (self.decisions, self.rebalances, self.costs)
    }
    /// Why the run ended before its last session.
    #[getter]
    fn ended<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.error.as_ref().map(|error| exception(py, error)).transpose()
    }
    /// How things were counted, and what the reader should know.
    #[getter]
    fn conventions(&self) -> (Vec<String>, Vec<String>) {
        self.books
            .as_ref()
            .map_or_else(Default::default, |run| (run.conventions.clone(), run.notes.clone()))
    }
    /// The weights at each close: a row a session, a column an asset.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (run, assets) = (self.books()?, self.market.assets().len());
        let row = |ix: usize| {
            let mut row = vec![0.0; assets];
            run.weights(ix).iter().for_each(|(asset, weight)| row[asset.index()] = *weight);
            row
        };
        let rows: Vec<Vec<f64>> = (0..run.equity.len()).map(row).collect();
        Ok(PyArray2::from_vec2(py, &rows)?)
    }
    /// Each decision: its day, what occasioned it, the target by symbol, the reasons.
    #[getter]
    #[allow(clippy::type_complexity)]
    fn decisions<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(i64, &'static str, Bound<'py, PyDict>, Vec<(String, String)>)>> {
        let each = self.books()?.decisions.iter().map(|decision| {
            let target = PyDict::new(py);
            for (asset, weight) in decision.target.iter() {
                target.set_item(self.market.symbol(asset), weight)?;
            }
            let because = decision.because.iter().map(|note| (note.node.clone(), note.why.clone()));
            let day = number(self.market.calendar().date(decision.day));
            Ok((day, decision.why.word(), target, because.collect()))
        });
        each.collect()
    }
    /// Each fill: decided, filled, symbol, shares (negative: sold), price, value, costs, why.
    #[getter]
    #[allow(clippy::type_complexity)]
    fn trades(&self) -> PyResult<Vec<(i64, i64, String, f64, f64, f64, f64, &'static str)>> {
        let date = |day: Day| number(self.market.calendar().date(day));
        let each = self.books()?.trades.iter().map(|trade| {
            let fill = &trade.fill;
            let costs = fill.costs.total().map_err(raised)?.as_f64();
            let symbol = self.market.symbol(fill.asset).to_owned();
            let (shares, value) = (fill.quantity.as_f64(), fill.gross.as_f64());
            Ok((
                date(trade.decided),
                date(trade.filled),
                symbol,
                shares,
                fill.price,
                value,
                costs,
                trade.why.word(),
            ))
        });
        each.collect()
    }
    /// The symbols of the columns of `weights`.
    #[getter]
    fn symbols(&self) -> Vec<String> {
        let assets = 0..self.market.assets().len() as u16;
        assets.map(|asset| self.market.symbol(AssetId(asset)).to_owned()).collect()
    }
    /// Checks that the books close and the journal replays to the account.
    fn audit_books(&self) -> PyResult<()> {
        self.books()?.audit().map_err(raised)
    }
}
