//! The model confidence set: the trials among which the best one is, with a given confidence.
//!
//! Trials are taken out one by one, the worst first, as long as the hypothesis that all left are equally good is
//! rejected. With m_k the mean loss (minus the mean return) of trial k and stars for resampled means:
//!
//! * range: `t_ij = (m_i - m_j) / s_ij`, `s_ij^2 = mean_B ((m*_i - m*_j) - (m_i - m_j))^2`; the statistic is the largest
//!   t_ij, and the trial i of it goes;
//! * maximum: `t_i = (m_i - mean m) / s_i` likewise with the mean over the trials that are left; the trial with the
//!   largest t_i goes.
//!
//! The p-value of a trial is the largest p so far when it goes; trials with p above 1 - confidence are the set.
//!
//! Source: P. Hansen, A. Lunde, J. Nason (2011), The Model Confidence Set, *Econometrica* 79(2).
use trimtab_core::{Error, Kind, Result};

use super::{Draws, Tail};

/// Which statistic decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetRule {
    /// The greatest difference between two trials.
    Range,
    /// The greatest difference to the mean of all.
    Maximum,
}

/// The order in which trials go, and their p-values.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfidenceSet {
    /// Trials with their p-values, those that go first in front; the last one has p = 1.
    pub order: Vec<(usize, f64)>,
}

impl ConfidenceSet {
    /// The trials of the set at a confidence such as 0.95, in order.
    pub fn at(&self, confidence: f64) -> Vec<usize> {
        let inside = self.order.iter().filter(|(_, p)| *p > 1.0 - confidence);
        let mut set: Vec<usize> = inside.map(|(k, _)| *k).collect();
        set.sort_unstable();
        set
    }
}

/// Takes trials out until one is left. `draws` holds returns or other figures of which higher is better.
///
/// P-values are shares of replicates ([`Tail::share`]): the order of the trials must not depend on a rounding of them.
///
/// # Errors
/// [`Kind::Numeric`] when two trials are the same, so that their difference has no distribution.
pub fn confidence_set(draws: &Draws, rule: SetRule) -> Result<ConfidenceSet> {
    let mut left: Vec<usize> = (0..draws.means().len()).collect();
    let pairs = match rule {
        SetRule::Range => deviations(draws)?,
        SetRule::Maximum => Vec::new(),
    };
    let (mut order, mut highest) = (Vec::new(), 0.0_f64);
    while left.len() > 1 {
        let (worst, tail) = match rule {
            SetRule::Range => range(draws, &pairs, &left),
            SetRule::Maximum => maximum(draws, &left)?,
        };
        highest = highest.max(tail.share());
        order.push((worst, highest));
        left.retain(|k| *k != worst);
    }
    order.extend(left.into_iter().map(|k| (k, 1.0)));
    Ok(ConfidenceSet { order })
}

fn same(i: usize, j: usize) -> Error {
    Error::new(Kind::Numeric, format!("trials {i} and {j} do not differ"))
        .hint("leave one of them out")
}

/// `s_ij` of all pairs, row by row.
fn deviations(draws: &Draws) -> Result<Vec<f64>> {
    let n = draws.means().len();
    let mut s = vec![0.0; n * n];
    for row in draws.rows() {
        for i in 0..n {
            for j in 0..i {
                s[i * n + j] += (row[i] - row[j]).powi(2);
            }
        }
    }
    for i in 0..n {
        for j in 0..i {
            let one = (s[i * n + j] / draws.replicates() as f64).sqrt();
            if one == 0.0 {
                return Err(same(j, i));
            }
            (s[i * n + j], s[j * n + i]) = (one, one);
        }
    }
    Ok(s)
}

fn range(draws: &Draws, s: &[f64], left: &[usize]) -> (usize, Tail) {
    let (n, means) = (draws.means().len(), draws.means());
    // Losses are minus means.
    let (mut worst, mut statistic) = (left[0], f64::NEG_INFINITY);
    for &i in left {
        for &j in left.iter().filter(|j| **j != i) {
            let t = (means[j] - means[i]) / s[i * n + j];
            if t > statistic {
                (worst, statistic) = (i, t);
            }
        }
    }
    let drawn = draws.rows().map(|row| {
        let pair = |(ix, &i): (usize, &usize)| {
            left[..ix].iter().map(move |&j| ((row[i] - row[j]) / s[i * n + j]).abs())
        };
        left.iter().enumerate().flat_map(pair).fold(f64::NEG_INFINITY, f64::max)
    });
    (worst, Tail::of(statistic, drawn))
}

fn maximum(draws: &Draws, left: &[usize]) -> Result<(usize, Tail)> {
    let m = left.len() as f64;
    let apart = |row: &[f64]| -> Vec<f64> {
        let mean = left.iter().map(|&k| row[k]).sum::<f64>() / m;
        left.iter().map(|&k| mean - row[k]).collect()
    };
    let mut squares = vec![0.0; left.len()];
    for row in draws.rows() {
        squares.iter_mut().zip(apart(row)).for_each(|(s, x)| *s += x * x);
    }
    if let Some(ix) = squares.iter().position(|s| *s == 0.0) {
        return Err(same(left[ix], left[usize::from(ix == 0)]));
    }
    let b = draws.replicates() as f64;
    let s: Vec<f64> = squares.into_iter().map(|sum| (sum / b).sqrt()).collect();
    let scaled =
        |row: &[f64]| apart(row).into_iter().zip(&s).map(|(x, s)| x / s).collect::<Vec<_>>();
    let own = scaled(draws.means());
    let worst = (0..own.len()).fold(0, |worst, k| if own[k] > own[worst] { k } else { worst });
    let highest = |row: &[f64]| scaled(row).into_iter().fold(f64::NEG_INFINITY, f64::max);
    Ok((left[worst], Tail::of(own[worst], draws.rows().map(highest))))
}
