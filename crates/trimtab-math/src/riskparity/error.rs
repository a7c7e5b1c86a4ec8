use std::fmt;

use crate::symmetric::SymmetricError;

/// Why no weights came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RiskParityError {
    /// The covariance matrix is not one.
    Covariance(SymmetricError),
    /// A vector has `len` elements where `n` are needed.
    Length {
        /// Elements handed in.
        len: usize,
        /// Elements needed.
        n: usize,
    },
    /// A budget is negative or not a number, or all budgets are zero.
    Budget {
        /// Place of the budget.
        index: usize,
        /// What stands there.
        value: f64,
    },
    /// A group has a budget and no member, or a member names a group without a budget.
    Group {
        /// The group.
        group: usize,
    },
    /// `0 <= lower <= upper` does not hold.
    Bound {
        /// Place of the bound.
        index: usize,
        /// The lower bound.
        lower: f64,
        /// The upper bound.
        upper: f64,
    },
    /// The bounds leave no weights that add up to one.
    BoundsInfeasible {
        /// Sum of the lower bounds.
        lower: f64,
        /// Sum of the upper bounds.
        upper: f64,
    },
    /// Within the bounds no multiple of the budgets makes the weights add up to one: hedging pulls
    /// more than one into the portfolio at any level of risk.
    BoundsExceedBudgets,
    /// A combination of non-negative weights has no risk at all, so shares of risk mean nothing.
    Riskless,
    /// The matrix is not positive semi-definite, and it mattered: along some direction the
    /// variance falls below zero.
    Indefinite,
    /// Rounding stopped the iteration before the shares of risk met the budgets.
    NotConverged {
        /// Largest deviation of a share from its budget.
        residual: f64,
    },
}

impl fmt::Display for RiskParityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Covariance(ref e) => write!(f, "covariance: {e}"),
            Self::Length { len, n } => write!(f, "{len} values given for {n} series"),
            Self::Budget { index, value } => write!(
                f,
                "risk budget {index} is {value}; budgets are numbers from 0 up, not all of them 0"
            ),
            Self::Group { group } => {
                write!(f, "group {group} has a budget or members, but not both")
            }
            Self::Bound { index, lower, upper } => {
                write!(f, "bounds {index}: 0 <= {lower} <= {upper} does not hold")
            }
            Self::BoundsInfeasible { lower, upper } => write!(
                f,
                "the lower bounds add up to {lower}, the upper ones to {upper}; 1 must lie between"
            ),
            Self::BoundsExceedBudgets => write!(
                f,
                "within these bounds no weights that add up to 1 share risk as the budgets say; \
                 lower the lower bounds of the series that hedge each other"
            ),
            Self::Riskless => write!(
                f,
                "some of the series hedge each other without a rest; drop one of them or shrink \
                 the covariance"
            ),
            Self::Indefinite => write!(
                f,
                "the covariance is not positive semi-definite; shrink it or take the nearest one"
            ),
            Self::NotConverged { residual } => write!(
                f,
                "shares of risk miss their budgets by {residual:e}; the covariance is too close to \
                 singular, shrink it"
            ),
        }
    }
}

impl std::error::Error for RiskParityError {}

impl From<SymmetricError> for RiskParityError {
    fn from(e: SymmetricError) -> Self {
        Self::Covariance(e)
    }
}
