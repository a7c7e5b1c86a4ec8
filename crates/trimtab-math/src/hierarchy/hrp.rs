use super::{Clustering, HierarchyError};
use crate::symmetric;

/// The sums of the bounds may miss one by this much: rounding of their addition.
const SUM_TOLERANCE: f64 = 1e-12;

/// Hierarchical risk parity.
#[derive(Clone, Debug, PartialEq)]
pub struct Hrp {
    /// Weights, not negative, adding up to one.
    pub weights: Vec<f64>,
    /// The series in the order of the tree, the one that was halved again and again.
    pub order: Vec<usize>,
}

/// Hierarchical risk parity (Lopez de Prado 2016, *Building diversified portfolios that outperform
/// out of sample*, s. "Recursive bisection").
///
/// The series are ordered by the tree; the list is halved (the first half the shorter one) down to
/// single series, and each half gets `1 - V_half / (V_left + V_right)` of the weight of the whole,
/// V the variance of its inverse-variance portfolio.
///
/// The paper clusters by [`super::Distance::Profile`] and single linkage; the default here,
/// [`super::Distance::Correlation`] with single linkage, is what the common libraries do.
///
/// # Errors
/// [`HierarchyError::Covariance`]; [`HierarchyError::RiskNotPositive`] where a half has no
/// variance.
pub fn hierarchical_risk_parity(
    covariance: &[f64],
    n: usize,
    clustering: Clustering,
) -> Result<Hrp, HierarchyError> {
    symmetric::check(covariance, n)?;
    solve(covariance, n, clustering, |half| half.desired)
}

/// [`hierarchical_risk_parity`] with `lower_i <= x_i <= upper_i`: at each halving the weight of a
/// half is moved into what the bounds of its series and of the other half's leave, so that every
/// split can be completed (Pfitzinger, Katzke 2019, *A constrained hierarchical risk parity
/// algorithm*, s. 3, with upper bounds treated alike).
///
/// # Errors
/// As [`hierarchical_risk_parity`]; [`HierarchyError::Length`], [`HierarchyError::Bound`],
/// [`HierarchyError::BoundsInfeasible`].
pub fn hierarchical_risk_parity_bounded(
    covariance: &[f64],
    n: usize,
    clustering: Clustering,
    lower: &[f64],
    upper: &[f64],
) -> Result<Hrp, HierarchyError> {
    symmetric::check(covariance, n)?;
    check_bounds(n, lower, upper)?;
    let sum = |bounds: &[f64], part: &[usize]| part.iter().map(|&i| bounds[i]).sum::<f64>();
    let mut out = solve(covariance, n, clustering, |half| {
        let low = sum(lower, half.left).max(half.whole - sum(upper, half.right));
        let high = sum(upper, half.left).min(half.whole - sum(lower, half.right));
        // Not `clamp`: rounding can bring low above high where they meet.
        half.desired.max(low).min(high)
    })?;
    for (i, x) in out.weights.iter_mut().enumerate() {
        *x = x.max(lower[i]).min(upper[i]);
    }
    Ok(out)
}

fn check_bounds(n: usize, lower: &[f64], upper: &[f64]) -> Result<(), HierarchyError> {
    for len in [lower.len(), upper.len()] {
        if len != n {
            return Err(HierarchyError::Length { len, needed: n });
        }
    }
    for index in 0..n {
        let (l, u) = (lower[index], upper[index]);
        if !(l >= 0.0 && l <= u && l.is_finite()) {
            return Err(HierarchyError::Bound { index, lower: l, upper: u });
        }
    }
    let (low, high) = (lower.iter().sum::<f64>(), upper.iter().sum::<f64>());
    if low > 1.0 + SUM_TOLERANCE || high < 1.0 - SUM_TOLERANCE {
        return Err(HierarchyError::BoundsInfeasible { lower: low, upper: high });
    }
    Ok(())
}

/// A list about to be shared out between its halves.
struct Halving<'a> {
    left: &'a [usize],
    right: &'a [usize],
    /// Weight of the list.
    whole: f64,
    /// Weight of the left half by inverse variance.
    desired: f64,
}

