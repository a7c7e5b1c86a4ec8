use std::fmt;

/// Why a rule cannot go on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OnlineError {
    /// No series, or no periods where some are needed.
    Empty,
    /// A period has `len` series where the rule has `n`.
    Length {
        /// Series of the period.
        len: usize,
        /// Series of the rule.
        n: usize,
    },
    /// A price relative is not a positive number.
    Relative {
        /// The series.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// The growth of the portfolio is not a positive number.
    Growth {
        /// What was given.
        value: f64,
    },
    /// A loss outside [0, 1].
    Loss {
        /// The expert.
        index: usize,
        /// Its loss.
        value: f64,
    },
    /// A parameter outside its range.
    Parameter {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
    },
    /// Quadrature is for two series.
    TwoSeriesOnly {
        /// Series asked for.
        n: usize,
    },
    /// A quadratic step failed by rounding.
    Stalled,
}

impl fmt::Display for OnlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => write!(f, "there is nothing to learn from: no series or no periods"),
            Self::Length { len, n } => write!(f, "a period of {len} series for a rule of {n}"),
            Self::Relative { index, value } => {
                write!(f, "price relative {index} is {value}; it must be a positive number")
            }
            Self::Growth { value } => {
                write!(f, "the portfolio grew by a factor of {value}; it must be a positive number")
            }
            Self::Loss { index, value } => {
                write!(f, "loss {index} is {value}; scale losses to between 0 and 1")
            }
            Self::Parameter { name, value } => write!(f, "{name} is {value}, out of its range"),
            Self::TwoSeriesOnly { n } => {
                write!(f, "quadrature is exact for 2 series, not {n}; use a simulation with a seed")
            }
            Self::Stalled => write!(f, "rounding kept a quadratic step from its solution"),
        }
    }
}

impl std::error::Error for OnlineError {}
