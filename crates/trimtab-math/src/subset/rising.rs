//! The bound where some subset has a positive ratio.
//!
//! For any v, `sqrt(x'Sx) >= v'Sx / sqrt(v'Sv)` (Cauchy, Schwarz): the ratio of x exceeds theta only
//! where `(m - theta S v / sqrt(v'Sv))' x > 0`. That is linear in x, so its largest value over the
//! subsets of a node is a sum of largest elements. The best v maximises the concave
//! `m'x - theta sqrt(x'Sx)` over the convex hull of the node; steps of Frank and Wolfe (1956) go
//! towards it, and any point on the way gives a valid bound.

use super::problem::{Node, Problem, Verdict, descending};
use crate::symmetric::{axpy, dot};

/// Bounds a node at the ratio `theta >= 0`, moving its point up to `steps` times.
pub(super) fn judge(p: &Problem<'_>, node: &mut Node, theta: f64, steps: usize) -> Verdict {
    let mut point = Point::new(p, node);
    for step in 0.. {
        let Some((slopes, base)) = point.slopes(p, node, theta) else {
            // A point without variance bounds nothing.
            return Verdict::of(
                node,
                node.open.iter().map(|&i| p.mean[i]).collect(),
                f64::MAX,
                p.k,
            );
        };
        let mut top = descending(&slopes);
        top.truncate(node.missing(p.k));
        let closed = base + top.iter().map(|&a| slopes[a]).sum::<f64>() <= 0.0;
        if closed || step == steps || !point.step(p, node, theta, &top) {
            return Verdict::of(node, slopes, base, p.k);
        }
    }
    unreachable!("the loop ends at `steps`")
}

/// A point v of a node's hull: one on the chosen, x on the open series.
struct Point {
    /// S v.
    sv: Vec<f64>,
    /// S times the chosen part.
    chosen: Vec<f64>,
}

impl Point {
    fn new(p: &Problem<'_>, node: &Node) -> Self {
        let chosen = p.sums(&node.chosen);
        let mut sv = chosen.clone();
        for (&i, &x) in node.open.iter().zip(&node.x).filter(|(_, x)| **x != 0.0) {
            axpy(x, p.row(i), &mut sv);
        }
        Self { sv, chosen }
    }

    /// `a'v` for a vector over all series.
    fn along(node: &Node, a: &[f64]) -> f64 {
        let open: Vec<f64> = node.open.iter().map(|&i| a[i]).collect();
        node.chosen.iter().map(|&i| a[i]).sum::<f64>() + dot(&open, &node.x)
    }

    /// `m - theta S v / sqrt(v'Sv)` of the open series, and its sum over the chosen ones.
    fn slopes(&self, p: &Problem<'_>, node: &Node, theta: f64) -> Option<(Vec<f64>, f64)> {
        let variance = Self::along(node, &self.sv);
        if variance.is_nan() || variance <= f64::MIN_POSITIVE {
            return None;
        }
        let unit = theta / variance.sqrt();
        let slope = |&i: &usize| p.mean[i] - unit * self.sv[i];
        Some((node.open.iter().map(slope).collect(), node.chosen.iter().map(slope).sum()))
    }

    /// Moves v towards the subset `top` as far as the objective rises; whether it moved.
    fn step(&mut self, p: &Problem<'_>, node: &mut Node, theta: f64, top: &[usize]) -> bool {
        let mut goal = self.chosen.clone();
        for &a in top {
            axpy(1.0, p.row(node.open[a]), &mut goal);
        }
        let at_goal = |a: &[f64]| {
            let chosen: f64 = node.chosen.iter().map(|&i| a[i]).sum();
            chosen + top.iter().map(|&t| a[node.open[t]]).sum::<f64>()
        };
        let (vv, vg, gg) = (Self::along(node, &self.sv), Self::along(node, &goal), at_goal(&goal));
        let rise = at_goal(p.mean) - Self::along(node, p.mean);
        let (first, second) = (vg - vv, (gg - 2.0 * vg + vv).max(0.0));
        // Slope of the objective at v + t (goal - v).
        let slope = |t: f64| {
            let variance = vv + 2.0 * t * first + t * t * second;
            rise - theta * (first + t * second) / variance.max(f64::MIN_POSITIVE).sqrt()
        };
        let t = if slope(1.0) >= 0.0 { 1.0 } else { root(slope) };
        node.x.iter_mut().for_each(|x| *x *= 1.0 - t);
        top.iter().for_each(|&a| node.x[a] += t);
        for (s, g) in self.sv.iter_mut().zip(&goal) {
            *s += t * (g - *s);
        }
        t > 0.0
    }
}

/// Where the falling function crosses zero in [0, 1], from below, to the last bits that matter for
/// a step.
fn root(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if f(middle) > 0.0 { low = middle } else { high = middle }
    }
    low
}
