use std::fmt;

/// Why no weights came out.
#[derive(Clone, Debug, PartialEq)]
pub enum TailError {
    /// The panel has no rows, or its length is not a multiple of n.
    Panel {
        /// Elements handed in.
        len: usize,
        /// Series.
        n: usize,
    },
    /// A return is not a finite number.
    NotFinite {
        /// Row of the return.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// A vector has `len` elements where `n` are needed.
    Length {
        /// Elements handed in.
        len: usize,
        /// Elements needed.
        n: usize,
    },
    /// Bounds are not finite, or in the wrong order.
    Bound {
        /// The weight.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A linear row is not finite, has no coefficient but zero, or its limits are in the wrong
    /// order.
    Row {
        /// The row.
        index: usize,
    },
    /// A confidence outside [0, 1).
    Confidence {
        /// What was asked for.
        value: f64,
    },
    /// A target that is not a number.
    Target {
        /// What was asked for.
        value: f64,
    },
    /// A risk aversion that is not above zero.
    RiskAversion {
        /// What was asked for.
        value: f64,
    },
    /// Whatever the weights, some scenario takes all.
    Ruin {
        /// The least worst loss, as a part of the wealth.
        loss: f64,
    },
    /// No weights meet all constraints. Within the bounds the sum of the constraints, each times
    /// its multiplier, cannot be what their limits ask; those with multiplier zero do not matter.
    Infeasible {
        /// Multiplier of `sum x = 1`.
        sum: f64,
        /// Multiplier of the least mean.
        mean: f64,
        /// Linear rows with their multipliers.
        rows: Vec<(usize, f64)>,
    },
    /// Rounding kept the method from an end.
    Stalled {
        /// Steps done.
        steps: usize,
    },
}

impl fmt::Display for TailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panel { len, n } => {
                write!(f, "a panel of {n} series cannot have {len} elements")
            }
            Self::NotFinite { row, column } => {
                write!(f, "the return in row {row} of series {column} is not a finite number")
            }
            Self::Length { len, n } => write!(f, "{len} values given, {n} needed"),
            Self::Bound { index, lower, upper } => {
                write!(f, "bounds {index}: {lower} <= {upper} must hold and be finite")
            }
            Self::Row { index } => write!(
                f,
                "linear row {index}: it needs finite coefficients, one of them not 0, and limits \
                 in order"
            ),
            Self::Confidence { value } => {
                write!(f, "confidence {value} is not between 0 and 1")
            }
            Self::Target { value } => write!(f, "target {value} is not a finite number"),
            Self::RiskAversion { value } => write!(f, "risk aversion {value} is not above 0"),
            Self::Ruin { loss } => write!(
                f,
                "whatever the weights, some scenario loses {loss} of the wealth: growth needs \
                 limits that leave something"
            ),
            Self::Infeasible { sum, mean, rows } => {
                let mut names: Vec<String> = vec![];
                if *sum != 0.0 {
                    names.push("the sum of the weights".into());
                }
                if *mean != 0.0 {
                    names.push("the least mean".into());
                }
                names.extend(rows.iter().map(|(i, _)| format!("row {i}")));
                write!(f, "within the bounds these exclude each other: {}", names.join(", "))
            }
            Self::Stalled { steps } => {
                write!(f, "no optimum was proved in {steps} steps; look for series given twice")
            }
        }
    }
}

impl std::error::Error for TailError {}
