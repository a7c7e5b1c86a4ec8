//! Kernels over several series at once, a lane each: rows of `[f64; L]`, one after the other in time.
//!
//! The operations of a lane are the same in the same order whatever `L` is, so each lane gets the numbers that it gets alone, to
//! the last bit. What is gained is that all lanes do each of them together, with the widest vectors that the processor has.
//! The compiler makes them out of plain loops: what is handed to [`Arch::dispatch`] is built once for each width, and all that
//! it calls must be inlined into it.
#![allow(clippy::needless_range_loop)] // one index through several arrays is what becomes vectors
#![cfg_attr(test, allow(clippy::unwrap_used))]
use pulp::{Arch, Simd, WithSimd};

use crate::moments::FLAT;

/// What levels come to over time, in one pass that keeps none of them: the returns `r_t = x_t / x_(t-1) - 1`, their sum and the
/// sum of their squares, the highest level and the deepest fall below it.
///
/// No level is divided by another, since a division takes as long as ten multiplications: `r_t = (x_t - x_(t-1)) y_(t-1)`, where
/// `y = 1 / x` is a quotient in single precision and one step of Halley's iteration, `y (1 + e + e^2)` with `e = 1 - x y`, which
/// cubes its error and leaves that of the last rounding.
#[derive(Clone, Debug)]
pub struct Tally<'r, const L: usize> {
    /// What cash earned, return by return; empty when it is the same every time.
    rates: &'r [f64],
    rows: usize,
    first: [f64; L],
    last: [f64; L],
    /// `1 / last`.
    inverse: [f64; L],
    peak: [f64; L],
    lowest: [f64; L],
    /// The lowest `x_t / max_(s <= t) x_s`.
    least: [f64; L],
    own: Sums<L>,
    excess: Sums<L>,
}

/// Sums of returns and of their squares.
#[derive(Clone, Copy, Debug)]
struct Sums<const L: usize> {
    first: [f64; L],
    second: [f64; L],
}

impl<const L: usize> Sums<L> {
    const NONE: Self = Self { first: [0.0; L], second: [0.0; L] };

    #[inline(always)]
    fn add(&mut self, r: &[f64; L]) {
        for l in 0..L {
            self.first[l] += r[l];
            self.second[l] = r[l].mul_add(r[l], self.second[l]);
        }
    }

    /// Mean and sample standard deviation of `n` returns; `None` when too little is left of the sum of squares after the
    /// square of the mean to tell.
    fn moments(&self, l: usize, n: usize) -> Option<(f64, f64)> {
        let (mean, square) = (self.first[l] / n as f64, self.second[l] / n as f64);
        let variance = square - mean * mean;
        let clear = variance > CLEAR * square && variance > (FLAT * mean).powi(2);
        clear.then(|| (mean, (variance * n as f64 / (n - 1) as f64).sqrt()))
    }
}

/// Below this part of the mean square the variance has lost too many digits.
const CLEAR: f64 = 1e-3;

/// Levels between which reciprocals in single precision stay normal numbers.
const RANGE: std::ops::Range<f64> = 1e-30..1e30;

/// What came of one lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    /// The last level over the first.
    pub growth: f64,
    /// The largest fall from the highest level so far, `1 - min x_t / max_(s <= t) x_s`.
    pub depth: f64,
    /// Mean and sample standard deviation of the returns.
    pub own: (f64, f64),
    /// The same of the returns less what cash earned.
    pub excess: (f64, f64),
}

impl<'r, const L: usize> Tally<'r, L> {
    /// Nothing yet. `rates`: what cash earns, return by return, when it is not the same every time.
    pub fn new(rates: &'r [f64]) -> Self {
        Self {
            rates,
            rows: 0,
            first: [0.0; L],
            last: [0.0; L],
            inverse: [0.0; L],
            peak: [0.0; L],
            lowest: [0.0; L],
            least: [1.0; L],
            own: Sums::NONE,
            excess: Sums::NONE,
        }
    }

    /// Takes the next levels; their number at a time changes no bit. To be called where vectors are wide, see the module's
    /// words.
    #[inline(always)]
    pub fn add(&mut self, levels: &[[f64; L]]) {
        let mut levels = levels;
        if self.rows == 0 {
            let Some((first, rest)) = levels.split_first() else { return };
            (self.first, self.last, self.peak, self.lowest) = (*first, *first, *first, *first);
            (self.inverse, self.rows, levels) = (reciprocals(first), 1, rest);
        }
        match self.rates.is_empty() {
            true => self.pass::<false>(levels),
            false => self.pass::<true>(levels),
        }
        self.rows += levels.len();
    }

    #[inline(always)]
    fn pass<const RATES: bool>(&mut self, levels: &[[f64; L]]) {
        let Self { mut last, mut inverse, mut peak, mut lowest, mut own, mut excess, .. } = *self;
        for (t, level) in levels.iter().enumerate() {
            let level = *level;
            let (mut r, mut deeper) = ([0.0; L], false);
            for l in 0..L {
                r[l] = (level[l] - last[l]) * inverse[l];
                peak[l] = if level[l] > peak[l] { level[l] } else { peak[l] };
                lowest[l] = if level[l] < lowest[l] { level[l] } else { lowest[l] };
                deeper |= level[l] < self.least[l] * peak[l];
            }
            own.add(&r);
            if RATES {
                let rate = self.rates.get(self.rows + t - 1).copied().unwrap_or(f64::NAN);
                excess.add(&r.map(|r| r - rate));
            }
            // Compared before dividing: a new worst fall is rare, a division slow.
            if deeper {
                for l in 0..L {
                    let ratio = level[l] / peak[l];
                    self.least[l] = if ratio < self.least[l] { ratio } else { self.least[l] };
                }
            }
            (last, inverse) = (level, reciprocals(&level));
        }
        *self = Self { last, inverse, peak, lowest, own, excess, ..*self };
    }

