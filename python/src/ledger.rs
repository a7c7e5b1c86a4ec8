//! The trial ledger beside what Python tries.
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{Error, Kind, Result};
use trimtab_lab::metrics::find;
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_trials::{
    Entry, How, Keep, Ledger, On, Recorder, Research, Researched, SetFigures, Trial, chosen, shape,
    usual,
};

use crate::data::Data;
use crate::errors::raised;
use crate::run::Run;
use crate::strategy::Strategy;
use crate::sweep::Sweep;

/// Where trials go, as the package says it: no path for nowhere, an empty one for the ledger of the user.
pub(crate) fn keep(ledger: Option<&Path>) -> Keep<'_> {
    match ledger {
        None => Keep::Nowhere,
        Some(path) if path.as_os_str().is_empty() => Keep::Usual,
        Some(path) => Keep::In(path),
    }
}

/// The ledger itself; none where trials go nowhere.
fn opened(ledger: Option<&Path>) -> Result<Option<Ledger>> {
    match keep(ledger) {
        Keep::Nowhere => Ok(None),
        Keep::Usual => usual(),
        Keep::In(path) => Ledger::open(path).map(Some),
    }
}

/// What a report says of a ledger, and whether it could not be used though it was wanted.
pub(crate) type Said = (String, bool);

pub(crate) fn said(found: &Researched) -> Said {
    (found.words.clone(), found.failed)
}

/// Writes a run down unless it ended early, and says what was tried altogether. `count`: whether that is wanted; it reads many
/// returns.
#[pyfunction]
pub(crate) fn record(
    py: Python<'_>,
    run: &Run,
    strategy: &Strategy,
    data: &Data,
    ledger: Option<PathBuf>,
    count: bool,
) -> PyResult<Said> {
    py.detach(|| {
        let options = &run.options;
        let on = On { market: &run.market, hash: &data.hash, source: &data.source, options };
        let mode = if run.books.is_some() { "books" } else { "light" };
        let how = How { command: "backtest", mode, seed: 0, keep: keep(ledger.as_deref()) };
        let mut research = Research::new(&run.strategy, on, how)?;
        let mut bills = crate::measure::bills(&run.market, options, run.first);
        bills.truncate(run.returns.len());
        if research.open() && run.error().is_none() && !run.returns.is_empty() {
            research.record(&[trial(&research, run, strategy, &bills)?]);
        }
        if count || !research.open() {
            let excess: Vec<f64> = match bills.is_empty() {
                true => run.returns.clone(),
                false => run.returns.iter().zip(&bills).map(|(r, b)| r - b).collect(),
            };
            return Ok(said(&research.budget(run.first.0, &run.returns, &excess)));
        }
        Ok((String::new(), false))
    })
    .map_err(raised)
}

fn trial(research: &Research, run: &Run, strategy: &Strategy, bills: &[f64]) -> Result<Trial> {
    let risk_free = match bills.is_empty() {
        true => RiskFree::ZERO,
        false => RiskFree::Series(bills),
    };
    let per_year = run.market.calendar().frequency().per_year();
    let measured = Prepared::new(Record::new(&run.sessions, &run.returns, risk_free, per_year)?);
    let metrics = MetricSet::chosen(&measured, Entry::FIGURES.into_iter().filter_map(find));
    Ok(Trial {
        configuration: research.configuration(&run.strategy)?,
        parameters: chosen(&strategy.text, &run.strategy, &strategy.set).into_iter().collect(),
        first: run.first.0,
        periods: run.returns.len(),
        figures: Entry::FIGURES.map(|key| match key {
            "final_value" => run.equity.last().copied(),
            "turnover_yearly" => Some(run.turnover_yearly),
            "costs" => Some(run.costs),
            key => metrics.get(key),
        }),
        returns: Some(run.returns.clone()),
    })
}

/// The sets of a sweep on their way into the ledger.
#[pyclass(frozen, module = "trimtab._trimtab")]
pub(crate) struct SweepRecorder {
    sweep: Py<Sweep>,
    recorder: Mutex<Option<Recorder>>,
}

#[pymethods]
impl SweepRecorder {
    /// Opens the ledger.
    #[new]
    fn new(
        sweep: Py<Sweep>,
        strategy: &Strategy,
        data: &Data,
        seed: u64,
        ledger: Option<PathBuf>,
    ) -> PyResult<Self> {
        let own = sweep.get();
        let (market, options) = (&*own.market, &own.options);
        let on = On { market, hash: &data.hash, source: &data.source, options };
        let how = How { command: "sweep", mode: own.mode(), seed, keep: keep(ledger.as_deref()) };
        let research = Research::new(&strategy.strategy, on, how).map_err(raised)?;
        Ok(Self { sweep, recorder: Mutex::new(Some(Recorder::new(research))) })
    }

    /// Takes the rows from set `first` on, as `Sweep.run` gives them. Parts may come in any order.
    fn record(&self, py: Python<'_>, first: usize, columns: &Bound<'_, PyDict>) -> PyResult<()> {
        let mut figures: Vec<SetFigures> = Vec::new();
        for (at, key) in Entry::FIGURES.iter().enumerate() {
            let column = columns.get_item(key)?.ok_or_else(|| {
                raised(Error::new(Kind::Usage, format!("the rows have no column `{key}`")))
            })?;
            let column: PyReadonlyArray1<'_, f64> = column.extract()?;
            let values = column.as_array();
            figures.resize(values.len(), [None; 7]);
            for (row, value) in figures.iter_mut().zip(values) {
                row[at] = (!value.is_nan()).then_some(*value);
            }
        }
        let sweep = self.sweep.get();
        py.detach(|| {
            let mut held = self.recorder.lock().expect("no other holder fails");
            if let Some(recorder) = held.as_mut() {
                recorder.record(&sweep.sets_of(), first, &figures);
            }
        });
        Ok(())
    }

    /// Writes the rest down, and says what that leaves of set `best`.
    fn finish(&self, py: Python<'_>, best: Option<usize>) -> Said {
        let sweep = self.sweep.get();
        py.detach(|| {
            let held = self.recorder.lock().expect("no other holder fails").take();
            let found = held.map(|recorder| {
                recorder.finish(&sweep.sets_of(), best, |returns| sweep.excess(returns))
            });
            found.map_or_else(|| (String::new(), false), |found| said(&found))
        })
    }
}

/// Writes what was tried of a strategy on these data into a ledger of its own, for work on another machine. Whether there is a
/// ledger at all.
#[pyfunction]
pub(crate) fn extract(
    py: Python<'_>,
    strategy: &Strategy,
    data: &Data,
    ledger: Option<PathBuf>,
    to: PathBuf,
) -> PyResult<bool> {
    py.detach(|| match opened(ledger.as_deref())? {
        None => Ok(false),
        Some(own) => {
            own.extract(shape(&strategy.strategy)?, &data.hash, &to)?;
            Ok(true)
        }
    })
    .map_err(raised)
}

/// Takes over what stands in another ledger and is not in this one yet.
#[pyfunction]
pub(crate) fn absorb(py: Python<'_>, ledger: Option<PathBuf>, from_: PathBuf) -> PyResult<()> {
    py.detach(|| match opened(ledger.as_deref())? {
        None => Ok(()),
        Some(mut own) => own.absorb(&from_),
    })
    .map_err(raised)
}
