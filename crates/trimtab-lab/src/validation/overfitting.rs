//! The probability of backtest overfitting (PBO) by combinatorially symmetric cross-validation (CSCV).
//!
//! The T periods are cut into S blocks. For each of the C(S, S/2) ways to take half of them, the trial n with the
//! highest Sharpe ratio in that half is found, and its rank r among the N trials in the other half:
//! `omega = r / (N + 1)`, `lambda = ln(omega / (1 - omega))`. PBO is the share of lambda <= 0: how often the choice ends
//! in the worse half of what there was to choose from.
//!
//! Source: D. Bailey, J. Borwein, M. Lopez de Prado, Q. Zhu (2017), The Probability of Backtest Overfitting, *Journal of
//! Computational Finance* 20(4).
use pulp::{Arch, Simd, WithSimd};
use trimtab_core::{Error, Kind, Result};
use trimtab_math::moments::Comoments;

use super::Trials;

/// What a rank is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankOver {
    /// N + 1, as the paper has it: lambda is always finite.
    #[default]
    CountPlusOne,
    /// N, as R's package pbo has it: the best trial outside has lambda = infinity.
    Count,
}

/// What cross-validation found about choosing the best trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Overfitting {
    /// PBO: the share of lambda <= 0.
    pub probability: f64,
    /// lambda of each combination, in the lexicographic order of the blocks chosen from.
    pub logits: Vec<f64>,
    /// Sharpe ratios of a period of the chosen trial: where it was chosen, and outside.
    pub pairs: Vec<(f64, f64)>,
    /// The share of combinations in which the chosen trial has a Sharpe ratio below 0 outside.
    pub loss_probability: f64,
    /// Slope of the line of the second of `pairs` on the first: below zero, a better look means a worse sequel. 0 when
    /// the first do not vary.
    pub slope: f64,
    /// Intercept of that line.
    pub intercept: f64,
    /// Adjusted R squared of that line.
    pub fit: f64,
}

/// Most blocks: C(20, 10) = 184,756 combinations; every two more cost four times as much.
const BLOCKS_MOST: usize = 20;

/// Cross-validates the choice of the best of `trials` with S = `blocks` blocks. Where S does not divide T, the first
/// blocks are one period longer. A half in which a trial does not vary counts as a Sharpe ratio of 0 for it.
///
/// # Errors
/// [`Kind::Usage`] when S is odd, below 2, above 20 or above half of T; [`Kind::Data`] for a single trial.
pub fn overfitting(trials: &Trials, blocks: usize, over: RankOver) -> Result<Overfitting> {
    let halves = Halves::new(trials, blocks)?;
    let n = trials.count();
    let count = halves.masks.len();
    let mut logits = vec![0.0; 2 * count];
    let mut pairs = vec![(0.0, 0.0); 2 * count];
    let divisor = match over {
        RankOver::CountPlusOne => (n + 1) as f64,
        RankOver::Count => n as f64,
    };
    // Ranks come in halves.
    let logit = |twice: usize| {
        let omega = twice as f64 / 2.0 / divisor;
        (omega / (1.0 - omega)).ln()
    };
    let by_rank: Vec<f64> = (0..=2 * n).map(logit).collect();
    Arch::new().dispatch(Crossed {
        halves: &halves,
        by_rank: &by_rank,
        logits: &mut logits,
        pairs: &mut pairs,
    });
    let share = |hits: usize| hits as f64 / logits.len() as f64;
    let (slope, intercept, fit) = line(&pairs);
    Ok(Overfitting {
        probability: share(logits.iter().filter(|l| **l <= 0.0).count()),
        loss_probability: share(pairs.iter().filter(|p| p.1 < 0.0).count()),
        logits,
        pairs,
        slope,
        intercept,
        fit,
    })
}

/// Every combination and its complement, with the widest vectors that the processor has: the operations of a trial are the same
/// in the same order.
struct Crossed<'a> {
    halves: &'a Halves,
    by_rank: &'a [f64],
    logits: &'a mut [f64],
    pairs: &'a mut [(f64, f64)],
}

impl WithSimd for Crossed<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (n, count) = (self.halves.count, self.halves.masks.len());
        let (mut a, mut b) = (Half::new(n), Half::new(n));
        for (c, mask) in self.halves.masks.iter().enumerate() {
            self.halves.fill(*mask, &mut a, &mut b);
            // The complement of combination c stands at the mirrored place of the lexicographic order.
            for (place, inside, outside) in [(c, &a, &b), (2 * count - 1 - c, &b, &a)] {
                let chosen = inside.best();
                self.logits[place] = self.by_rank[outside.rank_twice(chosen)];
                self.pairs[place] = (inside.sharpe(chosen), outside.sharpe(chosen));
            }
        }
    }
}