    /// How many levels were taken.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The last level of each lane.
    pub fn last(&self) -> &[f64; L] {
        &self.last
    }

    /// What came of a lane; `None` below three levels, and where one pass is too coarse: returns that hardly vary about a mean
    /// far from zero, levels that are not positive or beyond 1e30, fewer rates than returns.
    pub fn total(&self, l: usize) -> Option<Total> {
        let n = self.rows.checked_sub(1).filter(|n| *n >= 2)?;
        let ranged = RANGE.contains(&self.lowest[l]) && RANGE.contains(&self.peak[l]);
        let own = self.own.moments(l, n).filter(|_| ranged)?;
        let excess = match self.rates.is_empty() {
            true => own,
            false => self.excess.moments(l, n)?,
        };
        let (growth, depth) = (self.last[l] / self.first[l], 1.0 - self.least[l]);
        Some(Total { growth, depth, own, excess })
    }
}

impl Total {
    /// Of one series of levels. `None` as [`Tally::total`].
    pub fn of(levels: &[f64], rates: &[f64]) -> Option<Self> {
        let mut tally = Tally::<1>::new(rates);
        let (rows, _) = levels.as_chunks::<1>();
        Arch::new().dispatch(Added(&mut tally, rows));
        tally.total(0)
    }
}

struct Added<'t, 'r, const L: usize>(&'t mut Tally<'r, L>, &'t [[f64; L]]);

impl<const L: usize> WithSimd for Added<'_, '_, L> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.add(self.1);
    }
}

#[inline(always)]
fn reciprocals<const L: usize>(of: &[f64; L]) -> [f64; L] {
    let mut inverse = [0.0; L];
    for l in 0..L {
        #[allow(clippy::cast_possible_truncation)] // a first guess
        let guess = f64::from(1.0 / of[l] as f32);
        let e = (-of[l]).mul_add(guess, 1.0);
        inverse[l] = guess.mul_add(e.mul_add(e, e), guess);
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moments::Moments;
    use proptest::prelude::*;

    fn close(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() <= within * b.abs().max(1e-300)
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_two_passes_find(
            steps in prop::collection::vec(-0.2f64..0.25, 3..200),
            start in prop::sample::select(vec![1e-9, 1.0, 1e5, 1e18]),
            rate in 0.0f64..0.01,
        ) {
            let mut level = start;
            let mut levels = vec![level];
            levels.extend(steps.iter().map(|step| { level *= 1.0 + step; level }));
            let rates: Vec<f64> = (0..steps.len()).map(|t| rate * (t % 3) as f64).collect();
            let returns: Vec<f64> = levels.windows(2).map(|x| x[1] / x[0] - 1.0).collect();
            let excess: Vec<f64> = returns.iter().zip(&rates).map(|(r, f)| r - f).collect();
            let total = Total::of(&levels, &rates).unwrap();
            for ((mean, deviation), plain) in [(total.own, &returns), (total.excess, &excess)] {
                let moments = Moments::of(plain).unwrap();
                prop_assert!((mean - moments.mean).abs() < 1e-15);
                prop_assert!(close(deviation, moments.deviation().unwrap(), 1e-12));
            }
            prop_assert!(close(total.growth, levels[steps.len()] / start, 1e-15));
            let (mut peak, mut least) = (start, 1.0f64);
            for x in &levels {
                peak = peak.max(*x);
                least = least.min(x / peak);
            }
            prop_assert!((total.depth - (1.0 - least)).abs() < 1e-15);
            prop_assert_eq!(Total::of(&levels, &[]).unwrap().excess, total.own);
        }

        #[test]
        fn every_lane_is_a_lane_alone_to_the_last_bit_however_the_rows_come(
            rows in prop::collection::vec(prop::array::uniform3(0.5f64..1.5), 3..90),
            cut in 1..90usize,
            rate in prop::bool::ANY,
        ) {
            let rates = if rate { vec![0.001; rows.len()] } else { Vec::new() };
            let mut tally = Tally::<3>::new(&rates);
            for rows in rows.chunks(cut) {
                Arch::new().dispatch(Added(&mut tally, rows));
            }
            prop_assert_eq!(tally.rows(), rows.len());
            for lane in 0..3 {
                let alone: Vec<f64> = rows.iter().map(|row| row[lane]).collect();
                prop_assert_eq!(tally.total(lane), Total::of(&alone, &rates));
            }
        }
    }

    #[test]
    fn what_one_pass_cannot_tell_is_not_told() {
        let growing = |r: f64| (0..100).map(|t| (1.0 + r).powi(t)).collect::<Vec<f64>>();
        assert_eq!(Total::of(&growing(0.001), &[]), None, "returns that never vary");
        assert_eq!(Total::of(&[1.0, 1.1], &[]), None, "one return");
        assert_eq!(Total::of(&[1.0, 0.0, 1.0, 2.0], &[]), None, "nothing left");
        assert_eq!(Total::of(&[1.0, 1e38, 1e39, 1e38], &[]), None, "beyond single precision");
        assert_eq!(Total::of(&[1.0, 1.1, 0.9, 1.2], &[0.0]), None, "a rate is missing");
    }
}
