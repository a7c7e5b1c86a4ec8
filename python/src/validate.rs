//! How much of a result is luck.
use std::collections::BTreeMap;

use pyo3::prelude::*;
use trimtab_core::{Error, Kind};
use trimtab_lab::robustness::{Asked, scrutiny};

use crate::data::Data;
use crate::errors::raised;
use crate::library::LIBRARY;
use crate::run::options;
use crate::strategy::Strategy;

/// Everything that `trimtab validate` asks, as JSON of the same shape. `trials`: how many sets of parameters are tried;
/// `markets`: how many markets of each kind are made up.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // one keyword each in Python
pub(crate) fn validate(
    py: Python<'_>,
    strategy: &Strategy,
    data: &Data,
    benchmark: &Strategy,
    span: (Option<String>, Option<String>),
    trials: usize,
    markets: usize,
    seed: u64,
    library: bool,
) -> PyResult<String> {
    let options = options((span.0.as_deref(), span.1.as_deref(), None), 100_000.0, &[])?;
    let own: BTreeMap<String, f64> = strategy
        .strategy
        .range
        .keys()
        .filter_map(|path| {
            Some((path.clone(), trimtab_strategy::Strategy::number_at(&strategy.text, path)?))
        })
        .collect();
    py.detach(|| {
        let library = match library {
            true => LIBRARY.iter().map(|entry| entry.strategy()).collect::<Result<_, Error>>()?,
            false => Vec::new(),
        };
        let make = |set: &[(String, String)]| {
            strategy.template.with(set.iter().map(|(path, value)| (path.as_str(), value.as_str())))
        };
        let found = scrutiny(&Asked {
            strategy: &strategy.strategy,
            make: &make,
            own: &own,
            benchmark: &benchmark.strategy,
            library: &library,
            market: &data.market,
            options: &options,
            family: trials.max(1),
            // The package keeps no ledger of trials yet.
            tried: None,
            markets,
            seed,
        })?;
        let broken = |error: serde_json::Error| Error::new(Kind::Numeric, error.to_string());
        let mut body = serde_json::to_value(&found).map_err(broken)?;
        if let Some(map) = body.as_object_mut() {
            map.insert("words".into(), found.verdict.words().into());
        }
        serde_json::to_string(&body).map_err(broken)
    })
    .map_err(raised)
}
