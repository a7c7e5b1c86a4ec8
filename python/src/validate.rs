//! How much of a result is luck.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use pyo3::prelude::*;
use trimtab_core::{Day, Error, Kind};
use trimtab_lab::robustness::{Asked, Family, scrutiny};
use trimtab_trials::{How, On, Research, chosen};

use crate::data::Data;
use crate::errors::raised;
use crate::ledger::keep;
use crate::library::LIBRARY;
use crate::run::options;
use crate::strategy::Strategy;

/// Everything that `trimtab validate` asks, as JSON of the same shape. `trials`: how many sets of parameters are tried;
/// `markets`: how many markets of each kind are made up. Also whether the
/// trial ledger was wanted and could not be used.
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
    ledger: Option<PathBuf>,
) -> PyResult<(String, bool)> {
    let options = options((span.0.as_deref(), span.1.as_deref(), None), 100_000.0, &[])?;
    // What was replaced wins over the file.
    let value = |path: &String| match strategy.set.iter().rev().find(|(name, _)| name == path) {
        Some((_, text)) => text.parse().ok(),
        None => trimtab_strategy::Strategy::number_at(&strategy.text, path),
    };
    let ranges = strategy.strategy.range.keys();
    let own: BTreeMap<String, f64> =
        ranges.filter_map(|path| Some((path.clone(), value(path)?))).collect();
    py.detach(|| {
        let library = match library {
            true => LIBRARY.iter().map(|entry| entry.strategy()).collect::<Result<_, Error>>()?,
            false => Vec::new(),
        };
        let make = |set: &[(String, String)]| {
            strategy.template.with(set.iter().map(|(path, value)| (path.as_str(), value.as_str())))
        };
        let (market, hash, source) = (&*data.market, &data.hash, &data.source);
        let how = How { command: "validate", mode: "light", seed, keep: keep(ledger.as_deref()) };
        let research =
            Research::new(&strategy.strategy, On { market, hash, source, options: &options }, how)?;
        let research = Mutex::new((research, None));
        let base = chosen(&strategy.text, &strategy.strategy, &strategy.set);
        let tried = |family: &Family, from: Day| {
            let mut locked = research.lock().expect("no other holder fails");
            let (research, researched) = &mut *locked;
            let earlier = research.family(family, from, (&make, &base))?;
            let own = &family.members[0].curve;
            *researched = Some(research.budget(from.0, &own.returns, &own.excess));
            Ok(earlier)
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
            tried: Some(&tried),
            markets,
            seed,
        })?;
        let researched =
            research.into_inner().expect("no other holder fails").1.unwrap_or_default();
        let broken = |error: serde_json::Error| Error::new(Kind::Numeric, error.to_string());
        let mut body = serde_json::to_value(&found).map_err(broken)?;
        if let Some(map) = body.as_object_mut() {
            map.insert("words".into(), found.verdict.words().into());
            map.insert("budget".into(), researched.words.into());
        }
        Ok((serde_json::to_string(&body).map_err(broken)?, researched.failed))
    })
    .map_err(raised)
}
