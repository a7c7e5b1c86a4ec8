use super::distance::inverse_deviations;
use super::{HierarchyError, Tree};

/// The distance of two clusters A and B, from the distances of their members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linkage {
    /// The least distance of a member of A to one of B.
    #[default]
    Single,
    /// The largest distance of a member of A to one of B.
    Complete,
    /// The mean distance of members of A and B (UPGMA).
    Average,
    /// The growth of the sum of squares: `sqrt(2 |A| |B| / (|A| + |B|))` times the distance of the
    /// centres (Ward 1963).
    Ward,
}

/// The tree of n series from their distances, n x n.
///
/// Single linkage follows the minimum spanning tree from series 0 (Prim), the others the chain of
/// nearest neighbours with the update of Lance and Williams (Murtagh 1983): n^2 steps either way.
/// Among equal distances the series that comes first is taken.
///
/// # Errors
/// [`HierarchyError::Length`], [`HierarchyError::Distance`].
pub fn cluster_tree(distances: &[f64], n: usize, linkage: Linkage) -> Result<Tree, HierarchyError> {
    if n == 0 || distances.len() != n * n {
        return Err(HierarchyError::Length { len: distances.len(), needed: n * n });
    }
    for row in 0..n {
        for column in 0..=row {
            let (d, mirror) = (distances[row * n + column], distances[column * n + row]);
            let sound = d >= 0.0 && d.is_finite() && d == mirror && (row != column || d == 0.0);
            if !sound {
                return Err(HierarchyError::Distance { row, column });
            }
        }
    }
    Ok(tree_of_checked(distances.to_vec(), n, linkage))
}

pub(super) fn tree_of_checked(distances: Vec<f64>, n: usize, linkage: Linkage) -> Tree {
    match linkage {
        Linkage::Single => spanning(n, |i, near, blocked| {
            let row = &distances[i * n..(i + 1) * n];
            for (near, d) in near.iter_mut().zip(row) {
                *near = if *d < *near { *d } else { *near };
            }
            first_least(near, blocked)
        }),
        _ => chain(distances, n, linkage),
    }
}

/// Single linkage on `(1 - rho) / 2` of a checked covariance. The tree is that of its square root,
/// the distance of correlations, so roots are drawn of the n - 1 heights alone and no matrix is
/// written.
pub(super) fn single_from_covariance(covariance: &[f64], n: usize) -> Tree {
    let inverse = inverse_deviations(covariance, n);
    let mut tree = spanning(n, |i, near, blocked| {
        let row = &covariance[i * n..(i + 1) * n];
        let own = 0.5 * inverse[i];
        for ((near, s), v) in near.iter_mut().zip(row).zip(&inverse) {
            let d = 0.5 - s * (own * v);
            *near = if d < *near { d } else { *near };
        }
        first_least(near, blocked)
    });
    tree.map_heights(|h| h.clamp(0.0, 1.0).sqrt());
    tree
}

/// Prim's spanning tree from series 0. `nearest(i, near, blocked)` lowers `near`, the distances to
/// the series taken so far, by those to i, and gives the least among those not blocked.
fn spanning(n: usize, nearest: impl Fn(usize, &mut [f64], &[f64]) -> (usize, f64)) -> Tree {
    let mut near = vec![f64::INFINITY; n];
    // Infinity for series already taken, else 0: added to a distance it takes them out.
    let mut blocked = vec![0.0; n];
    let mut pairs = Vec::with_capacity(n.saturating_sub(1));
    let mut last = 0;
    for _ in 1..n {
        blocked[last] = f64::INFINITY;
        let (next, height) = nearest(last, &mut near, &blocked);
        // Along this path every cluster of single linkage is one run, so that the pair of
        // neighbours names the two clusters that meet.
        pairs.push((last, next, height));
        last = next;
    }
    Tree::from_pairs(pairs)
}

/// Place and value of the least `near + blocked`, the first of equals.
fn first_least(near: &[f64], blocked: &[f64]) -> (usize, f64) {
    let mut least = [f64::INFINITY; 4];
    let (n4, n1) = near.as_chunks::<4>();
    let (b4, b1) = blocked.as_chunks::<4>();
    for (n, b) in n4.iter().zip(b4) {
        for l in 0..4 {
            let d = n[l] + b[l];
            least[l] = if d < least[l] { d } else { least[l] };
        }
    }
    let tail = n1.iter().zip(b1).map(|(n, b)| n + b);
    let least = least.into_iter().chain(tail).fold(f64::INFINITY, f64::min);
    let at = near.iter().zip(blocked).position(|(n, b)| n + b == least);
    (at.expect("distances are finite and one series is not blocked"), least)
}

