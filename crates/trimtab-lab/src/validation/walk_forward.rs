//! Walk-forward splits: fit on what was, test on what came next, move on.
//!
//! Source: R. Pardo (2008), *The Evaluation and Optimization of Trading Strategies*, ch. 11.
use trimtab_core::{Error, Kind, Result};

use super::Split;

/// Where fits begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the first period: fits grow.
    Anchored,
    /// So many periods back: fits roll.
    Rolling,
}

/// A plan of fits and tests, in periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkForward {
    /// Periods of a fit; of the first one when anchored.
    pub train: usize,
    /// Periods of a test, and how far the plan moves on each time.
    pub test: usize,
    /// Periods between a fit and its test.
    pub gap: usize,
    /// Where fits begin.
    pub start: Start,
    /// Whether a last test that is shorter than the others is made.
    pub last_short: bool,
}

impl WalkForward {
    /// The splits of `periods`, in order; none when the first test would lie beyond them.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a fit or a test of no period.
    pub fn splits(&self, periods: usize) -> Result<Vec<Split>> {
        if self.train == 0 || self.test == 0 {
            let said = format!("a walk of {} periods fitted and {} tested", self.train, self.test);
            return Err(Error::new(Kind::Usage, said).hint("both are one period or more"));
        }
        let first = self.train + self.gap;
        let starts = (first..periods).step_by(self.test);
        let whole = |from: &usize| self.last_short || from + self.test <= periods;
        let split = |from: usize| {
            let end = from - self.gap;
            let begin = match self.start {
                Start::Anchored => 0,
                Start::Rolling => end - self.train,
            };
            let test = from..(from + self.test).min(periods);
            Split { train: vec![begin..end], test: vec![test] }
        };
        Ok(starts.filter(whole).map(split).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_grow_or_roll_and_never_see_their_test() {
        let plan =
            WalkForward { train: 4, test: 3, gap: 1, start: Start::Rolling, last_short: true };
        let split = |train, test| Split { train: vec![train], test: vec![test] };
        assert_eq!(
            plan.splits(12).unwrap(),
            [split(0..4, 5..8), split(3..7, 8..11), split(6..10, 11..12)]
        );
        let anchored = WalkForward { start: Start::Anchored, last_short: false, ..plan };
        assert_eq!(anchored.splits(12).unwrap(), [split(0..4, 5..8), split(0..7, 8..11)]);
        assert!(plan.splits(5).unwrap().is_empty());
        assert!(WalkForward { test: 0, ..plan }.splits(9).is_err());
    }
}
