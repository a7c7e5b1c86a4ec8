//! Block bootstraps: which stretches of the past a resampled one is made of.
//!
//! * Stationary (Politis and Romano 1994): blocks begin anywhere and have geometric lengths with mean b; the last
//!   period is followed by the first. The resampled series is stationary.
//! * Circular (Politis and Romano 1992): blocks of fixed length b that begin anywhere, round the end.
//! * Moving (Kunsch 1989): blocks of fixed length b that do not reach round the end.
//!
//! In all three the last block is cut where T periods are full.
//!
//! Sources: D. Politis and J. Romano (1994), The Stationary Bootstrap, *JASA* 89(428); D. Politis and J. Romano
//! (1992), A Circular Block-Resampling Procedure for Stationary Data; H. Kunsch (1989), *Annals of Statistics* 17(3).
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use trimtab_core::{Error, Kind, Result};

/// The dice of this module: ChaCha with 8 rounds, the same on every machine.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice for replicate `stream` of what is seeded with `seed`: each replicate has its own, so that the order of
    /// work does not matter.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to `n` - 1, each as likely but for n / 2^64.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A number in 0..1, of 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A standard normal number: Marsaglia's polar method without its spare, so that each call stands alone.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * (-2.0 * s.ln() / s).sqrt();
            }
        }
    }

    /// Puts `items` into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// A stretch of periods: from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first period.
    pub from: u32,
    /// One after the last period, greater than `from`.
    pub to: u32,
}

/// A way to draw blocks from T periods.
#[derive(Clone, Debug)]
pub struct Blocks {
    periods: usize,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Stationary(Geometric),
    Circular(usize),
    Moving(usize),
}

impl Blocks {
    /// The stationary bootstrap with mean block length `length` >= 1.
    ///
    /// # Errors
    /// [`Kind::Usage`] for no period, too many, or a length below 1 or not finite.
    pub fn stationary(periods: usize, length: f64) -> Result<Self> {
        check(periods, length.is_finite() && length >= 1.0, length)?;
        Ok(Self { periods, rule: Rule::Stationary(Geometric::new(1.0 / length)) })
    }

    /// The circular block bootstrap.
    ///
    /// # Errors
    /// As [`Blocks::stationary`].
    pub fn circular(periods: usize, length: usize) -> Result<Self> {
        check(periods, length >= 1, length as f64)?;
        Ok(Self { periods, rule: Rule::Circular(length) })
    }

    /// The moving block bootstrap.
    ///
    /// # Errors
    /// As [`Blocks::stationary`], and for blocks longer than the series.
    pub fn moving(periods: usize, length: usize) -> Result<Self> {
        check(periods, (1..=periods).contains(&length), length as f64)?;
        Ok(Self { periods, rule: Rule::Moving(length) })
    }

    /// T.
    pub fn periods(&self) -> usize {
        self.periods
    }

    /// Draws blocks with T periods together into `out`, in order. A block that reaches round the end becomes two.
    pub fn draw(&self, dice: &mut Dice, out: &mut Vec<Block>) {
        out.clear();
        self.each(dice, |block| out.push(block));
    }

    /// The same, one by one.
    pub(super) fn each(&self, dice: &mut Dice, take: impl FnMut(Block)) {
        match &self.rule {
            Rule::Stationary(geometric) => {
                self.walk(dice, self.periods, |bits| geometric.length(bits), take);
            }
            Rule::Circular(length) => self.walk(dice, self.periods, |_| *length, take),
            Rule::Moving(length) => {
                self.walk(dice, self.periods - length + 1, |_| *length, take);
            }
        }
    }

    /// Blocks that begin in one of the first `starts` periods.
    #[inline]
    fn walk(
        &self,
        dice: &mut Dice,
        starts: usize,
        length: impl Fn(u32) -> usize,
        mut take: impl FnMut(Block),
    ) {
        let mut left = self.periods;
        while left > 0 {
            let bits = dice.bits();
            // The low half for the start, the high half for the length: the start's bias of T / 2^32 is far below
            // what a bootstrap can show.
            let from = (((bits & 0xffff_ffff) * starts as u64) >> 32) as usize;
            let length = length((bits >> 32) as u32).min(left);
            left -= length;
            let to = from + length;
            if to <= self.periods {
                take(Block { from: from as u32, to: to as u32 });
            } else {
                take(Block { from: from as u32, to: self.periods as u32 });
                take(Block { from: 0, to: (to - self.periods) as u32 });
            }
        }
    }

    /// The periods of a draw, one by one.
    pub fn indices(&self, dice: &mut Dice) -> Vec<usize> {
        let mut blocks = Vec::new();
        self.draw(dice, &mut blocks);
        blocks.iter().flat_map(|block| block.from as usize..block.to as usize).collect()
    }
}

fn check(periods: usize, fits: bool, length: f64) -> Result<()> {
    if fits && periods >= 1 && u32::try_from(periods).is_ok() {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("blocks of {length} periods from {periods}"))
        .hint("a block has at least one period, and at most those of the series"))
}

