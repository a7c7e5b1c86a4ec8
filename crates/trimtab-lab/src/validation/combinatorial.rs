//! Combinatorial purged cross-validation (CPCV): not one road through the past but many.
//!
//! Of N folds every k are tested together, C(N, k) splits; each fold is tested C(N - 1, k - 1) times, which makes as
//! many paths, each of them a whole history out of sample: path p takes for each fold its p-th test.
//!
//! Source: M. Lopez de Prado (2018), *Advances in Financial Machine Learning*, ch. 12, p. 164.
use trimtab_core::{Error, Kind, Result};

use super::{PurgedFolds, Split};

/// The splits and paths of N folds, k of them tested at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combinatorial {
    folds: PurgedFolds,
    /// The folds tested by each split, ascending; splits in lexicographic order.
    tested: Vec<Vec<usize>>,
}

/// Most splits: each is a fit, and ten thousand fits of one model are a mistake, not a plan.
const SPLITS_MOST: usize = 100_000;

impl Combinatorial {
    /// All ways to test `together` of the folds.
    ///
    /// # Errors
    /// [`Kind::Usage`] when none or all folds would be tested, or there were more than 100,000 splits.
    pub fn new(folds: PurgedFolds, together: usize) -> Result<Self> {
        let count = folds.folds().len();
        if together == 0 || together >= count {
            return Err(Error::new(Kind::Usage, format!("{together} of {count} folds to test"))
                .hint("test at least one fold and leave at least one to fit"));
        }
        let splits = (0..together).fold(1_usize, |c, i| c.saturating_mul(count - i) / (i + 1));
        if splits > SPLITS_MOST {
            return Err(
                Error::new(Kind::Usage, format!("{splits} splits")).hint("make fewer folds")
            );
        }
        let mut tested = Vec::with_capacity(splits);
        let mut now: Vec<usize> = (0..together).collect();
        loop {
            tested.push(now.clone());
            // The last place that can still move on.
            let Some(ix) = (0..together).rev().find(|ix| now[*ix] < count - together + ix) else {
                break;
            };
            now[ix] += 1;
            for next in ix + 1..together {
                now[next] = now[next - 1] + 1;
            }
        }
        Ok(Self { folds, tested })
    }

    /// The folds they are made of.
    pub fn folds(&self) -> &PurgedFolds {
        &self.folds
    }

    /// The folds each split tests.
    pub fn tested(&self) -> &[Vec<usize>] {
        &self.tested
    }

    /// The splits, in lexicographic order of the folds they test.
    pub fn splits(&self) -> impl Iterator<Item = Split> + '_ {
        self.tested.iter().map(|tested| self.folds.split(tested))
    }

    /// The paths: for each fold, in order, the split that tests it on this path.
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let count = self.folds.folds().len();
        let mut testing = vec![Vec::new(); count];
        for (split, tested) in self.tested.iter().enumerate() {
            tested.iter().for_each(|fold| testing[*fold].push(split));
        }
        (0..testing[0].len()).map(|p| testing.iter().map(|splits| splits[p]).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::FoldSize;
    use super::*;

    #[test]
    fn the_figure_of_the_book_six_folds_two_tested() {
        let folds = PurgedFolds::new(60, 6, 0, 0, FoldSize::Even).unwrap();
        let cv = Combinatorial::new(folds, 2).unwrap();
        assert_eq!((cv.tested().len(), cv.paths().len()), (15, 5));
        // Figure 12.1: split S1 tests the first two groups and serves path 1, S15 the last two and path 5.
        assert_eq!(cv.paths()[0], [0, 0, 1, 2, 3, 4]);
        assert_eq!(cv.paths()[4], [4, 8, 11, 13, 14, 14]);
        for path in cv.paths() {
            for (fold, split) in path.iter().enumerate() {
                assert!(cv.tested()[*split].contains(&fold));
            }
        }
    }

    #[test]
    fn impossible_combinations_are_refused() {
        let folds = |n| PurgedFolds::new(60, n, 0, 0, FoldSize::Even).unwrap();
        assert!(Combinatorial::new(folds(6), 0).is_err());
        assert!(Combinatorial::new(folds(6), 6).is_err());
        assert!(Combinatorial::new(folds(40), 20).is_err());
    }
}