/// Whether choosing the best beats choosing blindly, outside of where it was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dominance {
    /// First order: at every level, the chosen trial is at least as likely to lie above it as a trial at random.
    pub first_order: bool,
    /// Second order: every investor who dislikes risk prefers the chosen trial, `integral (F_all - F_chosen) >= 0`.
    pub second_order: bool,
    /// Mean Sharpe ratio of a period outside: of the chosen trial, and of all.
    pub means: (f64, f64),
}

/// Compares the distribution of the chosen trial's Sharpe ratio outside with that of all trials (Bailey et al. 2017). It keeps all C(S, S/2) x N ratios in memory.
///
/// # Errors
/// As [`overfitting`].
pub fn dominance(trials: &Trials, blocks: usize) -> Result<Dominance> {
    let halves = Halves::new(trials, blocks)?;
    let n = trials.count();
    let (mut a, mut b) = (Half::new(n), Half::new(n));
    let (mut chosen, mut all) = (Vec::new(), Vec::new());
    for mask in &halves.masks {
        halves.fill(*mask, &mut a, &mut b);
        for (inside, outside) in [(&a, &b), (&b, &a)] {
            chosen.push(outside.sharpe(inside.best()));
            all.extend((0..n).map(|k| outside.sharpe(k)));
        }
    }
    let mean = |xs: &[f64]| xs.iter().sum::<f64>() / xs.len() as f64;
    let means = (mean(&chosen), mean(&all));
    chosen.sort_unstable_by(f64::total_cmp);
    all.sort_unstable_by(f64::total_cmp);
    let (mut first_order, mut second_order) = (true, true);
    let (mut below, mut area, mut before) = (0, 0.0, all[0]);
    let mut gap = 0.0;
    for (ix, x) in all.iter().enumerate() {
        area += gap * (x - before);
        second_order &= area >= -ROUNDING;
        before = *x;
        if all.get(ix + 1) == Some(x) {
            continue;
        }
        while chosen.get(below).is_some_and(|c| c <= x) {
            below += 1;
        }
        gap = (ix + 1) as f64 / all.len() as f64 - below as f64 / chosen.len() as f64;
        first_order &= gap >= -ROUNDING;
    }
    Ok(Dominance { first_order, second_order, means })
}

/// Sums over a hundred thousand steps round by this much; real violations are of the size of one observation.
const ROUNDING: f64 = 1e-10;

/// Sums and sums of squares of every way to take some of the first and some of the last blocks, so that a combination
/// is one addition, and the list of combinations that hold block 0.
struct Halves {
    count: usize,
    first: Sums,
    last: Sums,
    all: (Vec<f64>, Vec<f64>, f64),
    low: u32,
    masks: Vec<u32>,
}

/// For each subset of some blocks the sums and sums of squares of each trial, and the periods.
struct Sums {
    x: Vec<f64>,
    xx: Vec<f64>,
    periods: Vec<f64>,
}

impl Halves {
    fn new(trials: &Trials, blocks: usize) -> Result<Self> {
        let (t, n) = (trials.periods(), trials.count());
        if !(2..=BLOCKS_MOST).contains(&blocks) || blocks % 2 == 1 || 2 * blocks > t {
            return Err(Error::new(Kind::Usage, format!("{blocks} blocks of {t} periods")).hint(
                "choose an even number of blocks from 2 to 20, each of two periods or more",
            ));
        }
        if n < 2 {
            return Err(Error::data("one trial leaves nothing to choose"));
        }
        let mut single = vec![(vec![0.0; n], vec![0.0; n], 0.0); blocks];
        let (short, longer) = (t / blocks, t % blocks);
        let mut from = 0;
        for (ix, (x, xx, periods)) in single.iter_mut().enumerate() {
            let to = from + short + usize::from(ix < longer);
            for s in from..to {
                for (k, r) in trials.period(s).iter().enumerate() {
                    x[k] += r;
                    xx[k] += r * r;
                }
            }
            (*periods, from) = ((to - from) as f64, to);
        }
        let low = blocks as u32 / 2;
        let (first, last) = single.split_at(low as usize);
        let (first, last) = (Sums::of_subsets(first, n), Sums::of_subsets(last, n));
        let mut all = (vec![0.0; n], vec![0.0; n], t as f64);
        for (x, xx, _) in &single {
            all.0.iter_mut().zip(x).for_each(|(a, x)| *a += x);
            all.1.iter_mut().zip(xx).for_each(|(a, x)| *a += x);
        }
        Ok(Self { count: n, first, last, all, low, masks: with_first(blocks as u32) })
    }

