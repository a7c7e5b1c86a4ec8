use super::SubsetError;
use crate::symmetric;

/// A variance below this share of the one without any hedging is rounding.
const RISKLESS: f64 = 1e-13;

/// Ratio of mean to deviation of the equally weighted series of `members`.
///
/// # Errors
/// [`SubsetError`].
pub fn subset_ratio(
    mean: &[f64],
    covariance: &[f64],
    members: &[usize],
) -> Result<f64, SubsetError> {
    let problem = Problem::new(mean, covariance, members.len())?;
    for (place, &i) in members.iter().enumerate() {
        if i >= problem.n || members[..place].contains(&i) {
            return Err(SubsetError::Size { k: i, n: problem.n });
        }
    }
    problem.ratio(members)
}

/// The checked inputs.
pub(super) struct Problem<'a> {
    pub(super) mean: &'a [f64],
    pub(super) s: &'a [f64],
    pub(super) n: usize,
    pub(super) k: usize,
}

impl<'a> Problem<'a> {
    pub(super) fn new(mean: &'a [f64], s: &'a [f64], k: usize) -> Result<Self, SubsetError> {
        let n = mean.len();
        if let Some(index) = mean.iter().position(|m| !m.is_finite()) {
            return Err(SubsetError::Mean { index });
        }
        if n == 0 || s.len() != n * n {
            return Err(SubsetError::Length { len: n, n: s.len().isqrt() });
        }
        symmetric::check(s, n)?;
        if k == 0 || k > n {
            return Err(SubsetError::Size { k, n });
        }
        Ok(Self { mean, s, n, k })
    }

    pub(super) fn row(&self, i: usize) -> &'a [f64] {
        &self.s[i * self.n..(i + 1) * self.n]
    }

    pub(super) fn mean_of(&self, set: &[usize]) -> f64 {
        set.iter().map(|&i| self.mean[i]).sum()
    }

    /// `S(A)`, or the error for one that is rounding.
    pub(super) fn variance_of(&self, set: &[usize]) -> Result<f64, SubsetError> {
        let along = |i: usize| set.iter().map(|&j| self.s[i * self.n + j]).sum::<f64>();
        let variance: f64 = set.iter().map(|&i| along(i)).sum();
        let plain: f64 = set.iter().map(|&i| self.s[i * self.n + i].sqrt()).sum();
        if variance > RISKLESS * plain * plain { Ok(variance) } else { Err(SubsetError::Riskless) }
    }

    pub(super) fn ratio(&self, set: &[usize]) -> Result<f64, SubsetError> {
        Ok(self.mean_of(set) / self.variance_of(set)?.sqrt())
    }

    /// `S x` for x one on the set.
    pub(super) fn sums(&self, set: &[usize]) -> Vec<f64> {
        let mut out = vec![0.0; self.n];
        for &i in set {
            symmetric::axpy(1.0, self.row(i), &mut out);
        }
        out
    }
}

/// A part of the tree: all subsets with the chosen series and the rest from the open ones.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) chosen: Vec<usize>,
    pub(super) open: Vec<usize>,
    /// A point to bound at: how much of each open series, adding up to what is still to choose.
    pub(super) x: Vec<f64>,
}

impl Node {
    /// Series still to choose.
    pub(super) fn missing(&self, k: usize) -> usize {
        k - self.chosen.len()
    }

    /// All but the first `skip` open series.
    pub(super) fn rest(&self, skip: usize, k: usize) -> Self {
        let mut rest = Self {
            chosen: self.chosen.clone(),
            open: self.open[skip..].to_vec(),
            x: self.x[skip..].to_vec(),
        };
        rest.rescale(k);
        rest
    }

    /// The open series number `pick` chosen, those before it left out.
    pub(super) fn child(&self, pick: usize, k: usize) -> Self {
        let mut child = self.rest(pick + 1, k + 1);
        child.chosen.push(self.open[pick]);
        child.rescale(k);
        child
    }

    /// Makes x add up again; what exceeds one is of no matter to a bound.
    fn rescale(&mut self, k: usize) {
        let missing = (k - self.chosen.len()) as f64;
        let sum: f64 = self.x.iter().sum();
        if sum > 1e-9 {
            self.x.iter_mut().for_each(|x| *x *= missing / sum);
        } else {
            let even = missing / self.open.len() as f64;
            self.x.fill(even);
        }
    }
}

/// What a bound at some ratio says of a node.
pub(super) enum Verdict {
    /// No subset of the node has a larger ratio.
    Closed,
    /// Some may. The open series are now in the order of their slopes, largest first.
    Open {
        /// Slope of each open series in the bound.
        slopes: Vec<f64>,
        /// The bound without them.
        base: f64,
    },
}

impl Verdict {
    /// Sorts the node by slopes and sums up: closed if the largest sum of the missing ones does not
    /// lift the base above zero.
    pub(super) fn of(node: &mut Node, slopes: Vec<f64>, base: f64, k: usize) -> Self {
        let order = descending(&slopes);
        node.open = order.iter().map(|&a| node.open[a]).collect();
        node.x = order.iter().map(|&a| node.x[a]).collect();
        let slopes: Vec<f64> = order.iter().map(|&a| slopes[a]).collect();
        let best = base + slopes[..node.missing(k)].iter().sum::<f64>();
        if best <= 0.0 { Self::Closed } else { Self::Open { slopes, base } }
    }
}

/// Places of the values from the largest down, the first of equals first.
pub(super) fn descending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
    order
}
