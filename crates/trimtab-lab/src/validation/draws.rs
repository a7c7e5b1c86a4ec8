//! Means of all trials over resampled periods: what every test of many trials starts from.
use pulp::{Arch, Simd, WithSimd};
use trimtab_core::{Error, Kind, Result};

use super::{Block, Blocks, Dice, Trials};

/// Means of N trials over B resamples of their T periods, each less the trial's own mean.
///
/// Sums from the first period on are laid down once; a block then costs two rows of them, however long it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    periods: usize,
    means: Vec<f64>,
    rows: Vec<f64>,
}

impl Draws {
    /// Draws `replicates` times. Each replicate has its own stream of the seed.
    ///
    /// # Errors
    /// [`Kind::Usage`] for no replicate, or blocks of another number of periods.
    pub fn new(trials: &Trials, blocks: &Blocks, replicates: usize, seed: u64) -> Result<Self> {
        if blocks.periods() != trials.periods() {
            let said = format!("blocks from {} periods for {}", blocks.periods(), trials.periods());
            return Err(Error::new(Kind::Usage, said));
        }
        let draw = |replicate: usize| {
            let mut drawn = Vec::with_capacity(trials.periods().min(1_024));
            blocks.draw(&mut Dice::new(seed, replicate as u64), &mut drawn);
            drawn
        };
        Self::with(trials, (0..replicates).map(draw).collect())
    }

    /// The same for given periods, one list for each replicate: for comparisons with other programs.
    ///
    /// # Errors
    /// [`Kind::Usage`] for no list, or one that is not T periods of the trials.
    pub fn of_indices<I: AsRef<[usize]>>(trials: &Trials, lists: &[I]) -> Result<Self> {
        let t = trials.periods();
        let fits = |list: &I| list.as_ref().len() == t && list.as_ref().iter().all(|ix| *ix < t);
        if !lists.iter().all(fits) {
            return Err(Error::new(Kind::Usage, format!("a resample is {t} periods below {t}")));
        }
        let single = |ix: &usize| Block { from: *ix as u32, to: *ix as u32 + 1 };
        Self::with(trials, lists.iter().map(|l| l.as_ref().iter().map(single).collect()).collect())
    }

    fn with(trials: &Trials, drawn: Vec<Vec<Block>>) -> Result<Self> {
        if drawn.is_empty() {
            return Err(Error::new(Kind::Usage, "a bootstrap needs at least one replicate"));
        }
        let (means, centred) = trials.centred();
        let (t, n) = (trials.periods(), trials.count());
        let mut rows = vec![0.0; drawn.len() * n];
        Arch::new().dispatch(Resampled { centred: &centred, drawn: &drawn, rows: &mut rows });
        Ok(Self { periods: t, means, rows })
    }

    /// T.
    pub fn periods(&self) -> usize {
        self.periods
    }
    /// B.
    pub fn replicates(&self) -> usize {
        self.rows.len() / self.means.len()
    }
    /// Mean of each trial.
    pub fn means(&self) -> &[f64] {
        &self.means
    }
    /// For each replicate the resampled mean of each trial less its own mean.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.rows.chunks(self.means.len())
    }
}

/// The rows of [`Draws`], with the widest vectors that the processor has: each trial is added up in the same order.
struct Resampled<'a> {
    centred: &'a Trials,
    drawn: &'a [Vec<Block>],
    rows: &'a mut [f64],
}

impl WithSimd for Resampled<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (t, n) = (self.centred.periods(), self.centred.count());
        let mut before = vec![Lane([0.0; WIDTH]); t + 1];
        for first in (0..n).step_by(WIDTH) {
            let width = WIDTH.min(n - first);
            for s in 0..t {
                let mut sums = before[s].0;
                let now = &self.centred.period(s)[first..first + width];
                sums.iter_mut().zip(now).for_each(|(sum, x)| *sum += x);
                before[s + 1] = Lane(sums);
            }
            for (blocks, row) in self.drawn.iter().zip(self.rows.chunks_mut(n)) {
                let mut sums = [0.0; WIDTH];
                for block in blocks {
                    let (from, to) = (&before[block.from as usize].0, &before[block.to as usize].0);
                    for k in 0..WIDTH {
                        sums[k] += to[k] - from[k];
                    }
                }
                let out = row[first..first + width].iter_mut().zip(sums);
                out.for_each(|(to, sum)| *to = sum / t as f64);
            }
        }
    }
}

/// Trials that are added up side by side: eight running sums stay in registers, and the sums of 5,000 periods in the
/// second-level cache.
const WIDTH: usize = 8;

/// One cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Lane([f64; WIDTH]);

/// How often chance did as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Replicates with a greater statistic than the observed one.
    pub exceeding: usize,
    /// All replicates.
    pub replicates: usize,
}

impl Tail {
    /// How many of `drawn` lie above `observed`.
    pub fn of(observed: f64, drawn: impl IntoIterator<Item = f64>) -> Self {
        let mut tail = Self { exceeding: 0, replicates: 0 };
        for x in drawn {
            tail.replicates += 1;
            tail.exceeding += usize::from(x > observed);
        }
        tail
    }

    /// `(1 + exceeding) / (1 + replicates)`: the observed value counts as one of its own draws, so that no p-value is
    /// zero and a test at level a errs at most with probability a (Davison and Hinkley 1997, ch. 4).
    pub fn p(self) -> f64 {
        (1 + self.exceeding) as f64 / (1 + self.replicates) as f64
    }

    /// `exceeding / replicates`, as most packages print it.
    pub fn share(self) -> f64 {
        self.exceeding as f64 / self.replicates as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resampled_mean_is_the_mean_of_the_resample() {
        let wave = |j: usize| (0..50).map(|t| ((t * (j + 2)) as f64).sin()).collect::<Vec<_>>();
        let trials = Trials::new(&[wave(0), wave(1), wave(2)]).unwrap();
        let blocks = Blocks::stationary(50, 6.0).unwrap();
        let draws = Draws::new(&trials, &blocks, 20, 9).unwrap();
        let lists: Vec<_> = (0..20).map(|b| blocks.indices(&mut Dice::new(9, b))).collect();
        let again = Draws::of_indices(&trials, &lists).unwrap();
        for ((row, same), list) in draws.rows().zip(again.rows()).zip(&lists) {
            for j in 0..3 {
                let sum: f64 = list.iter().map(|t| trials.period(*t)[j]).sum();
                let expected = sum / 50.0 - draws.means()[j];
                assert!((row[j] - expected).abs() < 1e-14 && (same[j] - expected).abs() < 1e-14);
            }
        }
        assert!(Draws::new(&trials, &Blocks::circular(49, 3).unwrap(), 20, 9).is_err());
        assert!(Draws::new(&trials, &blocks, 0, 9).is_err());
        assert!(Draws::of_indices(&trials, &[vec![50; 50]]).is_err());
    }

    #[test]
    fn no_p_value_is_zero() {
        let tail = Tail::of(1.0, [0.5, 1.0, 2.0]);
        assert_eq!((tail.exceeding, tail.p()), (1, 0.5));
        assert_eq!(Tail::of(9.0, [0.0; 99]).p(), 0.01);
    }
}
