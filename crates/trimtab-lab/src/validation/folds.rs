//! K-fold cross-validation for series: tests on stretches, and fits on what cannot have known them.
//!
//! Purging takes periods out of the fit whose labels reach into a test stretch, or that a label of it reaches into.
//! The embargo takes out some more periods after each test stretch, because features remember.
//!
//! Source: M. Lopez de Prado (2018), *Advances in Financial Machine Learning*, section 7.4.
use std::ops::Range;

use trimtab_core::{Error, Kind, Result};

/// How periods are cut where they do not divide evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FoldSize {
    /// The first folds are one period longer (the book; numpy's `array_split`).
    #[default]
    Even,
    /// The last fold takes the remainder (skfolio).
    RestLast,
}

/// One fit and its test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// What may be fitted: stretches of periods in order, none of them empty.
    pub train: Vec<Range<usize>>,
    /// What it is tested on: one stretch for each test fold, in order.
    pub test: Vec<Range<usize>>,
}

/// Periods cut into folds, with what is taken out around a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgedFolds {
    folds: Vec<Range<usize>>,
    /// For each period the last one its label depends on.
    ends: Vec<usize>,
    embargo: usize,
}

impl PurgedFolds {
    /// Cuts `periods` into `count` folds; the label of a period depends on it and the `horizon` periods after it, so
    /// `horizon` periods are purged on either side of a test; `embargo` more after it.
    ///
    /// # Errors
    /// [`Kind::Usage`] for fewer than two folds, or fewer periods than folds.
    pub fn new(
        periods: usize,
        count: usize,
        horizon: usize,
        embargo: usize,
        size: FoldSize,
    ) -> Result<Self> {
        let ends = (0..periods).map(|t| (t + horizon).min(periods - 1)).collect();
        Self::with_labels(ends, count, embargo, size)
    }

    /// The same where each label has its own reach: `ends[t]` is the last period that the label of t depends on.
    ///
    /// # Errors
    /// As [`PurgedFolds::new`], and when a label ends before its period or beyond the last.
    pub fn with_labels(
        ends: Vec<usize>,
        count: usize,
        embargo: usize,
        size: FoldSize,
    ) -> Result<Self> {
        let periods = ends.len();
        if count < 2 || periods < count {
            return Err(Error::new(Kind::Usage, format!("{count} folds of {periods} periods"))
                .hint("make at least two folds, each of a period or more"));
        }
        if let Some(t) = (0..periods).find(|t| !(*t..periods).contains(&ends[*t])) {
            return Err(Error::new(
                Kind::Usage,
                format!("the label of period {t} ends in {}", ends[t]),
            ));
        }
        let (short, rest) = (periods / count, periods % count);
        let mut from = 0;
        let folds = (0..count).map(|fold| {
            let longer = match size {
                FoldSize::Even => usize::from(fold < rest),
                FoldSize::RestLast => {
                    if fold + 1 == count {
                        rest
                    } else {
                        0
                    }
                }
            };
            let range = from..from + short + longer;
            from = range.end;
            range
        });
        Ok(Self { folds: folds.collect(), ends, embargo })
    }

    /// The folds, in order.
    pub fn folds(&self) -> &[Range<usize>] {
        &self.folds
    }

    /// Each fold tested once, in order.
    pub fn splits(&self) -> impl Iterator<Item = Split> + '_ {
        (0..self.folds.len()).map(|fold| self.split(&[fold]))
    }

    /// The split that tests `tested`, folds in ascending order.
    pub(super) fn split(&self, tested: &[usize]) -> Split {
        let periods = self.ends.len();
        let mut fits = vec![true; periods];
        for test in tested.iter().map(|fold| &self.folds[*fold]) {
            let last = self.ends[test.clone()].iter().copied().fold(test.end - 1, usize::max);
            let until = (last + 1 + self.embargo).min(periods);
            fits[test.start..until].fill(false);
            for (fits, end) in fits[..test.start].iter_mut().zip(&self.ends) {
                *fits &= *end < test.start;
            }
        }
        let mut train: Vec<Range<usize>> = Vec::new();
        for t in (0..periods).filter(|t| fits[*t]) {
            match train.last_mut() {
                Some(range) if range.end == t => range.end += 1,
                _ => train.push(t..t + 1),
            }
        }
        Split { train, test: tested.iter().map(|fold| self.folds[*fold].clone()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_period_is_tested_once_and_never_fitted_with_its_test() {
        for size in [FoldSize::Even, FoldSize::RestLast] {
            let folds = PurgedFolds::new(103, 5, 3, 2, size).unwrap();
            let mut tested = 0;
            for split in folds.splits() {
                let [test] = &split.test[..] else { panic!("one fold") };
                assert_eq!(test.start, tested);
                tested = test.end;
                for t in split.train.iter().cloned().flatten() {
                    // A label of three periods on either side, two more after.
                    assert!(t + 3 < test.start || t >= test.end + 3 + 2, "{t} with {test:?}");
                }
                let fitted: usize = split.train.iter().map(ExactSizeIterator::len).sum();
                let lost = 3.min(test.start) + 5.min(103 - test.end);
                assert_eq!(fitted + test.len() + lost, 103);
            }
            assert_eq!(tested, 103);
        }
    }

    #[test]
    fn folds_are_even_or_leave_the_rest_to_the_last() {
        let sizes = |size| -> Vec<usize> {
            PurgedFolds::new(14, 4, 0, 0, size)
                .unwrap()
                .folds()
                .iter()
                .map(ExactSizeIterator::len)
                .collect()
        };
        assert_eq!(sizes(FoldSize::Even), [4, 4, 3, 3]);
        assert_eq!(sizes(FoldSize::RestLast), [3, 3, 3, 5]);
    }

    #[test]
    fn long_labels_are_purged_wherever_they_stand() {
        // Period 1 alone has a label that reaches into the second fold.
        let mut ends: Vec<usize> = (0..12).collect();
        ends[1] = 5;
        let folds = PurgedFolds::with_labels(ends, 3, 0, FoldSize::Even).unwrap();
        let trains: Vec<_> = folds.splits().map(|split| split.train).collect();
        assert_eq!(trains[1], [0..1, 2..4, 8..12]);
        // The label of the first fold reaches to period 5.
        assert_eq!(trains[0], [6..12]);
    }

    #[test]
    fn impossible_folds_are_refused() {
        assert!(PurgedFolds::new(10, 1, 0, 0, FoldSize::Even).is_err());
        assert!(PurgedFolds::new(3, 4, 0, 0, FoldSize::Even).is_err());
        assert!(PurgedFolds::with_labels(vec![0, 0, 2], 2, 0, FoldSize::Even).is_err());
    }
}
