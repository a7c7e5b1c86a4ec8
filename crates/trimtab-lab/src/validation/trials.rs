//! Returns of several trials over the same periods.
use trimtab_core::{Error, Result};

/// Returns of several trials (strategies, parameter sets) over the same periods: T periods, N trials, finite numbers.
///
/// Stored period by period, because every method here adds periods up for all trials at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Trials {
    periods: usize,
    count: usize,
    rows: Vec<f64>,
}

impl Trials {
    /// Puts columns side by side, one for each trial.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] for no trial, fewer than two periods, columns of different lengths, or a number
    /// that is not finite.
    pub fn new<C: AsRef<[f64]>>(columns: &[C]) -> Result<Self> {
        let periods = columns.first().map_or(0, |column| column.as_ref().len());
        if periods < 2 {
            return Err(Error::data("trials need at least two periods of at least one trial"));
        }
        for (ix, column) in columns.iter().map(AsRef::as_ref).enumerate() {
            if column.len() != periods {
                let said =
                    format!("trial {ix} has {} periods, the first has {periods}", column.len());
                return Err(Error::data(said).hint("compare trials over the same dates"));
            }
            if let Some(t) = column.iter().position(|x| !x.is_finite()) {
                return Err(Error::data(format!("trial {ix} has no number in period {t}"))
                    .hint("cut all trials to the periods that each of them has"));
            }
        }
        let count = columns.len();
        let mut rows = vec![0.0; periods * count];
        for (j, column) in columns.iter().enumerate() {
            for (t, x) in column.as_ref().iter().enumerate() {
                rows[t * count + j] = *x;
            }
        }
        Ok(Self { periods, count, rows })
    }

    /// T.
    pub fn periods(&self) -> usize {
        self.periods
    }
    /// N.
    pub fn count(&self) -> usize {
        self.count
    }
    /// One period of all trials.
    pub fn period(&self, t: usize) -> &[f64] {
        &self.rows[t * self.count..][..self.count]
    }
    /// All periods of one trial.
    pub fn trial(&self, j: usize) -> impl Iterator<Item = f64> + '_ {
        self.rows.iter().skip(j).step_by(self.count).copied()
    }

    /// The same trials less a benchmark, period by period.
    ///
    /// # Errors
    /// [`trimtab_core::Kind::Data`] when the benchmark has another length or a number that is not finite.
    pub fn less(&self, benchmark: &[f64]) -> Result<Self> {
        if benchmark.len() != self.periods || benchmark.iter().any(|b| !b.is_finite()) {
            let said =
                format!("a benchmark of {} numbers for {} periods", benchmark.len(), self.periods);
            return Err(Error::data(said).hint("give one finite number for each period"));
        }
        let mut less = self.clone();
        for (row, b) in less.rows.chunks_mut(self.count).zip(benchmark) {
            row.iter_mut().for_each(|x| *x -= b);
        }
        Ok(less)
    }

    /// Mean of each trial.
    pub fn means(&self) -> Vec<f64> {
        let mut means = vec![0.0; self.count];
        for row in self.rows.chunks(self.count) {
            means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x);
        }
        means.iter_mut().for_each(|mean| *mean /= self.periods as f64);
        means
    }

    /// Deviations from the means, period by period.
    pub(super) fn centred(&self) -> (Vec<f64>, Self) {
        let (means, mut centred) = (self.means(), self.clone());
        for row in centred.rows.chunks_mut(self.count) {
            row.iter_mut().zip(&means).for_each(|(x, mean)| *x -= mean);
        }
        (means, centred)
    }

    /// Standard deviation of each trial, divisor T - 1.
    pub fn deviations(&self) -> Vec<f64> {
        let (_, centred) = self.centred();
        let mut squares = vec![0.0; self.count];
        for row in centred.rows.chunks(self.count) {
            squares.iter_mut().zip(row).for_each(|(sum, x)| *sum += x * x);
        }
        squares.into_iter().map(|sum| (sum / (self.periods - 1) as f64).sqrt()).collect()
    }

    /// Sharpe ratio of a period of each trial, mean over deviation; 0 for a trial that never varies.
    pub fn sharpes(&self) -> Vec<f64> {
        let ratio =
            |(mean, deviation): (f64, f64)| if deviation > 0.0 { mean / deviation } else { 0.0 };
        self.means().into_iter().zip(self.deviations()).map(ratio).collect()
    }

    /// Mean correlation between two different trials; `None` for a single trial or when fewer than two trials vary.
    ///
    /// With z the standardised returns it is `(var(sum z) - N) / (N (N - 1))`: one pass instead of one for each pair.
    pub fn correlation_mean(&self) -> Option<f64> {
        let (deviations, (_, centred)) = (self.deviations(), self.centred());
        let varying = deviations.iter().filter(|d| **d > 0.0).count() as f64;
        if varying < 2.0 {
            return None;
        }
        let standardised = |(x, d): (&f64, &f64)| if *d > 0.0 { x / d } else { 0.0 };
        let square =
            |row: &[f64]| row.iter().zip(&deviations).map(standardised).sum::<f64>().powi(2);
        let variance =
            centred.rows.chunks(self.count).map(square).sum::<f64>() / (self.periods - 1) as f64;
        Some((variance - varying) / (varying * (varying - 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharpes_and_correlation_by_hand() {
        let a = [0.01, 0.03, -0.01, 0.01];
        let b: Vec<f64> = a.iter().map(|x| 0.5 * x).collect();
        let c: Vec<f64> = a.iter().map(|x| -x).collect();
        let trials = Trials::new(&[&a[..], &b, &c]).unwrap();
        // Mean 0.01, deviation sqrt(8e-4 / 3).
        let sharpe = 0.01 / (8e-4_f64 / 3.0).sqrt();
        for (s, e) in trials.sharpes().iter().zip([sharpe, sharpe, -sharpe]) {
            assert!((s - e).abs() < 1e-14);
        }
        // Correlations 1, -1, -1.
        assert!((trials.correlation_mean().unwrap() + 1.0 / 3.0).abs() < 1e-14);
        assert_eq!(trials.less(&a).unwrap().trial(0).collect::<Vec<_>>(), [0.0; 4]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert!(Trials::new::<&[f64]>(&[]).is_err());
        assert!(Trials::new(&[vec![1.0, 2.0], vec![1.0]]).is_err());
        assert!(Trials::new(&[vec![1.0, f64::NAN]]).is_err());
        assert!(Trials::new(&[vec![1.0, 2.0]]).unwrap().less(&[1.0]).is_err());
    }
}
