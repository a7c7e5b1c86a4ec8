use super::{HierarchyError, Tree};
use crate::symmetric;
use crate::tail::conditional_value_at_risk;

/// Risk of series and clusters in [`hierarchical_equal_risk_contribution`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClusterRisk<'a> {
    /// Variance.
    Variance,
    /// Standard deviation.
    Deviation,
    /// Conditional value at risk of the rows of a panel of returns.
    ConditionalValueAtRisk {
        /// Rows of n returns each.
        panel: &'a [f64],
        /// Confidence level, between 0 and 1; 0.95 looks at the worst twentieth.
        confidence: f64,
    },
}

/// Hierarchical equal risk contribution (Raffinot 2018, *The hierarchical equal risk contribution
/// portfolio*).
///
/// The tree is cut into `clusters` parts. Inside a part the weights are inverse to the risk of the
/// single series; R is the risk of the part with these weights. Down the tree, each of two
/// branches gets `1 - R_branch / (R_left + R_right)` of the weight above, the R of a branch being
/// the sum over its parts; so the shape of the tree is kept, unlike the halves of
/// [`super::hierarchical_risk_parity`]. [`super::ClusterCount`] chooses the number of parts.
///
/// # Errors
/// [`HierarchyError::Covariance`], [`HierarchyError::Length`] (a panel of other width, a tree of
/// other size), [`HierarchyError::ClusterCount`], [`HierarchyError::Confidence`];
/// [`HierarchyError::RiskNotPositive`] where a tail has no losses.
pub fn hierarchical_equal_risk_contribution(
    covariance: &[f64],
    tree: &Tree,
    clusters: usize,
    risk: ClusterRisk<'_>,
) -> Result<Vec<f64>, HierarchyError> {
    let n = tree.len();
    symmetric::check(covariance, n)?;
    check_risk(risk, n)?;
    tree.cut(clusters)?;
    let first_undone = 2 * n - clusters;
    let mut weights = vec![0.0; n];
    let mut branch_risk = vec![0.0; 2 * n - 1];
    for node in tree.parts(clusters) {
        let part = tree.leaves(node);
        branch_risk[node] = inverse_risk_weights(&part, covariance, risk, &mut weights)?;
    }
    for node in first_undone..2 * n - 1 {
        let m = tree.merges()[node - n];
        branch_risk[node] = branch_risk[m.left] + branch_risk[m.right];
    }
    let mut open = vec![(2 * n - 2, 1.0)];
    while let Some((node, whole)) = open.pop() {
        if node < first_undone {
            for i in tree.leaves(node) {
                weights[i] *= whole;
            }
        } else {
            let m = tree.merges()[node - n];
            let left = whole * (branch_risk[m.right] / branch_risk[node]);
            open.push((m.right, whole - left));
            open.push((m.left, left));
        }
    }
    Ok(weights)
}

fn check_risk(risk: ClusterRisk<'_>, n: usize) -> Result<(), HierarchyError> {
    if let ClusterRisk::ConditionalValueAtRisk { panel, confidence } = risk {
        if panel.is_empty() || !panel.len().is_multiple_of(n) {
            let needed = n * panel.len().div_ceil(n).max(1);
            return Err(HierarchyError::Length { len: panel.len(), needed });
        }
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(HierarchyError::Confidence { value: confidence });
        }
    }
    Ok(())
}

/// Writes the weights of a part, adding up to one, and returns its risk.
fn inverse_risk_weights(
    part: &[usize],
    s: &[f64],
    risk: ClusterRisk<'_>,
    weights: &mut [f64],
) -> Result<f64, HierarchyError> {
    let n = weights.len();
    let mut sum = 0.0;
    for &i in part {
        let single = risk_of(&[i], &[1.0], s, n, risk)?;
        weights[i] = 1.0 / single;
        sum += weights[i];
    }
    let mut own = Vec::with_capacity(part.len());
    for &i in part {
        weights[i] /= sum;
        own.push(weights[i]);
    }
    risk_of(part, &own, s, n, risk)
}

/// Risk of weights `x` in the series of `part`; an error unless it is positive.
fn risk_of(
    part: &[usize],
    x: &[f64],
    s: &[f64],
    n: usize,
    risk: ClusterRisk<'_>,
) -> Result<f64, HierarchyError> {
    let variance = || -> f64 {
        let along = |i: usize| part.iter().zip(x).map(|(&j, x)| s[i * n + j] * x).sum::<f64>();
        part.iter().zip(x).map(|(&i, x)| x * along(i)).sum()
    };
    let value = match risk {
        ClusterRisk::Variance => variance(),
        ClusterRisk::Deviation => variance().sqrt(),
        ClusterRisk::ConditionalValueAtRisk { panel, confidence } => {
            let of_row = |row: &[f64]| part.iter().zip(x).map(|(&i, x)| row[i] * x).sum::<f64>();
            let returns: Vec<f64> = panel.chunks_exact(n).map(of_row).collect();
            conditional_value_at_risk(&returns, confidence)
        }
    };
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(HierarchyError::RiskNotPositive { index: part[0], risk: value })
    }
}
