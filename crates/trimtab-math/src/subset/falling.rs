//! The bound where no subset has a positive ratio: a falling market.
//!
//! The ratio of a subset exceeds `theta <= 0` only where `m'x + |theta| sqrt(x'Sx) > 0`. With
//! `U_i = S_ii + 2 sum of S_ij over the chosen j + the largest S_ij of the other missing ones`,
//! `x'Sx <= S(chosen) + U'x` (Gilmore 1962, Lawler 1963), and the root lies below each of its
//! tangents: linear in x again.

use super::problem::{Node, Problem, Verdict, descending};

/// Moves of the point of tangency. It settles at once where the best subset does.
const TANGENTS: usize = 4;

/// Bounds a node at the ratio `theta <= 0`.
pub(super) fn judge(p: &Problem<'_>, node: &mut Node, theta: f64) -> Verdict {
    let missing = node.missing(p.k);
    let sums = p.sums(&node.chosen);
    let chosen: f64 = node.chosen.iter().map(|&i| sums[i]).sum();
    let upper: Vec<f64> = node
        .open
        .iter()
        .map(|&i| p.row(i)[i] + 2.0 * sums[i] + others(p, node, i, missing - 1))
        .collect();
    let mean = p.mean_of(&node.chosen);
    // Start at the largest variance.
    let mut top = descending(&upper);
    let mut best: Option<(f64, Vec<f64>, f64)> = None;
    for _ in 0..TANGENTS {
        top.truncate(missing);
        let at: f64 = chosen + top.iter().map(|&a| upper[a]).sum::<f64>();
        if at.is_nan() || at <= 0.0 {
            // All subsets of the node would lie below zero variance.
            break;
        }
        let unit = -theta * 0.5 / at.sqrt();
        let slopes: Vec<f64> =
            node.open.iter().zip(&upper).map(|(&i, u)| p.mean[i] + unit * u).collect();
        let base = mean - theta * at.sqrt() + unit * (chosen - at);
        top = descending(&slopes);
        let value = base + top[..missing].iter().map(|&a| slopes[a]).sum::<f64>();
        if best.as_ref().is_none_or(|(least, ..)| value < *least) {
            best = Some((value, slopes, base));
        }
    }
    let (slopes, base) = best.map_or_else(
        || (node.open.iter().map(|&i| p.mean[i]).collect(), mean),
        |(_, slopes, base)| (slopes, base),
    );
    Verdict::of(node, slopes, base, p.k)
}

/// The sum of the `count` largest `S_ij` over the open j other than i.
fn others(p: &Problem<'_>, node: &Node, i: usize, count: usize) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let mut row: Vec<f64> = node.open.iter().filter(|&&j| j != i).map(|&j| p.row(i)[j]).collect();
    if count < row.len() {
        row.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a));
        row.truncate(count);
    }
    // In the order of values, so that the sum does not depend on how they were selected.
    row.sort_unstable_by(f64::total_cmp);
    row.iter().sum()
}