fn solve(
    covariance: &[f64],
    n: usize,
    clustering: Clustering,
    left_weight: impl Fn(&Halving<'_>) -> f64,
) -> Result<Hrp, HierarchyError> {
    let order = clustering.tree_of_checked(covariance, n).order();
    let inverse = order.iter().map(|&i| 1.0 / covariance[i * n + i]).collect();
    let mut bisection = Bisection { s: covariance, order: &order, inverse, variance: vec![] };
    bisection.measure();
    let mut weights = vec![0.0; n];
    bisection.share(&left_weight, &mut weights)?;
    Ok(Hrp { weights, order })
}

/// The halvings of the ordered list, in the order of a walk that takes a list, then all of its
/// left half, then all of its right half: a list of k series takes 2 k - 1 places.
struct Bisection<'a> {
    s: &'a [f64],
    order: &'a [usize],
    /// `v_i = 1 / S_ii`, in the order of the list.
    inverse: Vec<f64>,
    /// Variance of the inverse-variance portfolio of each list.
    variance: Vec<f64>,
}

impl Bisection<'_> {
    fn measure(&mut self) {
        let n = self.order.len();
        self.variance = vec![0.0; 2 * n - 1];
        if n > 1 {
            // Nothing asks for the variance of the whole, half of all the work.
            let middle = n / 2;
            self.measure_list(0, middle, 1);
            self.measure_list(middle, n, 2 * middle);
        }
    }

    /// `sum v_i v_j S_ij` and `sum v_i` over the list `a..b` at `place`; each pair of series is met
    /// once, where it is parted.
    fn measure_list(&mut self, a: usize, b: usize, place: usize) -> (f64, f64) {
        let (q, v) = if b - a == 1 {
            (self.inverse[a], self.inverse[a])
        } else {
            let middle = a + (b - a) / 2;
            let (q0, v0) = self.measure_list(a, middle, place + 1);
            let (q1, v1) = self.measure_list(middle, b, place + 2 * (middle - a));
            (q0 + q1 + 2.0 * self.between(a, middle, b), v0 + v1)
        };
        self.variance[place] = q / (v * v);
        (q, v)
    }

    /// `sum v_i v_j S_ij` over i in `a..middle`, j in `middle..b`.
    fn between(&self, a: usize, middle: usize, b: usize) -> f64 {
        let n = self.order.len();
        let (columns, weights) = (&self.order[middle..b], &self.inverse[middle..b]);
        let mut sum = 0.0;
        for (i, v) in self.order[a..middle].iter().zip(&self.inverse[a..middle]) {
            let row = &self.s[i * n..(i + 1) * n];
            let mut two = [0.0; 2];
            let (c2, c1) = columns.as_chunks::<2>();
            let (w2, w1) = weights.as_chunks::<2>();
            for (c, w) in c2.iter().zip(w2) {
                two[0] += w[0] * row[c[0]];
                two[1] += w[1] * row[c[1]];
            }
            let rest: f64 = c1.iter().zip(w1).map(|(c, w)| w * row[*c]).sum();
            sum += v * (two[0] + two[1] + rest);
        }
        sum
    }

    fn share(
        &self,
        left_weight: &impl Fn(&Halving<'_>) -> f64,
        weights: &mut [f64],
    ) -> Result<(), HierarchyError> {
        let mut open = vec![(0, self.order.len(), 0, 1.0)];
        while let Some((a, b, place, whole)) = open.pop() {
            if b - a == 1 {
                weights[self.order[a]] = whole;
                continue;
            }
            let middle = a + (b - a) / 2;
            let (left, right) = (place + 1, place + 2 * (middle - a));
            for (start, place) in [(a, left), (middle, right)] {
                let risk = self.variance[place];
                if risk.is_nan() || risk <= 0.0 {
                    return Err(HierarchyError::RiskNotPositive { index: self.order[start], risk });
                }
            }
            let (v0, v1) = (self.variance[left], self.variance[right]);
            let share = left_weight(&Halving {
                left: &self.order[a..middle],
                right: &self.order[middle..b],
                whole,
                desired: whole * (v1 / (v0 + v1)),
            });
            open.push((middle, b, right, whole - share));
            open.push((a, middle, left, share));
        }
        Ok(())
    }
}
