//! Kernels over several series at once, a lane each: rows of `[f64; L]`, one after the other in time.
//!
//! Each lane gets the numbers that the kernel for one slice gives, to the last bit: the operations of a lane are the same in
//! the same order. What is gained is that all lanes do each of them together, with the widest vectors that the processor has.
//! The compiler makes them out of plain loops: what is handed to [`Arch::dispatch`] is built once for each width, and all that
//! it calls must be inlined into it.
#![allow(clippy::needless_range_loop)] // one index through several arrays is what becomes vectors
use pulp::{Arch, Simd, WithSimd};

use crate::moments::{FLAT, fold};

/// Turns levels into the simple returns between them, in place: the first row becomes what it was, row t becomes
/// `x_t / x_(t-1) - 1`. Gives, lane by lane, the growth `W = prod (1 + r)` and the largest depth of the wealth
/// `w_t = prod_(s <= t) (1 + r_s)` below the highest so far, `1 - min w_t / max_(s <= t) w_s`, the start included.
pub fn returns_in_place<const L: usize>(levels: &mut [[f64; L]]) -> ([f64; L], [f64; L]) {
    Arch::new().dispatch(Returns(levels))
}

struct Returns<'r, const L: usize>(&'r mut [[f64; L]]);

impl<const L: usize> WithSimd for Returns<'_, L> {
    type Output = ([f64; L], [f64; L]);
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        returns_of(self.0)
    }
}

struct Spread<'r, const L: usize>(&'r [[f64; L]]);

impl<const L: usize> WithSimd for Spread<'_, L> {
    type Output = ([f64; L], [f64; L]);
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        spread_of(self.0)
    }
}

#[inline(always)]
fn returns_of<const L: usize>(levels: &mut [[f64; L]]) -> ([f64; L], [f64; L]) {
    let Some((first, rest)) = levels.split_first_mut() else { return ([1.0; L], [0.0; L]) };
    let (mut before, mut wealth) = (*first, [1.0; L]);
    let (mut peak, mut least) = ([1.0; L], [1.0; L]);
    for row in rest {
        let level = *row;
        let mut deeper = false;
        for l in 0..L {
            row[l] = level[l] / before[l] - 1.0;
            wealth[l] *= 1.0 + row[l];
            peak[l] = if wealth[l] > peak[l] { wealth[l] } else { peak[l] };
            deeper |= wealth[l] < least[l] * peak[l];
        }
        // Compared before dividing: a new worst fall is rare, a division slow.
        if deeper {
            for l in 0..L {
                let depth = wealth[l] / peak[l];
                least[l] = if wealth[l] < least[l] * peak[l] { depth } else { least[l] };
            }
        }
        before = level;
    }
    (wealth, least.map(|least| 1.0 - least))
}

/// Arithmetic mean and sample standard deviation of each lane: those of [`crate::moments::Moments`]. `None` below two rows.
pub fn mean_and_deviation<const L: usize>(rows: &[[f64; L]]) -> Option<([f64; L], [f64; L])> {
    let n = rows.len();
    (n >= 2).then(|| {
        let (means, spreads) = Arch::new().dispatch(Spread(rows));
        (means, spreads.map(|m2| (m2 * n as f64 / (n - 1) as f64).sqrt()))
    })
}

/// Means and second central moments.
#[inline(always)]
fn spread_of<const L: usize>(rows: &[[f64; L]]) -> ([f64; L], [f64; L]) {
    let n = rows.len() as f64;
    let first = sums_of(rows).map(|sum| sum / n);
    let [rests, squares] = deviations_of(rows, &first);
    let (mut means, mut spreads) = (first, [0.0; L]);
    for l in 0..L {
        let (e, s2) = (rests[l] / n, squares[l] / n);
        means[l] = first[l] + e;
        let m2 = s2 - e * e;
        spreads[l] = if m2 <= (FLAT * means[l]).powi(2) { 0.0 } else { m2 };
    }
    (means, spreads)
}

/// The sum of each lane, in as many partial sums over time as [`crate::moments::sum`] takes.
#[inline(always)]
fn sums_of<const L: usize>(rows: &[[f64; L]]) -> [f64; L] {
    let mut partial = [[0.0; L]; 8];
    let (blocks, rest) = rows.as_chunks::<8>();
    for block in blocks {
        for t in 0..8 {
            for l in 0..L {
                partial[t][l] += block[t][l];
            }
        }
    }
    let mut sums = folded(&partial);
    for row in rest {
        for l in 0..L {
            sums[l] += row[l];
        }
    }
    sums
}

/// The sums of each lane's deviations from `means` and of their squares, in as many partial sums over time as
/// [`crate::moments::Moments::of`] takes.
#[inline(always)]
fn deviations_of<const L: usize>(rows: &[[f64; L]], means: &[f64; L]) -> [[f64; L]; 2] {
    let (mut firsts, mut seconds) = ([[0.0; L]; 4], [[0.0; L]; 4]);
    let (blocks, rest) = rows.as_chunks::<4>();
    for block in blocks {
        for t in 0..4 {
            for l in 0..L {
                let d = block[t][l] - means[l];
                firsts[t][l] += d;
                seconds[t][l] += d * d;
            }
        }
    }
    let (mut first, mut second) = (folded(&firsts), folded(&seconds));
    for row in rest {
        for l in 0..L {
            let d = row[l] - means[l];
            first[l] += d;
            second[l] += d * d;
        }
    }
    [first, second]
}

/// Partial sums together, by halves.
fn folded<const L: usize, const T: usize>(partial: &[[f64; L]; T]) -> [f64; L] {
    std::array::from_fn(|l| {
        let lane: [f64; T] = std::array::from_fn(|t| partial[t][l]);
        fold(&lane)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moments::Moments;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_lane_is_the_slice_to_the_last_bit(
            rows in prop::collection::vec(prop::array::uniform3(0.5f64..1.5), 1..90),
            flat in prop::bool::ANY,
        ) {
            let rows: Vec<[f64; 3]> =
                rows.into_iter().map(|[a, b, c]| [a, if flat { 0.1 } else { b }, c]).collect();
            let both = mean_and_deviation(&rows);
            prop_assert_eq!(both.is_some(), rows.len() > 1);
            let mut returns = rows.clone();
            let (growth, depth) = returns_in_place(&mut returns);
            for lane in 0..3 {
                let series: Vec<f64> = rows.iter().map(|row| row[lane]).collect();
                let plain = Moments::of(&series).expect("there is a row");
                if let Some((means, deviations)) = &both {
                    prop_assert_eq!(means[lane].to_bits(), plain.mean.to_bits());
                    prop_assert_eq!(Some(deviations[lane]), plain.deviation());
                }
                let (mut wealth, mut peak, mut least) = (1.0f64, 1.0f64, 1.0f64);
                for (t, pair) in series.windows(2).enumerate() {
                    let r = pair[1] / pair[0] - 1.0;
                    prop_assert_eq!(returns[t + 1][lane].to_bits(), r.to_bits());
                    wealth *= 1.0 + r;
                    peak = peak.max(wealth);
                    least = least.min(wealth / peak);
                }
                prop_assert_eq!(growth[lane].to_bits(), wealth.to_bits());
                prop_assert!((depth[lane] - (1.0 - least)).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn nothing_has_no_mean_and_no_fall() {
        assert_eq!(mean_and_deviation::<2>(&[[1.0, 2.0]]), None);
        assert_eq!(returns_in_place::<1>(&mut []), ([1.0], [0.0]));
        assert_eq!(returns_in_place(&mut [[3.0]]), ([1.0], [0.0]));
    }
}
