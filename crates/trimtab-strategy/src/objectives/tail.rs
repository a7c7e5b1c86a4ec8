//! What the objectives on the tail of returns share.
use crate::{Answer, Task};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::tail::{Feasible, LinearRow, TailError, TailMinimum};

/// Weights of least risk on the returns of a task. `minimise` takes the panel, the number of assets and the conditions, for weights
/// that add up to one.
pub(crate) fn least(
    task: &Task<'_>,
    name: &'static str,
    minimise: impl FnOnce(&[f64], usize, &Feasible<'_>) -> Result<TailMinimum, TailError>,
) -> Result<Answer> {
    let panel = task.estimates.panel()?;
    let (lower, upper) = task.bounds_of_one();
    let row = |row: &crate::TaskRow| LinearRow {
        coefficients: row.coefficients.clone(),
        lower: row.least / task.invested,
        upper: row.most / task.invested,
    };
    let rows: Vec<LinearRow> = task.rows.iter().map(row).collect();
    let set = Feasible { lower: &lower, upper: &upper, mean_least: None, rows: &rows };
    let found = minimise(&panel, task.n(), &set).map_err(|error| match error {
        TailError::Infeasible { .. } | TailError::Bound { .. } => {
            Error::new(Kind::Infeasible, "no weights keep all constraints")
        }
        other => Error::new(Kind::Numeric, other.to_string()),
    })?;
    Ok(Answer::of(task.of_one(found.weights)).measured(name, found.risk * task.invested))
}
