//! What a rule in Python may look at: one close and everything before it.
use std::sync::{Mutex, PoisonError};

use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDict};
use trimtab_core::{AssetId, Date, Error, Kind, Result, Window};
use trimtab_strategy::Cx;

use crate::dates::number;
use crate::errors::raised;

/// Everything known at the close of one day, and nothing else.
///
/// A rule gets it as its first argument. It ends with the decision: kept for later it answers nothing any more. Windows
/// are numbers of sessions or words as in a strategy file, such as "12 months".
#[pyclass(frozen, module = "trimtab")]
pub(crate) struct Past {
    view: Mutex<Option<View>>,
}

/// The view while the decision lasts, and what the rule leaves behind.
struct View {
    past: trimtab_core::Past<'static>,
    universe: Vec<AssetId>,
    book: trimtab_strategy::Book,
    recalled: Option<Vec<f64>>,
    remembered: Option<Vec<f64>>,
    reasons: Vec<String>,
}

/// What a rule left behind.
#[derive(Default)]
pub(crate) struct Left {
    remembered: Option<Vec<f64>>,
    reasons: Vec<String>,
}

impl Left {
    /// Hands it to the context of the node.
    pub(crate) fn into(self, cx: &mut Cx<'_>) {
        for reason in self.reasons {
            cx.because(|| reason);
        }
        if let Some(values) = self.remembered {
            cx.remember(values);
        }
    }
}

/// Lets `run` look at the past of `cx`, and takes the view away again.
///
/// # Errors
/// When the universe names an unknown asset; those of `run`.
#[allow(unsafe_code)]
pub(crate) fn lend<T>(
    py: Python<'_>,
    cx: &Cx<'_>,
    run: impl FnOnce(&Bound<'_, Past>) -> PyResult<T>,
) -> Result<(PyResult<T>, Left)> {
    // SAFETY: the view is only reached through `Past::view`, under its lock, and `Lent` empties it before this
    // function returns or unwinds. Methods copy what they answer, so nothing of the market outlives the borrow.
    let past: trimtab_core::Past<'static> = unsafe { std::mem::transmute(cx.past()) };
    let view = View {
        past,
        universe: cx.members(&[])?,
        book: cx.book().clone(),
        recalled: cx.recall().map(|(_, values)| values.to_vec()),
        remembered: None,
        reasons: Vec::new(),
    };
    let lent = Lent(Bound::new(py, Past { view: Mutex::new(Some(view)) }));
    let result = match &lent.0 {
        Ok(past) => run(past),
        Err(error) => Err(error.clone_ref(py)),
    };
    let left = lent.end();
    Ok((result, left))
}

/// A view that is out.
struct Lent<'py>(PyResult<Bound<'py, Past>>);

impl Lent<'_> {
    fn end(&self) -> Left {
        let taken = self.0.as_ref().ok().and_then(|past| past.get().locked().take());
        taken.map_or_else(Left::default, |view| Left {
            remembered: view.remembered,
            reasons: view.reasons,
        })
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Past {
    fn locked(&self) -> std::sync::MutexGuard<'_, Option<View>> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, run: impl FnOnce(&mut View) -> Result<T>) -> PyResult<T> {
        let mut view = self.locked();
        let view = view.as_mut().ok_or_else(|| {
            PyRuntimeError::new_err(
                "this past ended with its decision: ask it inside the rule only",
            )
        })?;
        run(view).map_err(raised)
    }
}

impl View {
    fn assets(&self, symbols: Option<&[String]>) -> Result<Vec<AssetId>> {
        match symbols {
            None => Ok(self.universe.clone()),
            Some(symbols) => symbols.iter().map(|symbol| self.past.find(symbol)).collect(),
        }
    }
}

/// A window as the caller writes it.
fn window(given: &Bound<'_, PyAny>) -> PyResult<Window> {
    let read = match given.extract::<i64>() {
        Ok(sessions) => Window::try_from(sessions),
        Err(_) => match given.extract::<String>() {
            Ok(words) => words.parse(),
            Err(_) => {
                return Err(PyTypeError::new_err(
                    "a window is a number of sessions or words: 200, \"12 months\"",
                ));
            }
        },
    };
    read.map_err(|said| raised(Error::new(Kind::Usage, said)))
}

fn py_date<'py>(py: Python<'py>, date: Date) -> PyResult<Bound<'py, PyDate>> {
    PyDate::new(py, i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
}

