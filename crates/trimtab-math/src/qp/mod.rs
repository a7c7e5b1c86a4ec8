//! Quadratic programmes: exact minima of `1/2 x'Q x - c'x` under bounds and linear rows.
//!
//! [`solve`] is a primal active-set method. It is made for problems in which few variables end up
//! between their bounds (long-only portfolios) and for matrices that are singular (more series
//! than observations, a series given twice, a constant series): a direction without curvature is
//! followed to a bound. Cost: about N k multiply-adds for each of some k to 3 k steps, k being the
//! number of variables between their bounds.

#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub(crate) mod engine;
mod factor;
mod hessian;
mod infeasible;
mod parametric;
mod problem;
mod start;
pub(crate) mod steps;
mod verify;

pub use hessian::Quadratic;
pub use problem::{Constraint, Problem, QpError, Row};
pub use verify::Solution;

use engine::Engine;

/// Solves a problem, from a corner or, better for a problem like the last one, from `start`, which
/// need not be feasible.
///
/// # Errors
/// [`QpError`]; an infeasible problem names an irreducible subset of constraints that exclude each
/// other.
pub fn solve<Q: Quadratic>(
    problem: &Problem<'_, Q>,
    start: Option<&[f64]>,
) -> Result<Solution, QpError> {
    if let Some(x) = start {
        let n = problem.quadratic.n();
        if x.len() != n {
            return Err(QpError::Shape { what: "starting values", expected: n, found: x.len() });
        }
        if let Some(index) = x.iter().position(|v| !v.is_finite()) {
            return Err(QpError::NotFinite { what: "starting value", index });
        }
    }
    let mut engine = started(problem, start)?;
    engine.minimise()?;
    Ok(engine.finish())
}

/// An engine at a feasible point.
pub(crate) fn started<'a, Q: Quadratic>(
    problem: &Problem<'a, Q>,
    start: Option<&[f64]>,
) -> Result<Engine<'a, Q>, QpError> {
    let mut engine = Engine::new(problem)?;
    let mut outcome = engine.begin(start);
    if outcome == Err(QpError::Infeasible { subset: vec![] }) {
        if let Some(subset) = infeasible::irreducible(problem) {
            return Err(QpError::Infeasible { subset });
        }
        // Rounding on the way from `start` alone said so: the search from zero succeeds.
        engine = Engine::new(problem)?;
        outcome = engine.begin(None);
    }
    outcome.map(|()| engine)
}