/// Nearest-neighbour chain: each series points at its nearest one until two point at each other.
fn chain(mut d: Vec<f64>, n: usize, linkage: Linkage) -> Tree {
    let mut size = vec![1_usize; n];
    let mut pairs = Vec::with_capacity(n.saturating_sub(1));
    let mut path: Vec<usize> = Vec::with_capacity(n);
    while pairs.len() + 1 < n {
        if path.is_empty() {
            path.push(size.iter().position(|s| *s > 0).expect("clusters remain"));
        }
        let x = *path.last().expect("just filled");
        let before = path.len().checked_sub(2).map(|k| path[k]);
        // The one before wins ties, or the chain could run in a circle.
        let start = before.map_or((usize::MAX, f64::INFINITY), |y| (y, d[x * n + y]));
        let row = &d[x * n..(x + 1) * n];
        let (y, height) = (0..n)
            .filter(|&i| size[i] > 0 && i != x)
            .fold(start, |best, i| if row[i] < best.1 { (i, row[i]) } else { best });
        if Some(y) == before {
            path.truncate(path.len() - 2);
            let (gone, kept) = (x.min(y), x.max(y));
            pairs.push((gone, kept, height));
            join(&mut d, &mut size, (gone, kept, height), linkage);
        } else {
            path.push(y);
        }
    }
    Tree::from_pairs(pairs)
}

/// Distances to the union, which takes the place `kept` (Lance, Williams 1967).
fn join(
    d: &mut [f64],
    size: &mut [usize],
    (gone, kept, height): (usize, usize, f64),
    linkage: Linkage,
) {
    let n = size.len();
    let (a, b) = (size[gone] as f64, size[kept] as f64);
    size[kept] += size[gone];
    size[gone] = 0;
    for i in (0..n).filter(|&i| size[i] > 0 && i != kept) {
        let (x, y, c) = (d[gone * n + i], d[kept * n + i], size[i] as f64);
        let new = match linkage {
            Linkage::Single => x.min(y),
            Linkage::Complete => x.max(y),
            Linkage::Average => (a * x + b * y) / (a + b),
            Linkage::Ward => {
                (((c + a) * x * x + (c + b) * y * y - c * height * height) / (a + b + c)).sqrt()
            }
        };
        d[kept * n + i] = new;
        d[i * n + kept] = new;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Points 0, 1, 3, 7 on a line.
    fn line() -> Vec<f64> {
        let p: [f64; 4] = [0.0, 1.0, 3.0, 7.0];
        (0..16).map(|k| (p[k / 4] - p[k % 4]).abs()).collect()
    }

    #[test]
    fn heights_on_a_line() {
        let heights = |l| -> Vec<f64> {
            cluster_tree(&line(), 4, l).unwrap().merges().iter().map(|m| m.height).collect()
        };
        assert_eq!(heights(Linkage::Single), [1.0, 2.0, 4.0]);
        assert_eq!(heights(Linkage::Complete), [1.0, 3.0, 7.0]);
        assert_eq!(heights(Linkage::Average), [1.0, 2.5, 17.0 / 3.0]);
        let ward = heights(Linkage::Ward);
        // Centres 0.5 and 3, then 4/3 and 7.
        assert!((ward[1] - (4.0 / 3.0_f64).sqrt() * 2.5).abs() < 1e-14);
        assert!((ward[2] - (6.0 / 4.0_f64).sqrt() * (17.0 / 3.0)).abs() < 1e-14);
    }

    #[test]
    fn chain_and_spanning_tree_agree_on_single_linkage() {
        let n = 40;
        let p: Vec<f64> = (0..n).map(|i| (i as f64 * 12.9898).sin() * 43.0).collect();
        let d: Vec<f64> = (0..n * n).map(|k| (p[k / n] - p[k % n]).abs()).collect();
        let a = tree_of_checked(d.clone(), n, Linkage::Single);
        assert_eq!(a, chain(d, n, Linkage::Single));
    }

    #[test]
    fn distances_that_are_none_are_refused() {
        let refused = |at: usize, value: f64| {
            let mut d = line();
            d[at] = value;
            cluster_tree(&d, 4, Linkage::Ward).unwrap_err()
        };
        assert_eq!(refused(6, 2.5), HierarchyError::Distance { row: 2, column: 1 });
        assert_eq!(refused(9, f64::NAN), HierarchyError::Distance { row: 2, column: 1 });
        assert_eq!(refused(5, 0.1), HierarchyError::Distance { row: 1, column: 1 });
        assert_eq!(
            cluster_tree(&line(), 3, Linkage::Ward),
            Err(HierarchyError::Length { len: 16, needed: 9 })
        );
    }
}
