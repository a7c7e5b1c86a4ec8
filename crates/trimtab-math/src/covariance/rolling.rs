//! [`Rolling`]: the covariance of a window that moves, updated instead of computed anew.

use super::{CovarianceError, Moments};
use crate::linalg::{Observations, ObservationsError, Sym};

/// Moves after which the sums are computed anew. Each move rounds by some epsilon of the sums, so
/// that fifty leave about 1e-14 of the variances; refreshing costs a fiftieth of what is saved.
const REFRESH: usize = 50;

/// Covariance of a window of `window` observations over N series that are known as a whole.
///
/// A move by k observations costs 2 k N² multiply-adds instead of `window` N²; where that is no
/// gain, the window is computed anew. Sums are taken about the mean of the first window, so that
/// little cancels.
pub struct Rolling<'a> {
    series: &'a [&'a [f64]],
    window: usize,
    /// End (exclusive) of the window the sums belong to; 0 before the first.
    end: usize,
    moves: usize,
    shift: Vec<f64>,
    /// `sum (x - shift)`.
    sums: Vec<f64>,
    /// `sum (x - shift)(x - shift)'`.
    products: Sym,
}

impl<'a> Rolling<'a> {
    /// Prepares windows over the given series.
    ///
    /// # Errors
    /// [`CovarianceError::TooFew`] for a window below two or beyond the series.
    pub fn new(series: &'a [&'a [f64]], window: usize) -> Result<Self, CovarianceError> {
        let t = series.iter().map(|s| s.len()).min().unwrap_or(0);
        if window < 2 {
            return Err(CovarianceError::TooFew { needed: 2, found: window });
        }
        if window > t {
            return Err(CovarianceError::TooFew { needed: window, found: t });
        }
        let n = series.len();
        let (shift, sums, products) = (vec![0.0; n], vec![0.0; n], Sym::zeros(n));
        Ok(Self { series, window, end: 0, moves: 0, shift, sums, products })
    }

    /// Mean and covariance (divisor T - 1) of the window that ends before `end`.
    ///
    /// # Errors
    /// An observation that is not finite, or an `end` that leaves less than a window or lies
    /// beyond the series ([`ObservationsError::Empty`]).
    pub fn at(&mut self, end: usize) -> Result<Moments, ObservationsError> {
        let known = self.series.iter().map(|s| s.len()).min().unwrap_or(0);
        if end < self.window || end > known {
            return Err(ObservationsError::Empty);
        }
        let distance = end.abs_diff(self.end);
        if self.end == 0 || 2 * distance >= self.window || self.moves >= REFRESH {
            self.refresh(end)?;
        } else if distance > 0 {
            self.exchange(end)?;
            self.end = end;
            self.moves += 1;
        }
        Ok(self.moments())
    }

    fn refresh(&mut self, end: usize) -> Result<(), ObservationsError> {
        let x = self.slice(end - self.window, end)?;
        self.shift = x.mean();
        let x = x.centred(&self.shift);
        self.sums = x.project(&vec![1.0; self.window]);
        x.gram_into(1.0, &mut self.products);
        self.end = end;
        self.moves = 0;
        Ok(())
    }

    /// Adds the observations that come into the window and takes away those that leave it.
    fn exchange(&mut self, end: usize) -> Result<(), ObservationsError> {
        let (from, to) = (self.end.min(end), self.end.max(end));
        let later = if end > self.end { 1.0 } else { -1.0 };
        let k = to - from;
        let both: Vec<Vec<f64>> = (self.series.iter())
            .map(|s| [&s[from..to], &s[from - self.window..to - self.window]].concat())
            .collect();
        let x = Observations::from_columns(&both)?.centred(&self.shift);
        let signs: Vec<f64> = (0..2 * k).map(|i| if i < k { later } else { -later }).collect();
        for (s, v) in self.sums.iter_mut().zip(x.project(&signs)) {
            *s += v;
        }
        x.add_gram(&signs, &mut self.products);
        Ok(())
    }

    fn slice(&self, from: usize, to: usize) -> Result<Observations, ObservationsError> {
        let parts: Vec<&[f64]> = self.series.iter().map(|s| &s[from..to]).collect();
        Observations::from_columns(&parts)
    }

    fn moments(&self) -> Moments {
        let t = self.window as f64;
        let n = self.sums.len();
        let mean = self.shift.iter().zip(&self.sums).map(|(a, s)| a + s / t).collect();
        let scale = 1.0 / (t - 1.0);
        let mut covariance = self.products.clone();
        for (j, column) in covariance.as_mut_slice().chunks_mut(n).enumerate() {
            let sum = self.sums[j];
            for (v, s) in column.iter_mut().zip(&self.sums) {
                *v = (*v - s * sum / t) * scale;
            }
        }
        Moments { mean, covariance }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn moving_is_the_same_as_computing_anew() {
        let series: Vec<Vec<f64>> = (0..11)
            .map(|j| (0..900).map(|t| 0.01 * ((t * (j + 2)) as f64 * 0.731).sin() + 1e-3).collect())
            .collect();
        let series: Vec<&[f64]> = series.iter().map(|s| &s[..]).collect();
        let mut rolling = Rolling::new(&series, 60).unwrap();
        let ends = (60..900).chain([880, 800, 795, 60, 900, 880]);
        for end in ends {
            let fast = rolling.at(end).unwrap();
            let parts: Vec<&[f64]> = series.iter().map(|s| &s[end - 60..end]).collect();
            let plain = sample(&Observations::from_columns(&parts).unwrap()).unwrap();
            let gap = fast.covariance.combine(1.0, &plain.covariance, -1.0).norm();
            assert!(gap <= 1e-13 * plain.covariance.norm(), "{end}: {gap:e}");
            for (a, b) in fast.mean.iter().zip(&plain.mean) {
                assert!((a - b).abs() < 1e-16);
            }
        }
    }

    #[test]
    fn windows_outside_the_series_are_refused() {
        let series: [&[f64]; 1] = [&[1.0, 2.0, 3.0]];
        assert!(Rolling::new(&series, 4).is_err());
        assert!(Rolling::new(&series, 1).is_err());
        let mut rolling = Rolling::new(&series, 2).unwrap();
        assert!(rolling.at(1).is_err() && rolling.at(4).is_err());
        assert_eq!(rolling.at(3).unwrap().mean, vec![2.5]);
        let hole: [&[f64]; 1] = [&[1.0, f64::NAN, 3.0]];
        assert!(Rolling::new(&hole, 2).unwrap().at(2).is_err());
    }
}
