use super::RiskParityError;
use super::budgeting::{RiskBudgeting, finish};
use crate::symmetric::{axpy, dot, multiply};

/// Passes over all coordinates before the descent gives up. Each one shrinks the error by a factor
/// of 2 to 10 on common covariances; only near-singular hedges need hundreds.
const PASSES_MAX: usize = 100_000;

/// Cyclical coordinate descent on `1/2 x' S x - lambda sum b_i ln x_i` within bounds (Griveau-
/// Billion, Richard, Roncalli 2013; with bounds Richard, Roncalli 2019, s. 3.2). One coordinate:
/// with `c = (S x)_i - S_ii x_i`, the root `(-c + sqrt(c^2 + 4 S_ii lambda b_i)) / (2 S_ii)`,
/// clamped.
pub(super) struct Descent<'a> {
    s: &'a [f64],
    b: &'a [f64],
    lower: Vec<f64>,
    upper: Vec<f64>,
    pub(super) x: Vec<f64>,
    /// S x, kept up to date by every change of a coordinate.
    pub(super) sx: Vec<f64>,
}

impl<'a> Descent<'a> {
    /// Without upper bounds, from a diagonal start.
    pub(super) fn free(s: &'a [f64], n: usize, b: &'a [f64]) -> Self {
        let x = (0..n).map(|i| (b[i] / s[i * n + i]).sqrt()).collect();
        Self::from(s, b, (vec![0.0; n], vec![f64::INFINITY; n]), x)
    }

    /// From x, which is clamped to the bounds first.
    pub(super) fn from(
        s: &'a [f64],
        b: &'a [f64],
        (lower, upper): (Vec<f64>, Vec<f64>),
        mut x: Vec<f64>,
    ) -> Self {
        for i in 0..b.len() {
            x[i] = x[i].clamp(lower[i], upper[i]);
        }
        let sx = vec![0.0; b.len()];
        Self { s, b, lower, upper, x, sx }
    }

    /// Descends at lambda = 1 and normalises.
    pub(super) fn solve(mut self) -> Result<RiskBudgeting, RiskParityError> {
        let passes = self.descend(1.0)?;
        finish(self.s, self.b, self.x, passes)
    }

    /// Descends until no coordinate moves by more than rounding; returns the passes.
    pub(super) fn descend(&mut self, lambda: f64) -> Result<usize, RiskParityError> {
        let mut idle = 0;
        for pass in 0..PASSES_MAX {
            if pass % 16 == 0 {
                // The running product gathers rounding.
                self.refresh();
            }
            let moved = self.pass(lambda);
            if !self.x.iter().all(|x| x.is_finite() && *x < 1e150) {
                return Err(RiskParityError::Riskless);
            }
            let total: f64 = self.x.iter().sum();
            idle = if moved <= 4.0 * f64::EPSILON * total { idle + 1 } else { 0 };
            if idle == 2 {
                self.refresh();
                return Ok(pass + 1);
            }
        }
        self.refresh();
        let residual = self.residual(lambda);
        if residual <= super::budgeting::TOLERANCE {
            return Ok(PASSES_MAX);
        }
        Err(RiskParityError::NotConverged { residual })
    }

    /// S x computed afresh.
    pub(super) fn refresh(&mut self) {
        multiply(self.s, self.b.len(), &self.x, &mut self.sx);
    }

    /// Largest violation of the optimality conditions, relative to the variance.
    pub(super) fn residual(&self, lambda: f64) -> f64 {
        let variance = dot(&self.x, &self.sx);
        let mut worst = 0.0_f64;
        for i in 0..self.b.len() {
            // The gradient times x: zero inside, >= 0 at the lower bound, <= 0 at the upper one.
            let g = (self.x[i] * self.sx[i] - lambda * self.b[i]) / variance;
            let (low, high) = (self.x[i] <= self.lower[i], self.x[i] >= self.upper[i]);
            let miss = match (low, high) {
                (true, true) => 0.0,
                (true, false) => (-g).max(0.0),
                (false, true) => g.max(0.0),
                (false, false) => g.abs(),
            };
            worst = worst.max(miss);
        }
        worst
    }

    /// One pass; the largest change of a coordinate.
    fn pass(&mut self, lambda: f64) -> f64 {
        let n = self.b.len();
        let mut moved = 0.0_f64;
        for i in 0..n {
            let row = &self.s[i * n..(i + 1) * n];
            let (a, x) = (row[i], self.x[i]);
            let c = self.sx[i] - a * x;
            let new = positive_root(a, c, lambda * self.b[i]).clamp(self.lower[i], self.upper[i]);
            let change = new - x;
            if change != 0.0 {
                self.x[i] = new;
                axpy(change, row, &mut self.sx);
                moved = moved.max(change.abs());
            }
        }
        moved
    }
}

/// The root x >= 0 of `a x^2 + c x - b = 0`, a > 0, b >= 0, without cancellation.
fn positive_root(a: f64, c: f64, b: f64) -> f64 {
    let root = (c * c + 4.0 * a * b).sqrt();
    if c > 0.0 { 2.0 * b / (c + root) } else { (root - c) / (2.0 * a) }
}

#[cfg(test)]
mod tests {
    use super::positive_root;

    #[test]
    fn root_keeps_its_digits_where_the_terms_cancel() {
        assert_eq!(positive_root(1.0, 0.0, 4.0), 2.0);
        assert_eq!(positive_root(2.0, -6.0, 0.0), 3.0);
        assert_eq!(positive_root(2.0, 6.0, 0.0), 0.0);
        let x = positive_root(1.0, 1e8, 1.0);
        assert!((x * (x + 1e8) - 1.0).abs() < 1e-15);
    }
}
