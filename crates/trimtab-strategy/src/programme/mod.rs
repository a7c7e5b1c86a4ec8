//! What is asked of an optimiser, and its answer: an objective, named constraints, and what gives way when they
//! contradict each other.
mod answer;
mod frontier;
mod ladder;
mod shape;
mod task;

use trimtab_core::{Error, Kind, Result};
use trimtab_math::linalg::Sym;
use trimtab_math::qp::{self, QpError};

use crate::{AnyObjective, Estimates, TradingTerms};
pub(crate) use answer::quadratic_failed;
pub use answer::{Answer, Binding, Prices, Side, Solution};
pub use shape::Shape;
pub use task::{Task, TaskPositions, TaskRow, TaskTurnover};

/// An objective under named constraints. The same for strategies and for anyone who has estimates only.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// What the weights are best at.
    pub objective: AnyObjective,
    /// What they must keep. Several may bear one name: they are the rows of one limit.
    pub constraints: Vec<Constraint>,
    /// The sum of all weights; the rest is cash.
    pub invested: f64,
    /// How far any weight may be below zero.
    pub short_most: f64,
    /// Weights held today, in the order of the assets; empty when nothing is.
    pub held: Vec<f64>,
    /// Weights held today of assets that are not asked about, in sum.
    pub held_elsewhere: f64,
    /// What trading costs, as parts of the portfolio in the unit of the objective; none when it does not matter.
    pub trading: Option<TradingTerms>,
    /// Names of constraints that give way, in this order, when no weights keep all.
    pub relax: Vec<String>,
}

/// A condition with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// What it is called in reasons and conflicts.
    pub name: String,
    /// The condition.
    pub of: Condition,
}

/// What weights must keep.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// $l \le a^\top w \le u$; an infinite side is none.
    Linear {
        /// $a$, one for each asset.
        coefficients: Vec<f64>,
        /// $l$.
        least: f64,
        /// $u$.
        most: f64,
    },
    /// $\tfrac12 \sum_i |w_i - w_i^0| \le \tau$, cash counted; free when nothing is held.
    Turnover {
        /// $\tau$.
        most: f64,
    },
    /// At most so many weights are not zero.
    Positions {
        /// How many.
        most: usize,
    },
    /// A weight is zero or at least so far from it.
    Smallest {
        /// How far.
        least: f64,
    },
}

/// What kinds of constraints an objective can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Takes {
    /// None: the weights follow from the estimates alone.
    Nothing,
    /// Bounds on single weights.
    Bounds,
    /// Linear conditions.
    Linear,
    /// Linear conditions and turnover.
    Turnover,
    /// Linear conditions and either turnover or rules on positions: how many, and how small.
    Positions,
}

impl Programme {
    /// A long-only programme without constraints, fully invested.
    pub fn new(objective: AnyObjective) -> Self {
        Self {
            objective,
            constraints: Vec::new(),
            invested: 1.0,
            short_most: 0.0,
            held: Vec::new(),
            held_elsewhere: 0.0,
            trading: None,
            relax: Vec::new(),
        }
    }

    /// The best weights. When no weights keep all constraints, those of `relax` give way in their order, each as
    /// little as the others ask.
    ///
    /// # Errors
    /// [`Kind::Infeasible`] with the names of constraints that exclude each other, none of which can be spared;
    /// [`Kind::Numeric`] when a kernel fails; [`Kind::Spec`] when the objective cannot keep a kind of constraint.
    pub fn solve(&self, estimates: &Estimates) -> Result<Solution> {
        ladder::descend(self, estimates)
    }

    /// Constraints that exclude each other, by name: leaving out any one of them makes the others possible. None when
    /// all can hold together.
    ///
    /// # Errors
    /// [`Kind::Numeric`] when it cannot be found out.
    pub fn conflict(&self, estimates: &Estimates) -> Result<Option<Vec<String>>> {
        conflict(&Task::new(self, &self.objective, &self.constraints, estimates)?)
    }

    fn attempt(
        &self,
        objective: &AnyObjective,
        constraints: &[Constraint],
        estimates: &Estimates,
    ) -> Result<Solution> {
        let task = Task::new(self, objective, constraints, estimates)?;
        if task.lower.iter().zip(&task.upper).any(|(l, u)| l > u) {
            return Err(Error::new(Kind::Infeasible, "no weights keep all constraints"));
        }
        let answer = objective.as_dyn().solve(&task)?;
        if let Some(ix) = answer.weights.iter().position(|w| !w.is_finite()) {
            let said = format!("the weight of {} is not finite", estimates.names[ix]);
            return Err(Error::new(Kind::Numeric, said));
        }
        Ok(answer.into_solution(&task))
    }
}

/// Names of constraints that exclude each other.
pub(crate) fn conflict(task: &Task<'_>) -> Result<Option<Vec<String>>> {
    let shape = Shape::new(task, &Sym::zeros(task.n()), &[]);
    match qp::solve(&shape.problem(), None) {
        Ok(_) => Ok(None),
        Err(QpError::Infeasible { subset }) => {
            // Several rows may bear one name.
            let mut names: Vec<String> = Vec::with_capacity(subset.len());
            for name in subset.iter().map(|c| shape.name_of(task, *c)) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Ok(Some(names))
        }
        Err(other) => Err(Error::new(Kind::Numeric, other.to_string())),
    }
}
