use std::fmt;

use crate::symmetric::SymmetricError;

/// Why no subset came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SubsetError {
    /// The covariance matrix is not one.
    Covariance(SymmetricError),
    /// There are `len` means for `n` series.
    Length {
        /// Means handed in.
        len: usize,
        /// Series.
        n: usize,
    },
    /// A mean is not a finite number.
    Mean {
        /// The series.
        index: usize,
    },
    /// A subset of no series, or of more than there are; or a member that does not exist or comes
    /// twice.
    Size {
        /// Series asked for, or the member.
        k: usize,
        /// Series at hand.
        n: usize,
    },
    /// A subset met on the way has no variance: its series hedge each other without a rest, and
    /// ratios mean nothing.
    Riskless,
}

impl fmt::Display for SubsetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Covariance(ref e) => write!(f, "covariance: {e}"),
            Self::Length { len, n } => write!(f, "{len} means given for {n} series"),
            Self::Mean { index } => write!(f, "mean {index} is not a finite number"),
            Self::Size { k, n } => write!(f, "{k} of {n} series cannot be chosen"),
            Self::Riskless => {
                write!(f, "a subset has no variance; drop one of the series that hedge each other")
            }
        }
    }
}

impl std::error::Error for SubsetError {}

impl From<SymmetricError> for SubsetError {
    fn from(e: SymmetricError) -> Self {
        Self::Covariance(e)
    }
}
