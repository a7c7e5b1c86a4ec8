//! Strategies as text, and what can be asked of them without data.
use pyo3::prelude::*;
use trimtab_core::{Error, Kind};
use trimtab_strategy::Template;

use crate::errors::raised;
use crate::library::LIBRARY;

/// Every strategy of the library: its name and its file.
#[pyfunction]
pub(crate) fn library() -> Vec<(&'static str, &'static str)> {
    LIBRARY.iter().map(|entry| (entry.name, entry.text)).collect()
}

/// A strategy, as it is compiled: its file and the tree that was read from it.
#[pyclass(frozen, module = "trimtab._trimtab")]
pub(crate) struct Strategy {
    pub(crate) template: Template,
    pub(crate) strategy: trimtab_strategy::Strategy,
    /// What it is called.
    #[pyo3(get)]
    name: String,
    /// Its file.
    #[pyo3(get)]
    pub(crate) text: String,
    /// What was replaced in it.
    pub(crate) set: Vec<(String, String)>,
}

impl Strategy {
    fn make(name: &str, text: String, set: Vec<(String, String)>) -> trimtab_core::Result<Self> {
        let mut template = Template::new(name, &text)?;
        set.iter().try_for_each(|(path, value)| template.fix(path, value))?;
        let strategy = template.with([])?;
        Ok(Self { template, strategy, name: name.to_owned(), text, set })
    }
}

#[pymethods]
impl Strategy {
    /// Reads a strategy file, with some parameters replaced.
    #[new]
    #[pyo3(signature = (name, text, set=Vec::new()))]
    fn new(name: &str, text: String, set: Vec<(String, String)>) -> PyResult<Self> {
        Self::make(name, text, set).map_err(raised)
    }
    /// Reads a strategy that is given as JSON of the same shape as the file.
    #[staticmethod]
    fn from_json(name: &str, json: &str) -> PyResult<Self> {
        let wrong = |error: String| raised(Error::new(Kind::Spec, error));
        let table: toml::Table =
            serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
        let text = toml::to_string(&table).map_err(|error| wrong(error.to_string()))?;
        Self::make(name, text, Vec::new()).map_err(raised)
    }
    /// One line on what it is.
    #[getter]
    fn title(&self) -> String {
        self.strategy.title.clone()
    }
    /// The text that is equal for equal strategies.
    #[getter]
    fn canonical(&self) -> String {
        self.strategy.canonical()
    }
    /// Equal for strategies that differ in numbers alone: the trial ledger counts them as one.
    #[getter]
    fn shape(&self) -> PyResult<String> {
        trimtab_trials::shape(&self.strategy).map(|name| name.to_string()).map_err(raised)
    }
    /// The tree in words.
    fn explain(&self) -> String {
        self.strategy.explain()
    }
    /// The ranges of its parameters: path, lowest, highest, step.
    #[getter]
    fn ranges(&self) -> Vec<(String, f64, f64, Option<f64>)> {
        let each = self.strategy.range.iter();
        each.map(|(path, range)| (path.clone(), range.from, range.to, range.step)).collect()
    }
}