    /// Fills the half of `mask` and the other one.
    #[inline(always)]
    fn fill(&self, mask: u32, a: &mut Half, b: &mut Half) {
        let (n, low) = (self.count, (mask & ((1 << self.low) - 1)) as usize);
        let high = (mask >> self.low) as usize;
        let (x1, xx1) = (&self.first.x[low * n..][..n], &self.first.xx[low * n..][..n]);
        let (x2, xx2) = (&self.last.x[high * n..][..n], &self.last.xx[high * n..][..n]);
        a.periods = self.first.periods[low] + self.last.periods[high];
        b.periods = self.all.2 - a.periods;
        let (na, nb) = (a.periods, b.periods);
        let (all, squares) = (&self.all.0[..n], &self.all.1[..n]);
        let (keys_a, keys_b) = (&mut a.keys[..n], &mut b.keys[..n]);
        for k in 0..n {
            let (x, xx) = (x1[k] + x2[k], xx1[k] + xx2[k]);
            keys_a[k] = key(x, xx, na);
            keys_b[k] = key(all[k] - x, squares[k] - xx, nb);
        }
    }
}

impl Sums {
    fn of_subsets(blocks: &[(Vec<f64>, Vec<f64>, f64)], n: usize) -> Self {
        let subsets = 1 << blocks.len();
        let (mut x, mut xx) = (vec![0.0; subsets * n], vec![0.0; subsets * n]);
        let mut periods = vec![0.0; subsets];
        for subset in 1..subsets {
            let block = subset.trailing_zeros() as usize;
            let rest = subset & (subset - 1);
            periods[subset] = periods[rest] + blocks[block].2;
            for k in 0..n {
                x[subset * n + k] = x[rest * n + k] + blocks[block].0[k];
                xx[subset * n + k] = xx[rest * n + k] + blocks[block].1[k];
            }
        }
        Self { x, xx, periods }
    }
}

/// All ways to take half of the blocks that hold the first one, in lexicographic order; bit i is block i.
fn with_first(blocks: u32) -> Vec<u32> {
    fn extend(mask: u32, from: u32, left: u32, blocks: u32, out: &mut Vec<u32>) {
        if left == 0 {
            out.push(mask);
            return;
        }
        for block in from..=blocks - left {
            extend(mask | 1 << block, block + 1, left - 1, blocks, out);
        }
    }
    let mut out = Vec::new();
    extend(1, 1, blocks / 2 - 1, blocks, &mut out);
    out
}

/// `x |x| / (m xx - x^2)` over m periods: rises with the Sharpe ratio, without a root for each trial.
#[inline(always)]
fn key(x: f64, xx: f64, m: f64) -> f64 {
    let spread = m * xx - x * x;
    // Below rounding a trial does not vary.
    if spread > 1e-14 * m * xx { x * x.abs() / spread } else { 0.0 }
}

/// What the trials did in one half.
struct Half {
    keys: Vec<f64>,
    periods: f64,
}

impl Half {
    fn new(n: usize) -> Self {
        Self { keys: vec![0.0; n], periods: 0.0 }
    }

    /// The trial with the highest Sharpe ratio; ties go to the first.
    #[inline(always)]
    fn best(&self) -> usize {
        // Eight at a time: a single running maximum would wait for itself.
        let mut lanes = [f64::NEG_INFINITY; 8];
        let (eights, rest) = self.keys.as_chunks::<8>();
        for keys in eights {
            for (most, key) in lanes.iter_mut().zip(keys) {
                *most = if *key > *most { *key } else { *most };
            }
        }
        let most = lanes.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
        self.keys.iter().position(|key| *key == most).expect("the greatest key is among the keys")
    }

    /// Twice the rank of a trial, counted from 1 (worst); equal ones share the mean of their ranks.
    #[inline(always)]
    fn rank_twice(&self, trial: usize) -> usize {
        let own = self.keys[trial];
        let (mut less, mut same) = (0_u64, 0_u64);
        for key in &self.keys {
            less += u64::from(*key < own);
            same += u64::from(*key == own);
        }
        (2 * less + same + 1) as usize
    }

    /// Mean over standard deviation (divisor m - 1): with q = x^2 / (m xx - x^2) it is `sqrt(q (m - 1) / m)`.
    #[inline(always)]
    fn sharpe(&self, trial: usize) -> f64 {
        let (key, m) = (self.keys[trial], self.periods);
        (key.abs() * (m - 1.0) / m).sqrt().copysign(key)
    }
}

