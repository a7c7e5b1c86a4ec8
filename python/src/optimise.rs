//! The optimisers as functions of estimates.
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use trimtab_core::{Error, Result};
use trimtab_math::linalg::{Observations, Sym};
use trimtab_strategy::{
    AnyAllocator, AnyObjective, Condition, Constraint, Estimates, Programme, Side, Strategy,
};

use crate::errors::raised;

/// Names, means, covariance, and where they are known returns (a row a period) and the riskless rate.
type Given<'py> = (
    Vec<String>,
    PyReadonlyArray1<'py, f64>,
    PyReadonlyArray2<'py, f64>,
    Option<PyReadonlyArray2<'py, f64>>,
    Option<f64>,
    f64,
);

/// A condition: its name, a coefficient for each asset, the least and the most; the kind of another condition in front.
type Row = (String, String, Vec<f64>, f64, f64);

/// Sum of weights, how far below zero one may be, weights held today, names that give way.
type Terms = (f64, f64, Vec<f64>, Vec<String>);

/// The best weights by an objective, given as JSON of the strategy file's table.
#[pyfunction]
pub(crate) fn solve<'py>(
    py: Python<'py>,
    objective: &str,
    given: Given<'py>,
    rows: Vec<Row>,
    terms: Terms,
) -> PyResult<Bound<'py, PyDict>> {
    let estimates = estimates(given).map_err(raised)?;
    let programme = programme(objective, rows, terms).map_err(raised)?;
    let solution = py.detach(|| programme.solve(&estimates)).map_err(raised)?;
    let dict = PyDict::new(py);
    dict.set_item("weights", PyArray1::from_slice(py, &solution.weights))?;
    dict.set_item("mean", solution.mean)?;
    dict.set_item("volatility", solution.volatility)?;
    dict.set_item("measures", solution.measures.clone())?;
    dict.set_item("notes", &solution.notes)?;
    let binding = solution.binding.iter().map(|bound| {
        let side = match bound.side {
            Side::Least => "least",
            Side::Most => "most",
        };
        (bound.constraint.clone(), bound.asset.clone(), side, bound.limit, bound.price)
    });
    dict.set_item("binding", binding.collect::<Vec<_>>())?;
    Ok(dict)
}

/// So many points of the efficient frontier with equal steps of the expected return: means, volatilities, weights.
#[pyfunction]
#[allow(clippy::type_complexity)]
pub(crate) fn frontier<'py>(
    py: Python<'py>,
    given: Given<'py>,
    rows: Vec<Row>,
    terms: Terms,
    points: usize,
) -> PyResult<(Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>, Bound<'py, PyArray2<f64>>)> {
    let estimates = estimates(given).map_err(raised)?;
    let programme = programme("{\"kind\":\"minimum-variance\"}", rows, terms).map_err(raised)?;
    let n = estimates.n();
    let found = py
        .detach(|| {
            let frontier = programme.frontier(&estimates)?;
            let (Some(first), Some(last)) = (frontier.corners().first(), frontier.corners().last())
            else {
                return Err(Error::data("the frontier has no corner"));
            };
            let step = (last.mean - first.mean) / (points.max(2) - 1) as f64;
            let at = |k: usize| match k + 1 == points.max(2) {
                true => Some(last.clone()),
                false => frontier.at_mean(first.mean + step * k as f64).ok(),
            };
            Ok((0..points.max(2)).filter_map(at).collect::<Vec<_>>())
        })
        .map_err(raised)?;
    let means = found.iter().map(|point| point.mean).collect();
    let risks = found.iter().map(|point| point.variance.max(0.0).sqrt()).collect();
    let weights: Vec<Vec<f64>> = found.iter().map(|point| point.x[..n].to_vec()).collect();
    Ok((
        PyArray1::from_vec(py, means),
        PyArray1::from_vec(py, risks),
        PyArray2::from_vec2(py, &weights)?,
    ))
}

fn estimates(
    (names, mean, covariance, returns, riskless, per_year): Given<'_>,
) -> Result<Estimates> {
    let rows: Vec<Vec<f64>> = covariance.as_array().outer_iter().map(|row| row.to_vec()).collect();
    let sym = Sym::from_rows(&rows).map_err(|e| Error::data(format!("the covariance: {e}")))?;
    let mut estimates = Estimates::given(names, mean.as_array().to_vec(), sym)?;
    if let Some(returns) = returns {
        let returns = returns.as_array();
        let columns: Vec<Vec<f64>> = returns.columns().into_iter().map(|c| c.to_vec()).collect();
        let seen = Observations::from_columns(&columns);
        estimates.returns = Some(seen.map_err(|e| Error::data(format!("the returns: {e}")))?);
    }
    (estimates.riskless, estimates.per_year) = (riskless, per_year);
    Ok(estimates)
}

fn programme(objective: &str, rows: Vec<Row>, terms: Terms) -> Result<Programme> {
    let mut programme = Programme::new(objective_of(objective)?);
    (programme.invested, programme.short_most, programme.held, programme.relax) = terms;
    for (kind, name, coefficients, least, most) in rows {
        let of = match kind.as_str() {
            "linear" => Condition::Linear { coefficients, least, most },
            "turnover" => Condition::Turnover { most },
            "positions" => Condition::Positions { most: most as usize },
            "smallest" => Condition::Smallest { least },
            _ => return Err(Error::spec(format!("`{kind}` is no kind of constraint"))),
        };
        programme.constraints.push(Constraint { name, of });
    }
    Ok(programme)
}

/// Reads an objective as a strategy file would: the same names, the same mistakes found.
fn objective_of(json: &str) -> Result<AnyObjective> {
    let wrong = |error: String| Error::spec(error);
    let objective: toml::Value = serde_json::from_str(json).map_err(|e| wrong(e.to_string()))?;
    let mut text = String::from(
        "root = \"@question\"\n[allocator.question]\nkind = \"optimal\"\nestimates = { window = 252 }\n",
    );
    let mut table = toml::Table::new();
    table.insert("objective".into(), objective);
    let tail = toml::to_string(&table).map_err(|e| wrong(e.to_string()))?;
    text += &tail.replace("[objective", "[allocator.question.objective");
    match Strategy::parse("objective", &text)?.root.inner() {
        AnyAllocator::Optimal(optimal) => Ok(optimal.objective.inner().clone()),
        _ => Err(Error::spec("the question has another root than it was given")),
    }
}
