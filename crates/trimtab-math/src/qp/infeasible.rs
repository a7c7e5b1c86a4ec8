//! Which constraints exclude each other: an irreducible infeasible subset.
//!
//! The multipliers of a failed search for a feasible point name an infeasible subset (Farkas). A
//! deletion filter then leaves each member out in turn and keeps it out when the rest is still
//! infeasible. Source: J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer
//! 2008, chapter 6.

use super::engine::{Engine, Place};
use super::steps::GRADIENT_ZERO;
use super::{Constraint, Problem, QpError, Quadratic, Row};

/// Q = 0.
struct Flat {
    zeros: Vec<f64>,
}

impl Quadratic for Flat {
    fn n(&self) -> usize {
        self.zeros.len()
    }
    fn diagonal(&self, _: usize) -> f64 {
        0.0
    }
    fn column(&self, _: usize) -> &[f64] {
        &self.zeros
    }
}

/// An irreducible infeasible subset of the constraints, or `None` if they can hold together.
pub(super) fn irreducible<Q: Quadratic>(problem: &Problem<'_, Q>) -> Option<Vec<Constraint>> {
    let flat = Flat { zeros: vec![0.0; problem.quadratic.n()] };
    let mut case = Case {
        flat: &flat,
        lower: problem.lower.to_vec(),
        upper: problem.upper.to_vec(),
        rows: problem.rows.to_vec(),
    };
    let named = case.conflict()?;
    // Everything not named goes; if rounding misnamed something, all of it comes back.
    let whole = case.clone();
    case.keep_only(&named);
    if case.conflict().is_none() {
        case = whole;
    }
    let mut candidates = case.constraints();
    // Bounds are tried first, so that rows, which a user wrote one by one, stay in the answer.
    candidates.sort_by_key(|c| matches!(c, Constraint::Row(_)));
    for constraint in candidates {
        let kept = case.clone();
        case.drop_constraint(constraint);
        if case.conflict().is_none() {
            case = kept;
        }
    }
    Some(case.constraints())
}

/// Constraints without an objective.
#[derive(Clone)]
struct Case<'a> {
    flat: &'a Flat,
    lower: Vec<f64>,
    upper: Vec<f64>,
    rows: Vec<Row>,
}

impl Case<'_> {
    /// The constraints that a failed search names, or `None` if it succeeds.
    fn conflict(&self) -> Option<Vec<Constraint>> {
        let problem = Problem {
            quadratic: self.flat,
            linear: &[],
            lower: &self.lower,
            upper: &self.upper,
            rows: &self.rows,
        };
        let mut engine = Engine::new(&problem).ok()?;
        for j in 0..self.lower.len() {
            engine.x[j] = 0.0_f64.max(self.lower[j]).min(self.upper[j]);
            engine.place[j] = engine.resting_place(j);
        }
        match engine.seek_feasible() {
            Err(QpError::Infeasible { .. }) => Some(engine.certificate()),
            _ => None,
        }
    }

    fn constraints(&self) -> Vec<Constraint> {
        let row = |r: &Row| r.lower > f64::NEG_INFINITY || r.upper < f64::INFINITY;
        let rows = (0..self.rows.len()).filter(|&i| row(&self.rows[i])).map(Constraint::Row);
        let lower = (0..self.lower.len())
            .filter(|&j| self.lower[j] > f64::NEG_INFINITY)
            .map(Constraint::Lower);
        let upper =
            (0..self.upper.len()).filter(|&j| self.upper[j] < f64::INFINITY).map(Constraint::Upper);
        rows.chain(lower).chain(upper).collect()
    }

    fn keep_only(&mut self, named: &[Constraint]) {
        for constraint in self.constraints() {
            if !named.contains(&constraint) {
                self.drop_constraint(constraint);
            }
        }
    }

    fn drop_constraint(&mut self, constraint: Constraint) {
        match constraint {
            Constraint::Row(i) => {
                self.rows[i].lower = f64::NEG_INFINITY;
                self.rows[i].upper = f64::INFINITY;
            }
            Constraint::Lower(j) => self.lower[j] = f64::NEG_INFINITY,
            Constraint::Upper(j) => self.upper[j] = f64::INFINITY,
        }
    }
}

impl<Q: Quadratic> Engine<'_, Q> {
    /// The constraints that hold the sum of infeasibilities up, after a failed search.
    fn certificate(&self) -> Vec<Constraint> {
        let scale = self.scale();
        let mut named = Vec::new();
        for i in 0..self.m {
            if self.lambda[i].abs() > GRADIENT_ZERO {
                named.push(Constraint::Row(i));
            }
        }
        for j in 0..self.n {
            let r = self.lambda_only(j);
            if self.place[j] == Place::Free || r.abs() <= GRADIENT_ZERO * self.terms(j, scale) {
                continue;
            }
            // A fixed variable holds up on the side that its slope asks for.
            named.push(if r > 0.0 { Constraint::Lower(j) } else { Constraint::Upper(j) });
        }
        named
    }

    /// Reduced gradient of variable j when only infeasibility counts.
    fn lambda_only(&self, j: usize) -> f64 {
        -(0..self.m).map(|i| self.lambda[i] * self.element(i, j)).sum::<f64>()
    }
}