/// Slope, intercept and adjusted R squared of the least-squares line.
fn line(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let both = Comoments::of(&y, &x).expect("there is at least one combination");
    let slope = both.slope().unwrap_or(0.0);
    let explained = both.correlation().map_or(0.0, |c| c * c);
    let n = pairs.len() as f64;
    let fit = if n > 2.0 { 1.0 - (1.0 - explained) * (n - 1.0) / (n - 2.0) } else { explained };
    (slope, both.mean_x - slope * both.mean_y, fit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::Dice;

    fn noise(count: usize, periods: usize, edge: impl Fn(usize) -> f64) -> Trials {
        let column = |j: usize| {
            let mut dice = Dice::new(11, j as u64);
            (0..periods).map(|_| edge(j) + 0.01 * dice.normal()).collect::<Vec<_>>()
        };
        Trials::new(&(0..count).map(column).collect::<Vec<_>>()).unwrap()
    }

    /// The method as its authors describe it, stacking the blocks of each combination.
    fn plain(trials: &Trials, blocks: usize) -> Vec<f64> {
        let (t, n) = (trials.periods(), trials.count());
        let block_of = |s: usize| {
            let (short, longer) = (t / blocks, t % blocks);
            let long = longer * (short + 1);
            if s < long { s / (short + 1) } else { longer + (s - long) / short }
        };
        let mut combinations: Vec<u32> =
            (0..1_u32 << blocks).filter(|m| m.count_ones() as usize == blocks / 2).collect();
        // Lexicographic by blocks: compare the masks read from block 0 on, greater first.
        combinations.sort_by_key(|m| std::cmp::Reverse(m.reverse_bits()));
        let sharpe = |k: usize, mask: u32, inside: bool| {
            let rows: Vec<f64> = (0..t)
                .filter(|s| (mask >> block_of(*s) & 1 == 1) == inside)
                .map(|s| trials.period(s)[k])
                .collect();
            let mean = rows.iter().sum::<f64>() / rows.len() as f64;
            let sum: f64 = rows.iter().map(|x| (x - mean).powi(2)).sum();
            mean / (sum / (rows.len() - 1) as f64).sqrt()
        };
        let one = |mask: u32| {
            let best =
                (0..n).max_by(|a, b| sharpe(*a, mask, true).total_cmp(&sharpe(*b, mask, true)));
            let own = sharpe(best.unwrap(), mask, false);
            let rank = (0..n).filter(|k| sharpe(*k, mask, false) <= own).count();
            let omega = rank as f64 / (n + 1) as f64;
            (omega / (1.0 - omega)).ln()
        };
        combinations.into_iter().map(one).collect()
    }

    #[test]
    fn sums_of_blocks_are_the_stacked_blocks() {
        for (count, periods, blocks) in [(7, 64, 8), (5, 61, 6), (3, 20, 2)] {
            let trials = noise(count, periods, |j| 0.0003 * j as f64);
            let fast = overfitting(&trials, blocks, RankOver::CountPlusOne).unwrap();
            assert_eq!(fast.logits, plain(&trials, blocks));
        }
    }

    #[test]
    fn noise_overfits_and_skill_does_not() {
        // Without skill the rank outside is any rank, a little lower because the halves share one mean.
        let without = overfitting(&noise(40, 1_000, |_| 0.0), 10, RankOver::default()).unwrap();
        assert!((0.3..=0.9).contains(&without.probability), "{}", without.probability);
        let with = overfitting(
            &noise(40, 1_000, |j| if j == 3 { 0.004 } else { 0.0 }),
            10,
            RankOver::default(),
        );
        let with = with.unwrap();
        assert!(with.probability < 0.01 && with.loss_probability < 0.01, "{with:?}");
    }

    #[test]
    fn skill_dominates_and_equal_trials_tie() {
        let skilled = noise(10, 400, |j| if j == 3 { 0.01 } else { 0.0 });
        let found = dominance(&skilled, 8).unwrap();
        assert!(found.first_order && found.second_order && found.means.0 > found.means.1);
        let one = noise(1, 80, |_| 0.001);
        let column: Vec<f64> = one.trial(0).collect();
        let same = Trials::new(&[column.clone(), column.clone(), column]).unwrap();
        // Every rank is 2 of 3: the middle.
        assert!(
            overfitting(&same, 4, RankOver::default()).unwrap().logits.iter().all(|l| *l == 0.0)
        );
    }

    #[test]
    fn a_trial_that_does_not_vary_has_no_sharpe_ratio() {
        let trials =
            Trials::new(&[vec![0.01; 40], (0..40).map(|t| -0.01 * f64::from(t % 2)).collect()]);
        let found = overfitting(&trials.unwrap(), 4, RankOver::default()).unwrap();
        assert!(found.pairs.iter().all(|(a, b)| *a == 0.0 && *b == 0.0));
    }

    #[test]
    fn impossible_cuts_are_refused() {
        let trials = noise(3, 30, |_| 0.0);
        for blocks in [0, 3, 16, 22] {
            let error = overfitting(&trials, blocks, RankOver::default()).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage);
        }
        assert!(overfitting(&noise(1, 30, |_| 0.0), 4, RankOver::default()).is_err());
    }
}
