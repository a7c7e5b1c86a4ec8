use std::fmt;

use super::Engine;

/// Limits of a row `r = a'x` and what a unit beyond them costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Lower limit; minus infinity for none.
    pub lower: f64,
    /// Upper limit; plus infinity for none.
    pub upper: f64,
    /// Price of a unit below the lower limit; infinite for a constraint.
    pub below: f64,
    /// Price of a unit above the upper limit; infinite for a constraint.
    pub above: f64,
}

impl Row {
    /// `lower <= a'x <= upper`.
    #[must_use]
    pub fn between(lower: f64, upper: f64) -> Self {
        Self { lower, upper, below: f64::INFINITY, above: f64::INFINITY }
    }

    /// `price max(0, limit - a'x)`.
    #[must_use]
    pub fn shortfall(limit: f64, price: f64) -> Self {
        Self { lower: limit, upper: f64::INFINITY, below: price, above: f64::INFINITY }
    }

    /// `price |a'x - centre|`.
    #[must_use]
    pub fn deviation(centre: f64, price: f64) -> Self {
        Self { lower: centre, upper: centre, below: price, above: price }
    }

    /// Cost of the value r; infinite outside a constraint.
    #[must_use]
    pub fn cost(&self, r: f64) -> f64 {
        if r < self.lower {
            self.below * (self.lower - r)
        } else if r > self.upper {
            self.above * (r - self.upper)
        } else {
            0.0
        }
    }

    fn is_sound(&self) -> bool {
        let ordered = self.lower <= self.upper && self.below >= 0.0 && self.above >= 0.0;
        ordered && self.lower < f64::INFINITY && self.upper > f64::NEG_INFINITY
    }
}

/// A programme: variables with finite bounds and a cost each, then rows.
///
/// Numbers should be about one: the tolerances are 1e-10 for limits and 1e-11 for slopes, in the
/// units of the rows and of the objective.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) cost: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) rows: Vec<(Vec<f64>, Row)>,
}

impl Program {
    /// Variables with their costs and bounds, no rows yet.
    ///
    /// # Errors
    /// [`LinearError::Bound`], [`LinearError::Shape`], [`LinearError::NotFinite`].
    pub fn new(cost: Vec<f64>, lower: Vec<f64>, upper: Vec<f64>) -> Result<Self, LinearError> {
        let n = cost.len();
        for len in [lower.len(), upper.len()] {
            if len != n {
                return Err(LinearError::Shape { expected: n, found: len });
            }
        }
        if cost.iter().any(|c| !c.is_finite()) {
            return Err(LinearError::NotFinite { row: None });
        }
        let sound = |j: &usize| lower[*j] <= upper[*j] && (upper[*j] - lower[*j]).is_finite();
        if let Some(index) = (0..n).find(|j| !sound(j)) {
            return Err(LinearError::Bound { index, lower: lower[index], upper: upper[index] });
        }
        Ok(Self { cost, lower, upper, rows: vec![] })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`LinearError::Shape`], [`LinearError::NotFinite`], [`LinearError::Row`].
    pub fn add_row(&mut self, coefficients: Vec<f64>, row: Row) -> Result<(), LinearError> {
        let (expected, found) = (self.cost.len(), coefficients.len());
        if expected != found {
            return Err(LinearError::Shape { expected, found });
        }
        if coefficients.iter().any(|a| !a.is_finite()) {
            return Err(LinearError::NotFinite { row: Some(self.rows.len()) });
        }
        if !row.is_sound() {
            return Err(LinearError::Row { row: self.rows.len() });
        }
        self.rows.push((coefficients, row));
        Ok(())
    }

    /// Variables.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.cost.len()
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The least objective and where it is reached.
    ///
    /// # Errors
    /// [`LinearError::Infeasible`] with the multipliers that prove it, [`LinearError::Stalled`].
    pub fn minimise(&self) -> Result<Optimum, LinearError> {
        let mut engine = Engine::new(self.clone());
        engine.minimise()?;
        Ok(engine.optimum())
    }
}

/// A least point of a [`Program`].
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// The variables.
    pub x: Vec<f64>,
    /// The objective there.
    pub objective: f64,
    /// No point has a lower objective than this: the value of the dual programme at `multipliers`.
    pub bound: f64,
    /// One multiplier y_i per row, the slope of the row's cost: at most `above` and at least
    /// `-below`.
    pub multipliers: Vec<f64>,
    /// Steps from vertex to vertex.
    pub steps: usize,
}

/// Why a programme has no solution: multipliers y of rows, all others being zero.
///
/// Within the bounds `(sum y_i a_i)' x` is at least `least`, while the limits of the rows hold it
/// to at most `most`, which is less (Farkas 1902).
#[derive(Clone, Debug, PartialEq)]
pub struct Infeasible {
    /// Rows and their multipliers, in the order of the rows.
    pub rows: Vec<(usize, f64)>,
    /// Least value of the sum of the rows within the bounds.
    pub least: f64,
    /// Largest value that the limits of the rows allow.
    pub most: f64,
}

/// Why a programme was not solved.
#[derive(Clone, Debug, PartialEq)]
pub enum LinearError {
    /// A vector is of the wrong length.
    Shape {
        /// Elements needed.
        expected: usize,
        /// Elements handed in.
        found: usize,
    },
    /// A cost (no row) or a coefficient is not a finite number.
    NotFinite {
        /// The row of the coefficient.
        row: Option<usize>,
    },
    /// A variable's bounds are not finite, or in the wrong order.
    Bound {
        /// The variable.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A row's limits are in the wrong order or its prices negative.
    Row {
        /// The row.
        row: usize,
    },
    /// No point meets all constraints.
    Infeasible(Infeasible),
    /// Rounding kept the method from an end.
    Stalled {
        /// Steps done.
        steps: usize,
    },
}

impl fmt::Display for LinearError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { expected, found } => {
                write!(f, "{found} values given, {expected} needed")
            }
            Self::NotFinite { row: Some(row) } => {
                write!(f, "a coefficient of row {row} is not a finite number")
            }
            Self::NotFinite { row: None } => write!(f, "a cost is not a finite number"),
            Self::Bound { index, lower, upper } => {
                write!(f, "bounds {index}: {lower} <= {upper} must hold and be finite")
            }
            Self::Row { row } => {
                write!(f, "row {row}: limits must be in order and prices not negative")
            }
            Self::Infeasible(proof) => {
                write!(f, "no point meets the constraints; these rows exclude each other: ")?;
                let names: Vec<String> = proof.rows.iter().map(|(i, _)| i.to_string()).collect();
                f.write_str(&names.join(", "))
            }
            Self::Stalled { steps } => write!(
                f,
                "no vertex was reached in {steps} steps; the rows are too close to each other or \
                 of very different size, scale them to about one"
            ),
        }
    }
}

impl std::error::Error for LinearError {}
