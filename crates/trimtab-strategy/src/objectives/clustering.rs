//! Trees of assets: what the hierarchical objectives share.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernel_failed;
use crate::Task;
use trimtab_core::{Error, Kind};
use trimtab_math::hierarchy::{
    ClusterCount, Clustering, Distance, HierarchyError, Linkage, Tree, correlation_distance,
};

/// What the linkage sees as the distance of two assets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distances {
    /// $d_{ij} = \sqrt{(1-\rho_{ij})/2}$, as most implementations have it.
    #[default]
    Correlation,
    /// $\sqrt{\sum_k (d_{ik} - d_{jk})^2}$: how differently two assets stand to all others, as the paper has it.
    Profile,
}

impl From<Distances> for Distance {
    fn from(distance: Distances) -> Self {
        match distance {
            Distances::Correlation => Self::Correlation,
            Distances::Profile => Self::Profile,
        }
    }
}

/// How the distance of two clusters follows from their members'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Linkages {
    /// The least distance of two members.
    #[default]
    Single,
    /// The greatest distance of two members.
    Complete,
    /// The mean distance of all pairs.
    Average,
    /// What a merger adds to the sum of squares (Ward).
    Ward,
}

impl From<Linkages> for Linkage {
    fn from(linkage: Linkages) -> Self {
        match linkage {
            Linkages::Single => Self::Single,
            Linkages::Complete => Self::Complete,
            Linkages::Average => Self::Average,
            Linkages::Ward => Self::Ward,
        }
    }
}

/// A failure of a tree's kernel, with the asset's name.
pub(crate) fn hierarchy_failed(task: &Task<'_>, error: HierarchyError) -> Error {
    match error {
        HierarchyError::BoundsInfeasible { .. } => Error::new(Kind::Infeasible, error.to_string()),
        HierarchyError::RiskNotPositive { index, .. } if index < task.n() => {
            let name = &task.estimates.names[index];
            let said = format!("the cluster of {name} has no risk to share");
            Error::new(Kind::Numeric, said)
                .hint("shrink the covariance, or use variance as the risk")
        }
        other => kernel_failed(task, &other),
    }
}

/// How many clusters a tree is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clusters {
    /// So many.
    Fixed(u32),
    /// From 2 to so many, by the second difference of the gap statistic.
    Gap(u32),
    /// From 2 to so many, by the quality of the silhouettes.
    Silhouette(u32),
}

impl Default for Clusters {
    /// More than ten clusters of what strategies hold are no clusters any more.
    fn default() -> Self {
        Self::Gap(10)
    }
}

impl Clusters {
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            Self::Fixed(0) | Self::Gap(0) | Self::Silhouette(0) => {
                Err("`clusters` are at least one".into())
            }
            _ => Ok(()),
        }
    }
}

/// The tree of the assets and the number of its clusters.
pub(crate) fn tree_of(
    task: &Task<'_>,
    linkage: Linkages,
    clusters: Clusters,
) -> trimtab_core::Result<(Tree, usize)> {
    let (s, n) = (task.estimates.covariance.as_slice(), task.n());
    let failed = |e| hierarchy_failed(task, e);
    let clustering = Clustering { distance: Distance::Correlation, linkage: linkage.into() };
    let tree = clustering.tree(s, n).map_err(failed)?;
    let count = match clusters {
        // A universe may be smaller than the number of clusters.
        Clusters::Fixed(k) => ClusterCount::Fixed((k as usize).min(n)),
        Clusters::Gap(most) => ClusterCount::SecondDifference { most: most as usize },
        Clusters::Silhouette(most) => ClusterCount::Silhouette { most: most as usize },
    };
    let distances = correlation_distance(s, n).map_err(failed)?;
    let count = count.choose(&tree, &distances).map_err(failed)?;
    Ok((tree, count))
}
