//! Proof that a strategy does not look ahead, rules in Python included.
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{Error, Kind, Market};
use trimtab_sim::{Certificate, Check, Options, Scope, audit_with, backtest};

use crate::data::Data;
use crate::errors::{caught, raised};
use crate::run::options;
use crate::strategy::Strategy;

/// Audits a strategy. `cut`, when given, is called with the last day and the market before each run on one whose future was
/// changed: it changes the future of what rules in Python hold besides, or makes the strategy anew, which is a check of
/// its own.
#[pyfunction]
#[pyo3(signature = (strategy, data, span, dates, seed, cut=None))]
pub(crate) fn audit<'py>(
    py: Python<'py>,
    strategy: &Strategy,
    data: &Data,
    span: (Option<String>, Option<String>),
    dates: usize,
    seed: u64,
    cut: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let options = options((span.0.as_deref(), span.1.as_deref(), None), 100_000.0, &[])?;
    let scope = Scope { dates, seed };
    let (market, tree) = (&data.market, &strategy.strategy);
    let made = py.detach(|| {
        let mut made = trimtab_sim::audit(tree, market, &data.hash, &options, &scope)?;
        if let Some(cut) = &cut {
            made.checks.push(captured(tree, market, &options, &scope, cut)?);
        }
        Ok(made)
    });
    certificate(py, &made.map_err(raised)?)
}

/// The check `captured`: the same as `future`, with what the rules hold besides changed as well.
fn captured(
    strategy: &trimtab_strategy::Strategy,
    market: &Market,
    options: &Options,
    scope: &Scope,
    cut: &Py<PyAny>,
) -> trimtab_core::Result<Check> {
    let whole = backtest(strategy, market, options)?;
    let run = |market: &Market, options: &Options| {
        let until = options.to.map(|date| date.to_string());
        let again = Python::attach(|py| again(py, cut, until, Data::made(market)))?;
        let strategy = again.as_ref().map_or(strategy, |again| &again.get().strategy);
        backtest(strategy, market, options)
    };
    let made = audit_with(&strategy.name, &run, &whole, market, options, scope);
    let check = made?.checks.into_iter().next();
    let check = check.ok_or_else(|| Error::new(Kind::Data, "there was nothing to check"))?;
    Ok(Check { name: "captured", ..check })
}

/// Tells Python which future is gone; perhaps it makes the strategy anew from the changed market.
fn again(
    py: Python<'_>,
    cut: &Py<PyAny>,
    until: Option<String>,
    data: Data,
) -> trimtab_core::Result<Option<Py<Strategy>>> {
    let made = cut.call1(py, (until, data)).and_then(|made| {
        let made = made.bind(py);
        if made.is_none() { Ok(None) } else { Ok(Some(made.cast::<Strategy>()?.clone().unbind())) }
    });
    made.map_err(|error| caught(py, &error))
}

fn certificate<'py>(py: Python<'py>, made: &Certificate) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("strategy", &made.strategy)?;
    dict.set_item("passed", made.passed())?;
    dict.set_item("run_id", &made.run_id)?;
    dict.set_item("decisions", made.decisions)?;
    let checks = made.checks.iter().map(|check| (check.name, check.passed, check.said.clone()));
    dict.set_item("checks", checks.collect::<Vec<_>>())?;
    dict.set_item("delay", made.delay.map(|delay| (delay.own, delay.later)))?;
    dict.set_item("notes", &made.notes)?;
    dict.set_item("text", made.to_string())?;
    Ok(dict)
}
