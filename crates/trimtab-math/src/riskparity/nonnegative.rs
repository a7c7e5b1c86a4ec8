use super::RiskParityError;
use crate::symmetric::{axpy, dot};

/// A series whose residual variance, given the chosen ones, is below this share of its own is
/// taken as a combination of them: below, the factor has lost all but a few digits.
const DEPENDENT: f64 = 1e-11;

/// How far the conditions of optimality may be missed, relative to a correlation of one.
const TOLERANCE: f64 = 1e-12;

/// `min 1/2 y' C y - m' y, y >= 0`, C with a unit diagonal, by an active set with a Cholesky factor of the chosen rows
/// (Lawson, Hanson 1974, ch. 23). Scaled to `m' y = 1` its solution has the least `y' C y`; the
/// largest element of m should be about 1.
pub(crate) struct Nonnegative<'a> {
    c: &'a [f64],
    m: &'a [f64],
    n: usize,
    /// Chosen rows, in the order of the factor.
    set: Vec<usize>,
    /// Lower factor of C on the set, row by row, row k with k + 1 elements.
    factor: Vec<Vec<f64>>,
    y: Vec<f64>,
    /// m - C y.
    gradient: Vec<f64>,
}

impl<'a> Nonnegative<'a> {
    pub(crate) fn new(c: &'a [f64], m: &'a [f64]) -> Self {
        let n = m.len();
        Self { c, m, n, set: vec![], factor: vec![], y: vec![0.0; n], gradient: m.to_vec() }
    }

    /// Zero everywhere where no element of m is positive.
    pub(crate) fn solve(mut self) -> Result<Vec<f64>, RiskParityError> {
        // A set never returns, because the objective falls; the bound only guards rounding.
        for _ in 0..20 * self.n + 100 {
            let Some(entering) = self.steepest() else { return Ok(self.y) };
            self.enter(entering)?;
            self.descend()?;
            self.update_gradient();
        }
        Err(RiskParityError::NotConverged {
            residual: self.gradient.iter().fold(0.0_f64, |m, g| m.max(*g)),
        })
    }

    /// The row outside the set whose weight would lower the objective fastest; the first of equals.
    fn steepest(&self) -> Option<usize> {
        let mut best = (TOLERANCE, None);
        for (i, &g) in self.gradient.iter().enumerate() {
            if g > best.0 && !self.set.contains(&i) {
                best = (g, Some(i));
            }
        }
        best.1
    }

    /// Adds a row to the set; where it depends on the rows in it, first moves along the direction
    /// without variance until one of them leaves.
    fn enter(&mut self, row: usize) -> Result<(), RiskParityError> {
        loop {
            let column: Vec<f64> = self.set.iter().map(|&j| self.c[row * self.n + j]).collect();
            let half = self.forward(column);
            let rest = self.c[row * self.n + row] - dot(&half, &half);
            if rest > DEPENDENT {
                self.set.push(row);
                self.factor.push([half, vec![rest.sqrt()]].concat());
                return Ok(());
            }
            if rest < -1e-8 {
                return Err(RiskParityError::Indefinite);
            }
            let direction: Vec<f64> = self.backward(half).iter().map(|z| -z).collect();
            let (k, t) = self.blocking(&direction).ok_or(RiskParityError::Riskless)?;
            for (&j, d) in self.set.iter().zip(&direction) {
                self.y[j] += t * d;
            }
            self.y[row] += t;
            self.leave(k);
        }
    }

    /// Moves to the minimum over the set; rows whose weight would turn negative leave on the way.
    fn descend(&mut self) -> Result<(), RiskParityError> {
        while !self.set.is_empty() {
            let half = self.forward(self.set.iter().map(|&j| self.m[j]).collect());
            let goal = self.backward(half);
            let direction: Vec<f64> =
                self.set.iter().zip(&goal).map(|(&j, g)| g - self.y[j]).collect();
            match self.blocking(&direction) {
                Some((k, t)) if t < 1.0 => {
                    for (&j, d) in self.set.iter().zip(&direction) {
                        self.y[j] += t * d;
                    }
                    self.leave(k);
                }
                _ => {
                    for (&j, g) in self.set.iter().zip(&goal) {
                        self.y[j] = *g;
                    }
                    break;
                }
            }
        }
        if self.y.iter().any(|y| !y.is_finite()) {
            return Err(RiskParityError::Indefinite);
        }
        Ok(())
    }

    /// First place of the set whose weight reaches zero along the direction, and how far that is.
    fn blocking(&self, direction: &[f64]) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for (k, (&j, &d)) in self.set.iter().zip(direction).enumerate() {
            if d < 0.0 {
                let t = -self.y[j] / d;
                if best.is_none_or(|(_, b)| t < b) {
                    best = Some((k, t));
                }
            }
        }
        best
    }

    /// Takes place k out of the set and restores the factor below it by rotations.
    fn leave(&mut self, k: usize) {
        self.y[self.set[k]] = 0.0;
        self.set.remove(k);
        self.factor.remove(k);
        for i in k..self.factor.len() {
            // Row i has one element too many: rotate columns i and i + 1 of the rows from i on.
            let (a, b) = (self.factor[i][i], self.factor[i][i + 1]);
            let r = a.hypot(b);
            let (cos, sin) = (a / r, b / r);
            for row in &mut self.factor[i..] {
                let (a, b) = (row[i], row[i + 1]);
                row[i] = cos * a + sin * b;
                row[i + 1] = cos * b - sin * a;
            }
            self.factor[i].truncate(i + 1);
        }
    }

    /// Solves `L h = v`.
    fn forward(&self, mut v: Vec<f64>) -> Vec<f64> {
        for (k, row) in self.factor.iter().enumerate() {
            v[k] = (v[k] - dot(&row[..k], &v[..k])) / row[k];
        }
        v
    }

    /// Solves `L' z = h`.
    fn backward(&self, mut h: Vec<f64>) -> Vec<f64> {
        for (k, row) in self.factor.iter().enumerate().rev() {
            h[k] /= row[k];
            let z = h[k];
            axpy(-z, &row[..k], &mut h[..k]);
        }
        h
    }

    fn update_gradient(&mut self) {
        self.gradient.copy_from_slice(self.m);
        for &j in &self.set {
            axpy(-self.y[j], &self.c[j * self.n..(j + 1) * self.n], &mut self.gradient);
        }
    }
}
