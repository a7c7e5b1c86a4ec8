use super::{OnlineError, OnlinePortfolio, Period, project_onto_simplex, uniform, within};
use crate::symmetric::dot;

/// How the confidence in the weights enters the constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfidenceForm {
    /// By the variance of the growth, `epsilon - mu'x >= phi x' Sigma x` (CWMR-Var).
    Variance,
    /// By its deviation (CWMR-Stdev).
    Deviation,
}

/// Confidence weighted mean reversion (Li, Hoi, Zhao, Gopalkrishnan 2013, *Confidence weighted
/// mean reversion strategy for online portfolio selection*, prop. 4.1 and 4.2): the weights are the
/// mean mu of a normal distribution with diagonal covariance Sigma; each period it moves as little
/// as it can so that the growth under the last relatives stays below `threshold`, epsilon, at
/// confidence `phi`.
#[derive(Clone, Debug)]
pub struct ConfidenceWeighted {
    confidence: f64,
    threshold: f64,
    form: ConfidenceForm,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl ConfidenceWeighted {
    /// From equal weights and variances `1 / n^2`. The papers use phi = 2 (the 95 % quantile) and
    /// epsilon = 0.5.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(
        n: usize,
        confidence: f64,
        threshold: f64,
        form: ConfidenceForm,
    ) -> Result<Self, OnlineError> {
        let mean = uniform(n)?;
        Ok(Self {
            confidence: within("confidence", confidence, 0.0, 100.0)?,
            threshold: within("threshold", threshold, 0.0, 1e6)?,
            form,
            variance: vec![1.0 / (n * n) as f64; n],
            mean,
        })
    }

    /// The multiplier of the constraint: the largest root of `a l^2 + b l + c`, or 0.
    fn multiplier(a: f64, b: f64, c: f64) -> f64 {
        let discriminant = b * b - 4.0 * a * c;
        if a != 0.0 && discriminant > 0.0 {
            let root = discriminant.sqrt();
            ((-b + root) / (2.0 * a)).max((-b - root) / (2.0 * a)).max(0.0)
        } else if a == 0.0 && b != 0.0 {
            (-c / b).max(0.0)
        } else {
            0.0
        }
    }
}

impl OnlinePortfolio for ConfidenceWeighted {
    fn weights(&self) -> &[f64] {
        &self.mean
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.mean.len())?;
        let (phi, epsilon) = (self.confidence, self.threshold);
        // Sigma x; then the letters of the paper.
        let sx: Vec<f64> = self.variance.iter().zip(x).map(|(s, x)| s * x).collect();
        let (m, v, w) = (dot(&self.mean, x), dot(&sx, x), sx.iter().sum::<f64>());
        let x_bar = w / self.variance.iter().sum::<f64>();
        // V - x_bar W of the paper, as a sum that is exactly zero where all relatives are the same.
        let spread: f64 =
            self.variance.iter().zip(x).map(|(s, x)| s * (x - x_bar) * (x - x_bar)).sum();
        let gap = epsilon - m;
        let lambda = match self.form {
            ConfidenceForm::Variance => {
                let (a, b) = (2.0 * phi * v * spread, 2.0 * phi * v * gap + spread);
                Self::multiplier(a, b, gap - phi * v)
            }
            ConfidenceForm::Deviation => {
                // (spread + f)^2 - f^2 with f = phi^2 V / 2.
                let f = phi * phi * v / 2.0;
                let a = spread * (spread + 2.0 * f);
                Self::multiplier(a, 2.0 * gap * (spread + f), gap * gap - phi * phi * v)
            }
        };
        let mut mean = self.mean.clone();
        for ((mu, s), x) in mean.iter_mut().zip(&self.variance).zip(x) {
            *mu -= lambda * s * (x - x_bar);
        }
        self.shrink(lambda, v, x);
        self.mean = project_onto_simplex(&mean);
        let sum: f64 = self.mean.iter().sum();
        self.mean.iter_mut().for_each(|b| *b /= sum);
        Ok(())
    }
}

impl ConfidenceWeighted {
    /// The covariance after a step: more certain in proportion to the squared relatives, then
    /// scaled to a sum of 1 / n.
    fn shrink(&mut self, lambda: f64, v: f64, x: &[f64]) {
        let n = x.len() as f64;
        let phi = self.confidence;
        let gain = match self.form {
            ConfidenceForm::Variance => 2.0 * lambda * phi,
            ConfidenceForm::Deviation => {
                let l = lambda * phi * v;
                let root = ((l * l + 4.0 * v).sqrt() - l) / 2.0;
                if root == 0.0 { 0.0 } else { lambda * phi / root }
            }
        };
        for (s, x) in self.variance.iter_mut().zip(x) {
            *s = 1.0 / (1.0 / *s + gain * x * x);
        }
        // A covariance about to become singular gets a rounding unit added, as by the authors.
        let determinant: f64 = self.variance.iter().product();
        if self.form == ConfidenceForm::Deviation && determinant <= f64::EPSILON {
            self.variance.iter_mut().for_each(|s| *s += f64::EPSILON);
        }
        let sum: f64 = self.variance.iter().sum();
        self.variance.iter_mut().for_each(|s| *s /= sum * n);
    }
}
