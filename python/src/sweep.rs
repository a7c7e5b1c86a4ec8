//! One strategy with many sets of parameters.
use std::collections::BTreeMap;
use std::sync::Arc;

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{Day, Error, Kind, Market};
use trimtab_lab::RiskFree;
use trimtab_lab::sweep::{Axis, Design, Engine, Figures, Row};
use trimtab_sim::Options;
use trimtab_strategy::Template;
use trimtab_trials::{Sets, chosen};

use crate::data::Data;
use crate::errors::raised;
use crate::measure::bills;
use crate::run::options;
use crate::strategy::Strategy;

/// A sweep that is prepared: any part of its sets can be run, and gives the same rows wherever it is.
#[pyclass(frozen, module = "trimtab._trimtab")]
pub(crate) struct Sweep {
    template: Template,
    design: Design,
    pub(crate) market: Arc<Market>,
    pub(crate) options: Options,
    engine: Engine,
    bills: Vec<f64>,
    /// Parameters that all sets have in common.
    chosen: BTreeMap<String, String>,
}

impl Sweep {
    /// The engine's word in the trial ledger.
    pub(crate) fn mode(&self) -> &'static str {
        match self.engine {
            Engine::Books => "books",
            Engine::Light => "light",
        }
    }

    /// The sets as trials are made of them.
    pub(crate) fn sets_of(&self) -> Sets<'_> {
        Sets {
            template: &self.template,
            design: &self.design,
            market: &self.market,
            options: &self.options,
            chosen: &self.chosen,
        }
    }

    /// Returns less what cash earned.
    pub(crate) fn excess(&self, returns: &[f64]) -> Vec<f64> {
        match self.bills.is_empty() {
            true => returns.to_vec(),
            false => returns.iter().zip(&self.bills).map(|(r, b)| r - b).collect(),
        }
    }
}

/// How the sets are drawn from the ranges.
fn design(
    ranges: &[String],
    table: Option<(Vec<String>, Vec<Vec<String>>)>,
    draw: (&str, u32, u64),
) -> trimtab_core::Result<Design> {
    if let Some((paths, rows)) = table {
        return Design::table(paths, rows);
    }
    let axes = ranges.iter().map(|text| Axis::parse(text)).collect::<Result<Vec<_>, Error>>()?;
    let (how, count, seed) = draw;
    match how {
        "grid" => Design::grid(axes),
        "random" => Design::random(axes, count, seed),
        "latin-hypercube" => Design::latin_hypercube(axes, count, seed),
        _ => Err(Error::new(Kind::Usage, format!("`{how}` is no design"))
            .hint("grid, random or latin-hypercube")),
    }
}

#[pymethods]
impl Sweep {
    /// Prepares a sweep: ranges as on the command line (`trend.slow=100..300:10`), or a table of sets.
    #[new]
    #[pyo3(signature = (strategy, data, ranges, table, draw, span, cash, books))]
    #[allow(clippy::too_many_arguments)] // one keyword each in Python
    fn new(
        strategy: &Strategy,
        data: &Data,
        ranges: Vec<String>,
        table: Option<(Vec<String>, Vec<Vec<String>>)>,
        draw: (String, u32, u64),
        span: (Option<String>, Option<String>, Option<String>),
        cash: f64,
        books: bool,
    ) -> PyResult<Self> {
        let span = (span.0.as_deref(), span.1.as_deref(), span.2.as_deref());
        let options = options(span, cash, &[])?;
        let design = design(&ranges, table, (&draw.0, draw.1, draw.2)).map_err(raised)?;
        let calendar = data.market.calendar();
        // A run that cannot begin says why by itself.
        let from = options.from.map_or(Some(Day(0)), |date| calendar.on_or_after(date));
        let bills = from.map_or_else(Vec::new, |from| bills(&data.market, &options, from));
        let engine = if books { Engine::Books } else { Engine::Light };
        let market = Arc::clone(&data.market);
        let chosen = chosen(&strategy.text, &strategy.strategy, &strategy.set);
        let template = strategy.template.clone();
        Ok(Self { template, design, market, options, engine, bills, chosen })
    }

    fn __len__(&self) -> usize {
        self.design.len()
    }

    /// The parameters, in the order of the values of a set.
    #[getter]
    fn paths(&self) -> Vec<String> {
        self.design.paths().to_vec()
    }

    /// The values of the sets from `first` to before `end`, as text of the strategy file.
    fn sets(&self, first: usize, end: usize) -> Vec<Vec<String>> {
        (first..end.min(self.design.len())).map(|ix| self.design.set(ix)).collect()
    }

    /// Runs the sets from `first` to before `end`, on all cores: a column for each figure, NaN where there is none, and
    /// the errors by index.
    fn run<'py>(&self, py: Python<'py>, first: usize, end: usize) -> PyResult<Bound<'py, PyDict>> {
        let sets = first..end.min(self.design.len());
        let rows = py.detach(|| {
            let sweep = trimtab_lab::sweep::Sweep::new(
                &self.template,
                &self.design,
                &self.market,
                &self.options,
                self.engine,
                match self.bills.is_empty() {
                    true => RiskFree::ZERO,
                    false => RiskFree::Series(&self.bills),
                },
            )?;
            Ok(sweep.rows(sets))
        });
        columns(py, &rows.map_err(raised)?)
    }
}

fn columns<'py>(py: Python<'py>, rows: &[Row]) -> PyResult<Bound<'py, PyDict>> {
    type Get = fn(&Figures) -> Option<f64>;
    const FIGURES: [(&str, Get); 9] = [
        ("final_value", |f| Some(f.final_value)),
        ("return_yearly_periods", |f| Some(f.return_yearly_periods)),
        ("volatility_yearly", |f| f.volatility_yearly),
        ("sharpe", |f| f.sharpe),
        ("drawdown_max", |f| Some(f.drawdown_max)),
        ("turnover_yearly", |f| Some(f.turnover_yearly)),
        ("costs", |f| Some(f.costs)),
        ("decisions", |f| Some(f.decisions as f64)),
        ("rebalances", |f| Some(f.rebalances as f64)),
    ];
    let table = PyDict::new(py);
    for (name, get) in FIGURES {
        let column = rows.iter().map(|row| row.figures.as_ref().and_then(get).unwrap_or(f64::NAN));
        table.set_item(name, PyArray1::from_vec(py, column.collect()))?;
    }
    let errors: Vec<Option<String>> =
        rows.iter().map(|row| row.error.as_ref().map(ToString::to_string)).collect();
    table.set_item("error", errors)?;
    Ok(table)
}
