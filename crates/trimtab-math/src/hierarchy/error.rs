use std::fmt;

use crate::symmetric::SymmetricError;

/// Why no weights came out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HierarchyError {
    /// The covariance matrix is not one.
    Covariance(SymmetricError),
    /// A slice has `len` elements where `needed` are.
    Length {
        /// Elements handed in.
        len: usize,
        /// Elements needed.
        needed: usize,
    },
    /// A distance is negative, not a number, not the same both ways, or not zero to itself.
    Distance {
        /// Row of the distance.
        row: usize,
        /// Column of the distance.
        column: usize,
    },
    /// More clusters than series, or none.
    ClusterCount {
        /// Clusters asked for.
        clusters: usize,
        /// Series at hand.
        n: usize,
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
    /// A confidence level outside (0, 1).
    Confidence {
        /// The level.
        value: f64,
    },
    /// A series or cluster has no positive risk, so that weights by the inverse of risk do not
    /// exist.
    RiskNotPositive {
        /// First series of the cluster.
        index: usize,
        /// Its risk.
        risk: f64,
    },
    /// Within a cluster, or between clusters, the covariance is singular or not positive.
    Singular {
        /// First series of the cluster; n for the covariance between clusters.
        index: usize,
    },
    /// No mean is positive where long-only weights need one, or the unconstrained weights add up
    /// to zero.
    NoPositiveMean {
        /// First series of the cluster; n for the means of the clusters.
        index: usize,
    },
}

impl fmt::Display for HierarchyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Covariance(ref e) => write!(f, "covariance: {e}"),
            Self::Length { len, needed } => write!(f, "{len} values given, {needed} needed"),
            Self::Distance { row, column } => write!(
                f,
                "distance ({row}, {column}) is negative, not finite, not symmetric or not 0 to itself"
            ),
            Self::ClusterCount { clusters, n } => {
                write!(f, "{clusters} clusters of {n} series; ask for 1 to {n}")
            }
            Self::Bound { index, lower, upper } => {
                write!(f, "bounds {index}: 0 <= {lower} <= {upper} does not hold")
            }
            Self::BoundsInfeasible { lower, upper } => write!(
                f,
                "the lower bounds add up to {lower}, the upper ones to {upper}; 1 must lie between"
            ),
            Self::Confidence { value } => {
                write!(f, "confidence {value} does not lie between 0 and 1")
            }
            Self::RiskNotPositive { index, risk } => write!(
                f,
                "the risk of series {index}, or of its cluster, is {risk}; weights by inverse risk \
                 need it above 0"
            ),
            Self::Singular { index } => write!(
                f,
                "the covariance of the cluster with series {index} (or between clusters) is \
                 singular; shrink it or ask for long-only weights"
            ),
            Self::NoPositiveMean { index } => write!(
                f,
                "no positive mean in the cluster with series {index} (or between clusters); the \
                 largest ratio of mean to risk needs one"
            ),
        }
    }
}

impl std::error::Error for HierarchyError {}

impl From<SymmetricError> for HierarchyError {
    fn from(e: SymmetricError) -> Self {
        Self::Covariance(e)
    }
}
