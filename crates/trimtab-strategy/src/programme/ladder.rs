//! What gives way when no weights keep all constraints.
use super::{Condition, Constraint, Programme, Shape, Solution, Task, conflict};
use crate::{AnyObjective, Estimates};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::tail::linear::{Program, Row};

/// A loosened limit is set this much wider, relative to it or to one: the linear programme that finds it and the
/// kernel that keeps it round differently. Ten times less is lost in rounding, ten times more shows in weights.
const SLACK: f64 = 1e-10;

pub(super) fn descend(programme: &Programme, estimates: &Estimates) -> Result<Solution> {
    let mut objective = programme.objective.clone();
    let mut constraints = programme.constraints.clone();
    let (mut notes, mut left) = (Vec::new(), programme.relax.iter());
    loop {
        let error = match programme.attempt(&objective, &constraints, estimates) {
            Ok(mut solution) => {
                notes.append(&mut solution.notes);
                return Ok(Solution { notes, ..solution });
            }
            Err(error) if error.kind() != Kind::Infeasible => return Err(error),
            Err(error) => error,
        };
        let error = named(programme, &objective, &constraints, estimates, error)?;
        let Some(name) = left.next() else { return Err(error) };
        notes.push(error.message().to_owned());
        notes.push(match objective.as_dyn().nearest().filter(|_| objective.kind() == name) {
            Some(nearest) => {
                let said = format!("`{name}` is given up for `{}`", nearest.kind());
                objective = nearest;
                said
            }
            None => loosen(programme, &objective, &mut constraints, estimates, name)?,
        });
    }
}

/// The error with the names of the constraints that exclude each other; as it is when they do not.
fn named(
    programme: &Programme,
    objective: &AnyObjective,
    constraints: &[Constraint],
    estimates: &Estimates,
    error: Error,
) -> Result<Error> {
    let Ok(task) = Task::new(programme, objective, constraints, estimates) else {
        return Ok(error);
    };
    Ok(match conflict(&task)? {
        None => error,
        Some(names) => {
            let said = format!("these exclude each other: {}", names.join(", "));
            Error::new(Kind::Infeasible, said)
                .hint("loosen one of them, or name those that may give way in `relax`")
        }
    })
}

/// Widens the limits of the constraint `name` by as little as the others ask, or drops it where the others exclude
/// each other anyway.
fn loosen(
    programme: &Programme,
    objective: &AnyObjective,
    constraints: &mut Vec<Constraint>,
    estimates: &Estimates,
    name: &str,
) -> Result<String> {
    let (own, others): (Vec<Constraint>, Vec<Constraint>) =
        constraints.iter().cloned().partition(|c| c.name == name);
    let dropped = format!("`{name}` is dropped");
    if own.is_empty() {
        return Ok(format!("`{name}` has nothing to give"));
    }
    let Ok(task) = Task::new(programme, objective, &others, estimates) else {
        *constraints = others;
        return Ok(dropped);
    };
    let Some(weights) = nearest(&task, &own)? else {
        *constraints = others;
        return Ok(dropped);
    };
    let mut said = Vec::new();
    for constraint in constraints.iter_mut().filter(|c| c.name == name) {
        if let Condition::Linear { coefficients, least, most } = &mut constraint.of {
            let value: f64 = coefficients.iter().zip(&weights).map(|(a, w)| a * w).sum();
            let wide = SLACK * (1.0 + value.abs());
            if value < *least {
                said.push(format!("from at least {least} to {value:.6}"));
                *least = value - wide;
            }
            if value > *most {
                said.push(format!("from at most {most} to {value:.6}"));
                *most = value + wide;
            }
        } else {
            // What is no linear condition on weights cannot give way in part.
            *constraints = others;
            return Ok(dropped);
        }
    }
    Ok(format!("`{name}` is loosened {}", said.join(", ")))
}

/// Weights that keep the task and break the conditions by as little as possible, in sum; none when the task itself
/// cannot be kept.
fn nearest(task: &Task<'_>, own: &[Constraint]) -> Result<Option<Vec<f64>>> {
    let shape = Shape::new(task, &Sym::zeros(task.n()), &[]);
    let problem = shape.problem();
    let wide = problem.lower.len();
    // Nobody buys more than all weights and all holdings together.
    let most: f64 = task.upper.iter().chain(&task.held).map(|w| w.abs()).sum();
    let upper = problem.upper.iter().map(|u| u.min(most)).collect();
    let failed = |e| Error::new(Kind::Numeric, format!("loosening: {e}"));
    // Bounds in the wrong order: the task itself cannot be kept.
    let Ok(mut program) = Program::new(vec![0.0; wide], problem.lower.to_vec(), upper) else {
        return Ok(None);
    };
    for row in problem.rows {
        let limits = Row::between(row.lower, row.upper);
        program.add_row(row.coefficients.clone(), limits).map_err(failed)?;
    }
    for constraint in own {
        let Condition::Linear { coefficients, least, most } = &constraint.of else { continue };
        let mut row = Row::between(*least, *most);
        (row.below, row.above) = (1.0, 1.0);
        let padded = [coefficients.as_slice(), &vec![0.0; wide - task.n()]].concat();
        program.add_row(padded, row).map_err(failed)?;
    }
    match program.minimise() {
        Ok(found) => Ok(Some(shape.weights(&found.x))),
        Err(_) => Ok(None),
    }
}
