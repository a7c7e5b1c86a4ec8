//! What may be wrong with rows or with a model of them.
use std::fmt;

/// Why there are no states.
#[derive(Clone, Debug, PartialEq)]
pub enum StatesError {
    /// The numbers do not fill whole rows.
    Shape {
        /// how many numbers
        values: usize,
        /// numbers in a row
        width: usize,
    },
    /// A number is NaN or infinite.
    NotFinite {
        /// its row
        row: usize,
        /// its column
        column: usize,
    },
    /// Too few rows for that many states.
    TooShort {
        /// rows given
        rows: usize,
        /// rows needed
        needed: usize,
    },
    /// A column does not vary, so that nothing can be told apart by it.
    Constant {
        /// the column
        column: usize,
    },
    /// A parameter of the model or of the fit is impossible.
    Parameter(&'static str),
    /// A covariance has no inverse.
    Singular {
        /// the state
        state: usize,
    },
    /// No state can have brought forth a row.
    Impossible {
        /// the row
        row: usize,
    },
}

impl fmt::Display for StatesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { values, width } => {
                write!(f, "{values} numbers are no rows of {width}")
            }
            Self::NotFinite { row, column } => {
                write!(f, "row {row}, column {column} is not a finite number")
            }
            Self::TooShort { rows, needed } => {
                write!(f, "{rows} rows where {needed} are needed")
            }
            Self::Constant { column } => write!(f, "column {column} does not vary"),
            Self::Parameter(what) => write!(f, "{what}"),
            Self::Singular { state } => write!(
                f,
                "the covariance of state {state} has no inverse; give the fit a prior, or leave out a column"
            ),
            Self::Impossible { row } => write!(f, "no state can have brought forth row {row}"),
        }
    }
}

impl std::error::Error for StatesError {}