#[pymethods]
impl Past {
    /// The civil date of the close at which the rule decides.
    #[getter]
    fn date<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDate>> {
        py_date(py, self.with(|view| Ok(view.past.date()))?)
    }
    /// The number of that session, from zero.
    #[getter]
    fn session(&self) -> PyResult<u32> {
        self.with(|view| Ok(view.past.today().0))
    }
    /// Observations a year: 252, 52 or 12.
    #[getter]
    fn per_year(&self) -> PyResult<f64> {
        self.with(|view| Ok(view.past.per_year()))
    }
    /// The symbols that "every asset" means here, as far as they are listed or still to come.
    #[getter]
    fn universe(&self) -> PyResult<Vec<String>> {
        self.with(|view| {
            Ok(view.universe.iter().map(|asset| view.past.symbol(*asset).to_owned()).collect())
        })
    }
    /// The symbols with a price today.
    #[getter]
    fn listed(&self) -> PyResult<Vec<String>> {
        self.with(|view| {
            Ok(view.past.listed().map(|asset| view.past.symbol(asset).to_owned()).collect())
        })
    }
    /// Today's weights of the account by symbol; what they leave out is cash.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let pairs: Vec<(String, f64)> = self.with(|view| {
            let pair = |(asset, weight)| (view.past.symbol(asset).to_owned(), weight);
            Ok(view.book.weights.iter().map(pair).collect())
        })?;
        let dict = PyDict::new(py);
        pairs.into_iter().try_for_each(|(symbol, weight)| dict.set_item(symbol, weight))?;
        Ok(dict)
    }
    /// The account's value.
    #[getter]
    fn value(&self) -> PyResult<f64> {
        self.with(|view| Ok(view.book.value))
    }
    /// Its highest value so far, flows taken out.
    #[getter]
    fn peak(&self) -> PyResult<f64> {
        self.with(|view| Ok(view.book.peak))
    }

    /// The last `window` closes as total-return indices, today's in the last row: an array with a row a close and a
    /// column an asset. Only ratios mean something. Raises `DataError` when an asset's history is shorter or has a hole.
    #[pyo3(signature = (window, symbols=None))]
    fn closes<'py>(
        &self,
        py: Python<'py>,
        window: &Bound<'py, PyAny>,
        symbols: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let window = self::window(window)?;
        let columns = self.with(|view| {
            let assets = view.assets(symbols.as_deref())?;
            assets
                .iter()
                .map(|asset| Ok(view.past.closes(*asset, window)?.into_owned()))
                .collect::<Result<Vec<_>>>()
        })?;
        let row = |t: usize| columns.iter().map(|column| column[t]).collect();
        let rows: Vec<Vec<f64>> = (0..window.count()).map(row).collect();
        Ok(PyArray2::from_vec2(py, &rows)?)
    }

    /// The days of the closes that `closes` reads, as days since 1970 for numpy's `datetime64[D]`.
    fn days<'py>(
        &self,
        py: Python<'py>,
        window: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let window = self::window(window)?;
        let days = self.with(|view| {
            let days = view.past.sessions(window)?;
            Ok(days.into_iter().map(|day| number(view.past.date_of(day))).collect::<Vec<_>>())
        })?;
        Ok(PyArray1::from_vec(py, days))
    }

    /// The close as quoted, not adjusted: for levels, not for returns.
    fn level(&self, symbol: &str) -> PyResult<f64> {
        self.with(|view| view.past.level(view.past.find(symbol)?))
    }

    /// Whether the asset has had its first price and not its last.
    fn is_listed(&self, symbol: &str) -> PyResult<bool> {
        self.with(|view| Ok(view.past.is_listed(view.past.find(symbol)?)))
    }

    /// The newest reading of a series that was published by today; None before the first.
    fn latest(&self, series: &str) -> PyResult<Option<f64>> {
        self.with(|view| {
            // Asked for its facts first, so that an unknown name is an error and not an absence.
            match view.past.latest(series) {
                Some(fact) => Ok(Some(fact.value)),
                None => view.past.series(series).map(|_| None),
            }
        })
    }

    /// A series as the world knew it today, in its latest revision: the days it is about, as days since 1970, and the values.
    #[allow(clippy::type_complexity)]
    fn series<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>)> {
        let facts = self.with(|view| view.past.series(name))?;
        let about: Vec<i64> = facts.iter().map(|fact| number(fact.about)).collect();
        let values: Vec<f64> = facts.iter().map(|fact| fact.value).collect();
        Ok((PyArray1::from_vec(py, about), PyArray1::from_vec(py, values)))
    }

    /// What the rule remembered at its decision before; None at the first.
    fn recall(&self) -> PyResult<Option<Vec<f64>>> {
        self.with(|view| Ok(view.recalled.clone()))
    }

    /// Remembers numbers for the next decision. It is the only state a rule may have.
    fn remember(&self, values: Vec<f64>) -> PyResult<()> {
        self.with(|view| {
            view.remembered = Some(values);
            Ok(())
        })
    }

    /// Leaves a reason, a sentence, in the log of decisions.
    fn because(&self, why: String) -> PyResult<()> {
        self.with(|view| {
            view.reasons.push(why);
            Ok(())
        })
    }

    fn __repr__(&self) -> PyResult<String> {
        self.with(|view| Ok(format!("<Past as of {}>", view.past.date())))
    }
}