/// Lengths k = 1, 2, ... with probability `p (1 - p)^(k - 1)`.
///
/// Only products are used, no logarithm, so that the lengths are the same on every machine.
#[derive(Clone, Debug)]
struct Geometric {
    /// `(1 - p)^k 2^32` for k = 1, 2, ..., down to 1.
    over: Vec<u32>,
    /// For each range of the first bits of the dice the lengths possible in it.
    guide: Vec<(u32, u32)>,
}

/// Bits that the guide looks at: 4,096 ranges decide 97 % of lengths of mean 20 at once. Twice as many would not fit
/// the nearest cache beside the numbers.
const GUIDE_BITS: u32 = 12;

impl Geometric {
    fn new(p: f64) -> Self {
        let mut over = Vec::new();
        let mut survives = (1.0 - p) * 4_294_967_296.0;
        while survives >= 1.0 && over.len() < u32::MAX as usize {
            over.push(survives.min(4_294_967_295.0) as u32);
            survives *= 1.0 - p;
        }
        let length = |bits: u32| 1 + over.partition_point(|k| bits < *k) as u32;
        let width = 32 - GUIDE_BITS;
        let ends =
            |cell: u32| (length((cell << width) | ((1 << width) - 1)), length(cell << width));
        let guide = (0..1 << GUIDE_BITS).map(ends).collect();
        Self { over, guide }
    }

    fn length(&self, bits: u32) -> usize {
        let (least, most) = self.guide[(bits >> (32 - GUIDE_BITS)) as usize];
        if least == most {
            return least as usize;
        }
        let unsure = &self.over[least as usize - 1..most as usize - 1];
        least as usize + unsure.partition_point(|k| bits < *k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_draw_has_all_periods_and_stays_inside() {
        for periods in [1, 2, 7, 500] {
            for blocks in [
                Blocks::stationary(periods, 1.0).unwrap(),
                Blocks::stationary(periods, 20.0).unwrap(),
                Blocks::circular(periods, 3).unwrap(),
                Blocks::moving(periods, periods.div_ceil(3)).unwrap(),
            ] {
                for stream in 0..50 {
                    let drawn = blocks.indices(&mut Dice::new(1, stream));
                    assert_eq!(drawn.len(), periods);
                    assert!(drawn.iter().all(|t| *t < periods));
                }
            }
        }
    }

    #[test]
    fn lengths_are_geometric() {
        let (p, n) = (1.0 / 20.0, 400_000);
        let (geometric, mut dice) = (Geometric::new(p), Dice::new(7, 0));
        let mut over = [0_u32; 4];
        let mut sum = 0;
        for _ in 0..n {
            let length = geometric.length((dice.bits() >> 32) as u32);
            sum += length;
            for (count, k) in over.iter_mut().zip([1, 5, 20, 100]) {
                *count += u32::from(length > k);
            }
        }
        // Four standard errors.
        assert!((sum as f64 / f64::from(n) - 20.0).abs() < 4.0 * 19.5 / f64::from(n).sqrt());
        for (count, k) in over.into_iter().zip([1, 5, 20, 100]) {
            let expected = (1.0 - p).powi(k);
            let error = (expected * (1.0 - expected) / f64::from(n)).sqrt();
            assert!((f64::from(count) / f64::from(n) - expected).abs() < 4.0 * error, "{k}");
        }
    }

    #[test]
    fn every_period_is_as_likely() {
        for blocks in [Blocks::stationary(40, 8.0).unwrap(), Blocks::circular(40, 8).unwrap()] {
            let mut counts = [0.0_f64; 40];
            for stream in 0..5_000 {
                for t in blocks.indices(&mut Dice::new(3, stream)) {
                    counts[t] += 1.0 / 5_000.0;
                }
            }
            // The count of a period in a draw has variance of about the block length.
            let error = (8.0_f64 / 5_000.0).sqrt();
            assert!(counts.iter().all(|c| (c - 1.0).abs() < 5.0 * error), "{counts:?}");
        }
    }

    #[test]
    fn a_stream_is_a_replicate_of_its_own() {
        let blocks = Blocks::stationary(300, 10.0).unwrap();
        let drawn = |seed, stream| blocks.indices(&mut Dice::new(seed, stream));
        assert_eq!(drawn(1, 2), drawn(1, 2));
        assert_ne!(drawn(1, 2), drawn(1, 3));
        assert_ne!(drawn(1, 2), drawn(2, 2));
    }

    #[test]
    fn impossible_blocks_are_refused() {
        for bad in
            [Blocks::stationary(10, 0.5), Blocks::stationary(10, f64::NAN), Blocks::moving(10, 11)]
        {
            assert_eq!(bad.unwrap_err().kind(), Kind::Usage);
        }
        assert!(Blocks::circular(0, 1).is_err() && Blocks::circular(10, 0).is_err());
    }
}
