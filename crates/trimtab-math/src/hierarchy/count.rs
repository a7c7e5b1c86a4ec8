use super::{HierarchyError, Tree};

/// How many clusters to cut a tree into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterCount {
    /// This many.
    Fixed(usize),
    /// Second difference of the gap statistic (Yue, Wang, Wei 2009, *Application of two-order
    /// difference to gap statistic*), from 2 to `most` clusters.
    ///
    /// `W_k = sum_r 1 / (2 n_r) sum_{i, j in r} d_ij` over the k clusters of n_r series. The rule
    /// takes the k where `W_{k-1} - 2 W_k + W_{k+1}` is largest: up to there a further cluster
    /// pays, after it less so. The smaller of equals.
    SecondDifference {
        /// Most clusters to consider.
        most: usize,
    },
    /// Quality of the silhouettes (Lopez de Prado 2019, *A robust estimator of the efficient
    /// frontier*, snippet 1), from 2 to `most` clusters.
    ///
    /// `s_i = (b_i - a_i) / max(a_i, b_i)`, a_i the mean distance to the other members of the
    /// cluster of i and b_i the least mean distance to another cluster; 0 where i is alone. The
    /// rule takes the k with the largest mean over (population) deviation of s. The smaller of
    /// equals.
    Silhouette {
        /// Most clusters to consider.
        most: usize,
    },
}

impl ClusterCount {
    /// The number of clusters for `tree`, from the distances it was built on, n x n.
    ///
    /// Fewer than three series leave nothing to choose: they are clusters of their own.
    ///
    /// # Errors
    /// [`HierarchyError::ClusterCount`], [`HierarchyError::Length`].
    pub fn choose(self, tree: &Tree, distances: &[f64]) -> Result<usize, HierarchyError> {
        let n = tree.len();
        if distances.len() != n * n {
            return Err(HierarchyError::Length { len: distances.len(), needed: n * n });
        }
        let most = match self {
            Self::Fixed(k) | Self::SecondDifference { most: k } | Self::Silhouette { most: k } => k,
        };
        if most == 0 || (most > n && matches!(self, Self::Fixed(_))) {
            return Err(HierarchyError::ClusterCount { clusters: most, n });
        }
        match self {
            Self::Fixed(k) => Ok(k),
            _ if n < 3 || most == 1 => Ok(n.min(most)),
            Self::SecondDifference { .. } => second_difference(tree, distances, most.min(n - 1)),
            Self::Silhouette { .. } => silhouette(tree, distances, most.min(n - 1)),
        }
    }
}

fn second_difference(tree: &Tree, d: &[f64], most: usize) -> Result<usize, HierarchyError> {
    let spread = (1..=most + 1)
        .map(|k| tree.cut(k).map(|parts| parts.iter().map(|p| dispersion(p, d, tree.len())).sum()))
        .collect::<Result<Vec<f64>, _>>()?;
    Ok(first_largest(spread.windows(3).map(|w| w[0] - 2.0 * w[1] + w[2])) + 2)
}

/// `1 / (2 n_r) sum_{i, j} d_ij` over the members of a cluster.
fn dispersion(part: &[usize], d: &[f64], n: usize) -> f64 {
    let pairs: f64 = part
        .iter()
        .enumerate()
        .map(|(k, &i)| part[..k].iter().map(|&j| d[i * n + j]).sum::<f64>())
        .sum();
    pairs / part.len() as f64
}

fn silhouette(tree: &Tree, d: &[f64], most: usize) -> Result<usize, HierarchyError> {
    let quality = (2..=most)
        .map(|k| tree.cut(k).map(|parts| silhouette_quality(&parts, d, tree.len())))
        .collect::<Result<Vec<f64>, _>>()?;
    Ok(first_largest(quality.into_iter()) + 2)
}

/// Mean over deviation of the silhouettes; minus infinity where all series are alone.
fn silhouette_quality(parts: &[Vec<usize>], d: &[f64], n: usize) -> f64 {
    let mut s = Vec::with_capacity(n);
    for (own, part) in parts.iter().enumerate() {
        for &i in part {
            let sum = |p: &[usize]| p.iter().map(|&j| d[i * n + j]).sum::<f64>();
            if part.len() == 1 {
                s.push(0.0);
                continue;
            }
            let a = sum(part) / (part.len() - 1) as f64;
            let b = parts
                .iter()
                .enumerate()
                .filter(|(k, _)| *k != own)
                .map(|(_, p)| sum(p) / p.len() as f64)
                .fold(f64::INFINITY, f64::min);
            let scale = a.max(b);
            s.push(if scale > 0.0 { (b - a) / scale } else { 0.0 });
        }
    }
    let mean = s.iter().sum::<f64>() / n as f64;
    let variance = s.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64;
    match (variance > 0.0, mean > 0.0) {
        (true, _) => mean / variance.sqrt(),
        (false, true) => f64::INFINITY,
        (false, false) => f64::NEG_INFINITY,
    }
}

fn first_largest(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (k, v) in values.enumerate() {
        if v > best.1 {
            best = (k, v);
        }
    }
    best.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Linkage, cluster_tree};
    use super::*;

    /// Three groups of three, 1 apart inside and 10 apart from each other.
    #[test]
    fn three_groups_are_found() {
        let d: Vec<f64> = (0..81)
            .map(|k| (k / 9, k % 9))
            .map(|(i, j)| f64::from(u8::from(i != j)) * if i / 3 == j / 3 { 1.0 } else { 10.0 })
            .collect();
        let tree = cluster_tree(&d, 9, Linkage::Average).unwrap();
        for rule in [
            ClusterCount::Fixed(3),
            ClusterCount::SecondDifference { most: 8 },
            ClusterCount::SecondDifference { most: 100 },
            ClusterCount::Silhouette { most: 4 },
        ] {
            assert_eq!(rule.choose(&tree, &d), Ok(3), "{rule:?}");
        }
        assert!(ClusterCount::Fixed(10).choose(&tree, &d).is_err());
        assert!(ClusterCount::Silhouette { most: 0 }.choose(&tree, &d).is_err());
        assert_eq!(ClusterCount::Silhouette { most: 1 }.choose(&tree, &d), Ok(1));
    }

    /// Worked by hand: points 0, 1, 5 in clusters {0, 1} and {5}.
    #[test]
    fn silhouettes_by_hand() {
        let p: [f64; 3] = [0.0, 1.0, 5.0];
        let d: Vec<f64> = (0..9).map(|k| (p[k / 3] - p[k % 3]).abs()).collect();
        let s: [f64; 3] = [4.0 / 5.0, 3.0 / 4.0, 0.0];
        let mean = s.iter().sum::<f64>() / 3.0;
        let deviation = (s.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 3.0).sqrt();
        let got = silhouette_quality(&[vec![0, 1], vec![2]], &d, 3);
        assert!((got - mean / deviation).abs() < 1e-14);
    }
}
