//! Rules written in Python.
use std::fmt;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use toml::Table;
use trimtab_core::{AssetId, Error, Kind, Result, Scores, Weights};
use trimtab_strategy::{Allocator, Cx, Gauge, Signal, Words};

use crate::errors::{caught, raised};
use crate::past::{Past, lend};

/// Registers a function under a name. `class_`: allocator, signal or gauge; `code` identifies what the function does.
#[pyfunction]
#[pyo3(signature = (class_, name, code, function))]
pub(crate) fn register(
    class_: &str,
    name: String,
    code: String,
    function: Py<PyAny>,
) -> PyResult<()> {
    let function = Arc::new(function);
    let about = name.clone();
    let rule = move |with: &Table| Rule::new(&about, &function, with).map(Arc::new);
    match class_ {
        "allocator" => {
            trimtab_strategy::register::<dyn Allocator>(name, code, move |with| Ok(rule(with)?))
        }
        "signal" => {
            trimtab_strategy::register::<dyn Signal>(name, code, move |with| Ok(rule(with)?))
        }
        "gauge" => trimtab_strategy::register::<dyn Gauge>(name, code, move |with| Ok(rule(with)?)),
        _ => {
            let said = format!("`{class_}` is not a class of rules");
            return Err(raised(Error::new(Kind::Usage, said).hint("allocator, signal or gauge")));
        }
    }
    Ok(())
}

/// A function with its parameters.
struct Rule {
    name: String,
    function: Arc<Py<PyAny>>,
    with: Py<PyDict>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Python function {}", self.name)
    }
}

impl Rule {
    fn new(
        name: &str,
        function: &Arc<Py<PyAny>>,
        with: &Table,
    ) -> std::result::Result<Self, String> {
        let text = serde_json::to_string(with).map_err(|error| error.to_string())?;
        Python::attach(|py| {
            let read = py.import("json").and_then(|json| json.call_method1("loads", (text,)));
            let with = read.and_then(|with| Ok(with.cast_into::<PyDict>()?));
            let with = with.map_err(|error| error.to_string())?.unbind();
            Ok(Self { name: name.to_owned(), function: Arc::clone(function), with })
        })
    }

    /// Calls the function with the past, more arguments and the parameters.
    fn call<T>(
        &self,
        cx: &mut Cx<'_>,
        among: Option<&[AssetId]>,
        read: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> Result<T> {
        Python::attach(|py| {
            let market = cx.past();
            let symbols = among.map(|among| among.iter().map(|a| market.symbol(*a)).collect());
            let call = |past: &Bound<'_, Past>| {
                let arguments = match symbols {
                    None => PyTuple::new(py, [past])?,
                    Some(symbols) => {
                        let symbols: Vec<&str> = symbols;
                        (past, symbols).into_pyobject(py)?
                    }
                };
                read(&self.function.bind(py).call(arguments, Some(self.with.bind(py)))?)
            };
            let (result, left) = lend(py, cx, call)?;
            left.into(cx);
            result.map_err(|error| caught(py, &error))
        })
    }

    fn explain(&self, words: &mut Words) {
        words.line(format!("as the Python function `{}` says", self.name));
    }
}

/// Numbers by symbol: a dict, a pandas series, or any other mapping.
fn by_symbol(answer: &Bound<'_, PyAny>) -> PyResult<Vec<(String, f64)>> {
    let pairs = answer.call_method0("items")?;
    pairs.try_iter()?.map(|pair| pair?.extract()).collect()
}

impl Allocator for Rule {
    fn allocate(&self, cx: &mut Cx<'_>) -> Result<Weights> {
        let pairs = self.call(cx, None, by_symbol)?;
        let mut weights = Vec::with_capacity(pairs.len());
        for (symbol, weight) in pairs {
            if !weight.is_finite() {
                return Err(Error::new(
                    Kind::Numeric,
                    format!("the weight of {symbol} is {weight}"),
                ));
            }
            weights.push((cx.past().find(&symbol)?, weight));
        }
        Ok(Weights::new(weights))
    }

    fn explain(&self, words: &mut Words) {
        Rule::explain(self, words);
    }
}

impl Signal for Rule {
    fn score(&self, cx: &mut Cx<'_>, among: &[AssetId]) -> Result<Scores> {
        let pairs = self.call(cx, Some(among), by_symbol)?;
        let mut scores = Vec::with_capacity(pairs.len());
        for (symbol, score) in pairs {
            let asset = cx.past().find(&symbol)?;
            if !among.contains(&asset) {
                return Err(Error::spec(format!("{symbol} was not asked for and has a score")));
            }
            // No opinion is an absent score, never a NaN.
            if score.is_nan() {
                let said = format!("the score of {symbol} is not a number");
                return Err(
                    Error::new(Kind::Numeric, said).hint("leave out assets without an opinion")
                );
            }
            scores.push((asset, score));
        }
        Ok(Scores::new(scores))
    }

    fn explain(&self, words: &mut Words) {
        Rule::explain(self, words);
    }
}

impl Gauge for Rule {
    fn read(&self, cx: &mut Cx<'_>) -> Result<f64> {
        self.call(cx, None, |answer| answer.extract())
    }

    fn explain(&self, words: &mut Words) {
        Rule::explain(self, words);
    }
}
