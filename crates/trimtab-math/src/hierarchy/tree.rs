use super::HierarchyError;

/// Two clusters become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// Number of the first cluster: series are 0 to n - 1, merge k makes cluster n + k. The
    /// smaller number of the two.
    pub left: usize,
    /// Number of the second cluster.
    pub right: usize,
    /// Distance at which they meet.
    pub height: f64,
    /// Series in the new cluster.
    pub size: usize,
}

/// A tree of n series: n - 1 merges in ascending height.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    merges: Vec<Merge>,
}

impl Tree {
    /// Brings merges of pairs of series, each standing for its cluster, into order.
    ///
    /// Merges of the same height keep the order they came in.
    pub(super) fn from_pairs(mut pairs: Vec<(usize, usize, f64)>) -> Self {
        let n = pairs.len() + 1;
        pairs.sort_by(|a, b| a.2.total_cmp(&b.2));
        let mut parent: Vec<usize> = (0..2 * n - 1).collect();
        let mut size = vec![1; 2 * n - 1];
        let mut merges = Vec::with_capacity(n - 1);
        for (k, (a, b, height)) in pairs.into_iter().enumerate() {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            let (left, right, new) = (a.min(b), a.max(b), n + k);
            size[new] = size[left] + size[right];
            parent[left] = new;
            parent[right] = new;
            merges.push(Merge { left, right, height, size: size[new] });
        }
        Self { merges }
    }

    /// Replaces every height by a function of it that keeps their order.
    pub(super) fn map_heights(&mut self, f: impl Fn(f64) -> f64) {
        for m in &mut self.merges {
            m.height = f(m.height);
        }
    }

    /// Series in the tree.
    #[must_use]
    pub fn len(&self) -> usize {
        self.merges.len() + 1
    }

    /// Never: a tree has a series at least.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The merges, in ascending height.
    #[must_use]
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// The series from left to right: quasi-diagonalisation, which brings similar series together.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        self.leaves(2 * self.len() - 2)
    }

    /// The series of cluster `node`, from left to right.
    ///
    /// # Panics
    /// When no cluster has this number.
    #[must_use]
    pub fn leaves(&self, node: usize) -> Vec<usize> {
        let n = self.len();
        let mut out = Vec::with_capacity(n);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if node < n {
                out.push(node);
            } else {
                let m = &self.merges[node - n];
                open.push(m.right);
                open.push(m.left);
            }
        }
        out
    }

    /// The tree cut into `clusters` parts, each a list of series in ascending order; the parts
    /// are in the order of their first series.
    ///
    /// # Errors
    /// [`HierarchyError::ClusterCount`].
    pub fn cut(&self, clusters: usize) -> Result<Vec<Vec<usize>>, HierarchyError> {
        let n = self.len();
        if clusters == 0 || clusters > n {
            return Err(HierarchyError::ClusterCount { clusters, n });
        }
        let mut parts: Vec<Vec<usize>> = self
            .parts(clusters)
            .into_iter()
            .map(|node| {
                let mut leaves = self.leaves(node);
                leaves.sort_unstable();
                leaves
            })
            .collect();
        parts.sort_by_key(|p| p[0]);
        Ok(parts)
    }

    /// Numbers of the clusters that remain when the highest `clusters - 1` merges are undone.
    pub(super) fn parts(&self, clusters: usize) -> Vec<usize> {
        let first_undone = 2 * self.len() - clusters;
        let mut open = vec![2 * self.len() - 2];
        let mut out = vec![];
        while let Some(node) = open.pop() {
            if node >= first_undone {
                let m = &self.merges[node - self.len()];
                open.push(m.right);
                open.push(m.left);
            } else {
                out.push(node);
            }
        }
        out
    }
}

/// The last cluster a node went into, with the path shortened.
fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 0 and 3 meet at 1, 1 and 2 at 2, 4 joins the first at 3, all at 5.
    fn sample() -> Tree {
        Tree::from_pairs(vec![(1, 4, 5.0), (0, 3, 1.0), (2, 1, 2.0), (3, 4, 3.0)])
    }

    #[test]
    fn merges_are_ordered_and_numbered() {
        let t = sample();
        let pairs: Vec<_> = t.merges().iter().map(|m| (m.left, m.right, m.size)).collect();
        assert_eq!(pairs, [(0, 3, 2), (1, 2, 2), (4, 5, 3), (6, 7, 5)]);
        assert_eq!(t.order(), [1, 2, 4, 0, 3]);
    }

    #[test]
    fn cuts_go_from_all_in_one_to_each_alone() {
        let t = sample();
        assert_eq!(t.cut(1).unwrap(), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(t.cut(2).unwrap(), [vec![0, 3, 4], vec![1, 2]]);
        assert_eq!(t.cut(3).unwrap(), [vec![0, 3], vec![1, 2], vec![4]]);
        assert_eq!(t.cut(5).unwrap().len(), 5);
        assert_eq!(t.cut(6), Err(HierarchyError::ClusterCount { clusters: 6, n: 5 }));
        assert!(t.cut(0).is_err());
    }

    #[test]
    fn one_series_is_a_tree() {
        let t = Tree::from_pairs(vec![]);
        assert_eq!((t.len(), t.order(), t.cut(1).unwrap()), (1, vec![0], vec![vec![0]]));
    }
}
