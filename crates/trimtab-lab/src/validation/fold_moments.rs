//! Means and covariances of the fits of a cross-validation, from the sums of the folds.
//!
//! The sums and products of each fold are taken once. A fit is the sum of its whole folds, with the few periods of a
//! purge added or taken away one by one: T N^2 for all folds together instead of for each fit.
use std::ops::Range;

use trimtab_core::{Error, Kind, Result};
use trimtab_math::covariance::Moments;
use trimtab_math::linalg::{Observations, Sym};

use super::Trials;

/// Sums and products of N series over each fold.
#[derive(Clone, Debug)]
pub struct FoldMoments<'a> {
    series: &'a Trials,
    folds: Vec<Range<usize>>,
    /// The mean of all periods: sums are about it, so that little cancels.
    shift: Vec<f64>,
    sums: Vec<Sums>,
}

#[derive(Clone, Debug)]
struct Sums {
    sum: Vec<f64>,
    products: Sym,
}

impl<'a> FoldMoments<'a> {
    /// Adds up each fold.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a fold that is empty or reaches beyond the periods.
    pub fn new(series: &'a Trials, folds: &[Range<usize>]) -> Result<Self> {
        let (t, n) = (series.periods(), series.count());
        if let Some(bad) = folds.iter().find(|fold| fold.is_empty() || fold.end > t) {
            return Err(Error::new(Kind::Usage, format!("the fold {bad:?} of {t} periods")));
        }
        let (shift, centred) = series.centred();
        let columns: Vec<Vec<f64>> = (0..n).map(|k| centred.trial(k).collect()).collect();
        let sums = |fold: &Range<usize>| {
            let part: Vec<&[f64]> = columns.iter().map(|column| &column[fold.clone()]).collect();
            let x = Observations::from_columns(&part).expect("trials are finite and of one length");
            let sum = part.iter().map(|column| column.iter().sum()).collect();
            Sums { sum, products: x.gram(1.0) }
        };
        let sums = folds.iter().map(sums).collect();
        Ok(Self { series, folds: folds.to_vec(), shift, sums })
    }

    /// Mean and covariance (divisor T - 1) of the periods of `train`, which do not overlap.
    ///
    /// # Errors
    /// [`Kind::Data`] for fewer than two periods.
    pub fn of(&self, train: &[Range<usize>]) -> Result<Moments> {
        let count: usize = train.iter().map(ExactSizeIterator::len).sum();
        if count < 2 {
            return Err(Error::data(format!("a fit of {count} periods has no covariance"))
                .hint("make fewer folds, or purge less"));
        }
        let n = self.series.count();
        let (mut sum, mut products) = (vec![0.0; n], vec![0.0; n * n]);
        let mut single = |t: usize, sign: f64| {
            let x: Vec<f64> =
                self.series.period(t).iter().zip(&self.shift).map(|(x, m)| x - m).collect();
            for (i, xi) in x.iter().enumerate() {
                sum[i] += sign * xi;
                let row = &mut products[i * n..][..n];
                row.iter_mut().zip(&x).for_each(|(p, xj)| *p += sign * xi * xj);
            }
        };
        let mut whole = Vec::new();
        for (fold, sums) in self.folds.iter().zip(&self.sums) {
            let inside = |r: &Range<usize>| r.start.max(fold.start)..r.end.min(fold.end);
            let parts: Vec<Range<usize>> =
                train.iter().map(inside).filter(|r| !r.is_empty()).collect();
            let kept: usize = parts.iter().map(ExactSizeIterator::len).sum();
            if 2 * kept > fold.len() {
                whole.push(sums);
                let mut from = fold.start;
                for part in parts.iter().cloned().chain([fold.end..fold.end]) {
                    (from..part.start).for_each(|t| single(t, -1.0));
                    from = part.end;
                }
            } else {
                parts.into_iter().flatten().for_each(|t| single(t, 1.0));
            }
        }
        for sums in whole {
            sum.iter_mut().zip(&sums.sum).for_each(|(to, x)| *to += x);
            products.iter_mut().zip(sums.products.as_slice()).for_each(|(to, x)| *to += x);
        }
        let count = count as f64;
        let covariance =
            Sym::from_fn(n, |i, j| (products[i * n + j] - sum[i] * sum[j] / count) / (count - 1.0));
        let mean = sum.iter().zip(&self.shift).map(|(s, shift)| shift + s / count).collect();
        Ok(Moments { mean, covariance })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Combinatorial, FoldSize, PurgedFolds};
    use super::*;
    use trimtab_math::covariance::sample;

    #[test]
    fn sums_of_folds_are_the_moments_of_the_fit() {
        let wave = |j: usize| -> Vec<f64> {
            (0..97).map(|t| 5.0 + ((t * t + 3 * t * j) as f64 * 0.37).sin()).collect()
        };
        let columns = [wave(1), wave(2), wave(5)];
        let series = Trials::new(&columns).unwrap();
        let cv =
            Combinatorial::new(PurgedFolds::new(97, 7, 3, 4, FoldSize::Even).unwrap(), 3).unwrap();
        let moments = FoldMoments::new(&series, cv.folds().folds()).unwrap();
        for split in cv.splits() {
            let fitted: Vec<Vec<f64>> = columns
                .iter()
                .map(|c| split.train.iter().cloned().flatten().map(|t| c[t]).collect())
                .collect();
            let plain = sample(&Observations::from_columns(&fitted).unwrap()).unwrap();
            let fast = moments.of(&split.train).unwrap();
            for i in 0..3 {
                assert!((plain.mean[i] - fast.mean[i]).abs() < 1e-13);
                for j in 0..3 {
                    assert!((plain.covariance[(i, j)] - fast.covariance[(i, j)]).abs() < 1e-13);
                }
            }
        }
        assert!(moments.of(&[0..1]).is_err());
        assert!(FoldMoments::new(&series, &[0..98]).is_err());
    }
}
