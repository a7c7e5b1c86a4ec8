//! Our errors as Python exceptions, and back.
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use trimtab_core::{Error, Kind};

/// Words that the package has an exception for: `spec` is `SpecError`.
const KINDS: [(Kind, &str); 7] = [
    (Kind::Spec, "spec"),
    (Kind::Data, "data"),
    (Kind::Infeasible, "infeasible"),
    (Kind::Numeric, "numeric"),
    (Kind::Ledger, "ledger"),
    (Kind::Io, "io"),
    (Kind::Usage, "usage"),
];

/// The exception for an error: its class says the kind, its attributes hold place, path and hint.
pub(crate) fn raised(error: Error) -> PyErr {
    Python::attach(|py| exception(py, &error).map_or_else(|broken| broken, PyErr::from_value))
}

/// An error as a value that Python can keep.
pub(crate) fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let kind = KINDS.iter().find(|(kind, _)| *kind == error.kind());
    let word =
        kind.map(|(_, word)| *word).ok_or_else(|| PyRuntimeError::new_err(error.to_string()))?;
    let path: Vec<&str> = error.path().collect();
    let make = py.import("trimtab._errors")?.getattr("_make")?;
    make.call1((word, error.message(), error.to_string(), error.location(), path, error.advice()))
}

/// What a Python function raised, as an error of ours. One of our own exceptions keeps its kind: data that do not reach back
/// far enough mean "not yet" there, too.
pub(crate) fn caught(py: Python<'_>, raised: &PyErr) -> Error {
    let value = raised.value(py);
    let text = |name: &str| value.getattr(name).ok().and_then(|it| it.extract::<String>().ok());
    let own = text("kind").and_then(|word| KINDS.iter().find(|(_, known)| *known == word));
    if let (Some((kind, _)), Some(message)) = (own, text("message")) {
        let error = Error::new(*kind, message);
        return match text("hint") {
            Some(hint) => error.hint(hint),
            None => error,
        };
    }
    let class = value.get_type().name().map_or_else(|_| "Exception".to_owned(), |n| n.to_string());
    let error = Error::spec(format!("{class}: {value}"));
    match line(py, raised) {
        Some(line) => error.hint(format!("raised in {line}")),
        None => error,
    }
}

/// File and line of the innermost frame.
fn line(py: Python<'_>, raised: &PyErr) -> Option<String> {
    let mut at = raised.traceback(py)?.into_any();
    while let Ok(next) = at.getattr("tb_next") {
        if next.is_none() {
            break;
        }
        at = next;
    }
    let number: u32 = at.getattr("tb_lineno").ok()?.extract().ok()?;
    let code = at.getattr("tb_frame").ok()?.getattr("f_code").ok()?;
    let file: String = code.getattr("co_filename").ok()?.extract().ok()?;
    Some(format!("{file}:{number}"))
}
