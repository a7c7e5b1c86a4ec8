use super::problem::{Node, Problem, Verdict, descending};
use super::{SubsetError, falling, rising};

/// A ratio proved to within this share of itself counts as the best.
const PROVED: f64 = 1e-9;

/// Steps towards the best bound per node. More close more nodes, but cost as much as nodes.
const STEPS: usize = 6;

/// Steps per bound, and bounds, for what is left when the nodes run out.
const REPORT_STEPS: usize = 60;
const REPORT_HALVINGS: usize = 24;

/// The best subset found, with what is proved about it.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSubset {
    /// Its series, in ascending order.
    pub members: Vec<usize>,
    /// Mean over deviation of the equally weighted members, per period of the inputs.
    pub ratio: f64,
    /// What is proved.
    pub certificate: Certificate,
}

/// How good a subset is known to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// No subset has a larger ratio, but for 1e-9 of it.
    pub optimal: bool,
    /// No subset has a ratio larger than this; infinite where nothing is proved.
    pub bound: f64,
    /// `bound - ratio`.
    pub gap: f64,
    /// Nodes of the search tree that were bounded.
    pub nodes: u64,
}

/// The k of n series whose equally weighted mean has the largest ratio of mean to deviation, by
/// branch and bound.
///
/// `mean` and `covariance` (n x n) are those of the series over one window, the mean in excess of
/// whatever counts as riskless. Negative means are allowed, also of all series; the best ratio is
/// then negative (and the measure rewards risk, as it does).
///
/// The search starts from exchanges of single series, goes through the tree depth first in the
/// order of the bound's slopes, and closes what cannot be better. After `nodes_most` nodes it stops
/// with the best subset so far and a bound over all that is left; so the effort is counted, not
/// timed, and the result is a function of the inputs. Of subsets with the same ratio it returns the
/// one it meets first.
///
/// # Errors
/// [`SubsetError`].
pub fn best_subset(
    mean: &[f64],
    covariance: &[f64],
    k: usize,
    nodes_most: u64,
) -> Result<BestSubset, SubsetError> {
    let p = Problem::new(mean, covariance, k)?;
    let own: Vec<f64> = (0..p.n).map(|i| mean[i] / p.row(i)[i].sqrt()).collect();
    let (members, ratio) = exchanged(&p, descending(&own)[..k].to_vec())?;
    let largest = descending(mean)[..k].iter().map(|&i| mean[i]).sum::<f64>();
    let mut search = Search {
        rising: largest > 0.0,
        p,
        members,
        ratio,
        nodes: 0,
        nodes_most,
        left: f64::NEG_INFINITY,
    };
    let n = mean.len();
    let root = Node { chosen: vec![], open: (0..n).collect(), x: vec![k as f64 / n as f64; n] };
    search.explore(root)?;
    Ok(search.finish())
}

struct Search<'a> {
    p: Problem<'a>,
    /// Whether some subset has a positive ratio.
    rising: bool,
    members: Vec<usize>,
    ratio: f64,
    nodes: u64,
    nodes_most: u64,
    /// Largest bound over the parts of the tree that were not explored.
    left: f64,
}

impl Search<'_> {
    /// The ratio that has to be beaten: what is within the proof counts as the same.
    fn theta(&self) -> f64 {
        self.ratio + 0.5 * PROVED * self.ratio.abs()
    }

    fn judge(&self, node: &mut Node, theta: f64, steps: usize) -> Verdict {
        if self.rising {
            rising::judge(&self.p, node, theta.max(0.0), steps)
        } else {
            falling::judge(&self.p, node, theta.min(0.0))
        }
    }

    fn explore(&mut self, mut node: Node) -> Result<(), SubsetError> {
        let k = self.p.k;
        let missing = node.missing(k);
        if node.open.len() < missing {
            return Ok(());
        }
        if missing == 0 {
            return self.offer(node.chosen);
        }
        if self.nodes >= self.nodes_most {
            self.leave(node);
            return Ok(());
        }
        self.nodes += 1;
        let theta = self.theta();
        let Verdict::Open { slopes, base } = self.judge(&mut node, theta, STEPS) else {
            return Ok(());
        };
        self.offer([&node.chosen[..], &node.open[..missing]].concat())?;
        for pick in 0..=node.open.len() - missing {
            // The subsets that take this one and leave the ones before it out.
            let best = base + slopes[pick..pick + missing].iter().sum::<f64>();
            if best <= 0.0 {
                break;
            }
            if self.nodes >= self.nodes_most {
                self.leave(node.rest(pick, k));
                break;
            }
            self.explore(node.child(pick, k))?;
        }
        Ok(())
    }

    /// Takes a subset if it is better, or rather the best that exchanges make of it.
    fn offer(&mut self, members: Vec<usize>) -> Result<(), SubsetError> {
        if self.p.ratio(&members)? > self.ratio {
            (self.members, self.ratio) = exchanged(&self.p, members)?;
        }
        Ok(())
    }

    /// Bounds a part of the tree that will not be explored: the least ratio at which it closes.
    fn leave(&mut self, mut node: Node) {
        let known = self.left.max(self.theta());
        let mut closed =
            |s: &Self, theta| matches!(s.judge(&mut node, theta, REPORT_STEPS), Verdict::Closed);
        if closed(self, known) {
            return;
        }
        let mut low = known;
        let mut high = if self.rising { (2.0 * known).max(f64::MIN_POSITIVE) } else { 0.0 };
        // In a falling market zero bounds all; in a rising one double until something does.
        while self.rising && !closed(self, high) {
            low = high;
            high *= 4.0;
            if high > 1e12 {
                self.left = f64::INFINITY;
                return;
            }
        }
        for _ in 0..REPORT_HALVINGS {
            let middle = 0.5 * (low + high);
            if closed(self, middle) { high = middle } else { low = middle }
        }
        self.left = high;
    }

    fn finish(self) -> BestSubset {
        let bound = self.left.max(self.theta());
        let gap = bound - self.ratio;
        let optimal = gap <= PROVED * self.ratio.abs();
        let certificate = Certificate { optimal, bound, gap, nodes: self.nodes };
        BestSubset { members: self.members, ratio: self.ratio, certificate }
    }
}

/// The subset after the best exchange of one series, again and again as long as that helps.
fn exchanged(p: &Problem<'_>, mut members: Vec<usize>) -> Result<(Vec<usize>, f64), SubsetError> {
    let mut ratio = p.ratio(&members)?;
    loop {
        let sums = p.sums(&members);
        let (mean, variance) = (p.mean_of(&members), p.variance_of(&members)?);
        // A gain that could be rounding is none.
        let mut best = (ratio + 1e-12 * ratio.abs(), None);
        for (place, &out) in members.iter().enumerate() {
            let (row, kept) = (p.row(out), mean - p.mean[out]);
            let without = variance - 2.0 * sums[out] + row[out];
            for new in (0..p.n).filter(|i| !members.contains(i)) {
                let with = without + 2.0 * (sums[new] - row[new]) + p.row(new)[new];
                let value = (kept + p.mean[new]) / with.max(0.0).sqrt();
                if value > best.0 && value.is_finite() {
                    best = (value, Some((place, new)));
                }
            }
        }
        let mut next = members.clone();
        match best.1 {
            Some((place, new)) => next[place] = new,
            None => break,
        }
        let better = p.ratio(&next)?;
        if better <= ratio {
            break;
        }
        (members, ratio) = (next, better);
    }
    // In the order of the members, so that the last digit does not depend on how they were found.
    members.sort_unstable();
    let ratio = p.ratio(&members)?;
    Ok((members, ratio))
}
