//! Linear programmes whose rows may cost something outside their limits.
//!
//! `min c'x + sum_i f_i(a_i'x)`, `lower <= x <= upper`, each f_i zero between two limits and rising
//! in a straight line beyond them, steeply (a constraint) or by a price per unit (a shortfall, a
//! deviation). A tail of T scenarios so takes T rows and no variables of its own.
//!
//! The simplex method of Fourer (1985, *A simplex algorithm for piecewise-linear programming I*)
//! moves along edges through as many kinks as pay. A vertex with k variables between their bounds
//! lies on k kinks; only that k x k kernel is kept, inverted, and k stays as small as the number
//! of weights that are not at a bound. Entering: the steepest slope, scaled by the size of the
//! column, the first of equals; after a run of steps of no length the first that improves (Bland),
//! which cannot cycle. So every answer is a vertex with multipliers that prove it.

mod certificate;
mod engine;
mod kernel;
mod pricing;
mod program;
mod search;

pub use program::{Infeasible, LinearError, Optimum, Program, Row};

pub(super) use engine::Engine;
