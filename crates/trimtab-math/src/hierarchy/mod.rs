//! Weights from a tree of series: hierarchical risk parity, hierarchical equal risk contribution
//! and nested clustered optimisation.
//!
//! Letters: S the covariance matrix, rho the correlations, `d_ij = sqrt((1 - rho_ij) / 2)` their
//! distance. Trees are those of the classical linkages; ties go to the series that come first.

mod count;
mod distance;
mod error;
mod herc;
mod hrp;
mod linkage;
mod nco;
mod tree;

pub use count::ClusterCount;
pub use distance::{Distance, correlation_distance};
pub use error::HierarchyError;
pub use herc::{ClusterRisk, hierarchical_equal_risk_contribution};
pub use hrp::{Hrp, hierarchical_risk_parity, hierarchical_risk_parity_bounded};
pub use linkage::{Linkage, cluster_tree};
pub use nco::{NestedObjective, nested_clustered_optimisation};
pub use tree::{Merge, Tree};

/// How a covariance becomes a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clustering {
    /// What the linkage sees as the distance of two series.
    pub distance: Distance,
    /// How the distance of two clusters follows from their members'.
    pub linkage: Linkage,
}

impl Clustering {
    /// The tree of the covariance `covariance`, n x n.
    ///
    /// # Errors
    /// [`HierarchyError::Covariance`].
    pub fn tree(self, covariance: &[f64], n: usize) -> Result<Tree, HierarchyError> {
        crate::symmetric::check(covariance, n)?;
        Ok(self.tree_of_checked(covariance, n))
    }

    fn tree_of_checked(self, covariance: &[f64], n: usize) -> Tree {
        match self {
            Self { distance: Distance::Correlation, linkage: Linkage::Single } => {
                linkage::single_from_covariance(covariance, n)
            }
            _ => {
                let d = distance::matrix(covariance, n, self.distance);
                linkage::tree_of_checked(d, n, self.linkage)
            }
        }
    }
}
