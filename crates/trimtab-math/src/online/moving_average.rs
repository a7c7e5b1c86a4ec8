use super::{OnlineError, OnlinePortfolio, Period, project_onto_simplex, uniform, within};
use crate::symmetric::dot;

/// The price a series is expected to return to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MovingAverage {
    /// OLMAR-1: the mean of the last `window` prices. After the first period the weights stay; up to
    /// period `window` the last relative is expected again (so the authors' code).
    Simple {
        /// Prices in the mean, at least 2.
        window: usize,
    },
    /// OLMAR-2: `alpha p_t + (1 - alpha)` times the last average, starting at the first price.
    Exponential {
        /// Share of the last price, between 0 and 1.
        alpha: f64,
    },
}

/// Online moving average reversion (Li, Hoi 2012, *On-line portfolio selection with moving average
/// reversion*, alg. 1 and 2): with the expected relatives `e = average / last price` the weights
/// move towards an expected growth of at least `threshold`, epsilon:
/// `b + lambda (e - mean e)`, `lambda = max(0, epsilon - e'b) / |e - mean e|^2`, onto the simplex.
#[derive(Clone, Debug)]
pub struct MovingAverageReversion {
    threshold: f64,
    average: MovingAverage,
    weights: Vec<f64>,
    /// The last relatives for the simple mean, the last one first; the expected relatives else.
    memory: Vec<Vec<f64>>,
    seen: usize,
}

impl MovingAverageReversion {
    /// From equal weights. The paper's epsilon is 10, its window 5, its alpha 0.5.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(n: usize, threshold: f64, average: MovingAverage) -> Result<Self, OnlineError> {
        let memory = match average {
            MovingAverage::Simple { window } => {
                within("window", window as f64, 2.0, 1e6)?;
                vec![]
            }
            MovingAverage::Exponential { alpha } => {
                within("alpha", alpha, 0.0, 1.0)?;
                vec![vec![1.0; n]]
            }
        };
        let threshold = within("threshold", threshold, 0.0, 1e6)?;
        Ok(Self { threshold, average, weights: uniform(n)?, memory, seen: 0 })
    }

    /// Average over last price, after the period `x`.
    fn expected(&mut self, x: &[f64]) -> Vec<f64> {
        match self.average {
            MovingAverage::Simple { window } => {
                self.memory.insert(0, x.to_vec());
                self.memory.truncate(window);
                self.seen += 1;
                if self.seen == 1 {
                    return vec![1.0; x.len()];
                }
                if self.seen <= window {
                    return x.to_vec();
                }
                let mut price = vec![1.0; x.len()];
                let mut mean = vec![0.0; x.len()];
                for relatives in &self.memory {
                    for ((m, p), x) in mean.iter_mut().zip(&mut price).zip(relatives) {
                        *m += 1.0 / *p;
                        *p *= x;
                    }
                }
                mean.iter().map(|m| m / window as f64).collect()
            }
            MovingAverage::Exponential { alpha } => {
                for (e, x) in self.memory[0].iter_mut().zip(x) {
                    *e = alpha + (1.0 - alpha) * *e / x;
                }
                self.memory[0].clone()
            }
        }
    }
}

impl OnlinePortfolio for MovingAverageReversion {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let expected = self.expected(x);
        self.weights = towards(&self.weights, &expected, self.threshold);
        Ok(())
    }
}

/// The weights nearest to b on the simplex after a step that lifts the expected growth to the
/// threshold.
pub(super) fn towards(b: &[f64], expected: &[f64], threshold: f64) -> Vec<f64> {
    let mean = expected.iter().sum::<f64>() / expected.len() as f64;
    let apart: Vec<f64> = expected.iter().map(|e| e - mean).collect();
    let denominator = dot(&apart, &apart);
    if denominator == 0.0 {
        return b.to_vec();
    }
    let lambda = (threshold - dot(expected, b)).max(0.0) / denominator;
    let moved: Vec<f64> = b.iter().zip(&apart).map(|(b, a)| b + lambda * a).collect();
    project_onto_simplex(&moved)
}
