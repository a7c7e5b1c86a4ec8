//! What the walk along a frontier asks of the engine: the optimum as a function of the linear term.

use super::engine::{Engine, Place};
use super::factor::PIVOT_MIN;
use super::steps::Stop;
use super::{QpError, Quadratic};
use crate::linalg::vector::{axpy, dot, max_abs};

/// Differences of means below this part of them are rounding.
const MEAN_ROUNDING: f64 = 4.0 * f64::EPSILON;

/// A correction at a corner above this part of x says that the walk has lost the optimum.
const LOST: f64 = 1e-9;

impl<Q: Quadratic> Engine<'_, Q> {
    /// x.
    pub(crate) fn point(&self) -> &[f64] {
        &self.x[..self.n]
    }

    /// `x'Q x`; rounding below zero is zero.
    pub(crate) fn variance(&self) -> f64 {
        self.covariance_with(self.point()).max(0.0)
    }

    /// `y'Q x`.
    pub(crate) fn covariance_with(&self, y: &[f64]) -> f64 {
        dot(&self.g[..self.n], y) + dot(&self.c, y)
    }

    /// Multipliers of the rows as given, and of the bounds; see [`super::Solution`].
    pub(crate) fn prices(&self) -> (Vec<f64>, Vec<f64>) {
        let rows = (0..self.m).map(|i| self.price_of(self.n + i) / self.row_scale[i]).collect();
        (rows, (0..self.n).map(|j| self.price_of(j)).collect())
    }

    /// The linear term becomes `gamma mean`; the gradient is not touched.
    pub(crate) fn set_linear(&mut self, mean: &[f64], gamma: f64) {
        for (c, mean) in self.c.iter_mut().zip(mean) {
            *c = gamma * mean;
        }
    }

    /// A gamma at which `gamma mean` is as large as `Q x`.
    pub(crate) fn natural_slope(&self, mean: &[f64]) -> f64 {
        let largest = max_abs(mean);
        if largest > 0.0 { self.sigma * self.reach / largest } else { 1.0 }
    }

    /// How x and the multipliers move per unit of gamma, into `work.d` and the returned vector;
    /// `work.h` becomes `Q d`.
    ///
    /// Twice: what the rows take up of the means in the first pass is taken off before the second,
    /// so that means which hardly differ keep their difference, and equal ones move nothing.
    pub(crate) fn rates(&mut self, mean: &[f64]) -> Vec<f64> {
        let mut rates = vec![0.0; self.m];
        let mut y = std::mem::take(&mut self.work.d);
        for _ in 0..2 {
            y.clear();
            for &f in &self.free {
                let own = if f < self.n { mean[f] } else { 0.0 };
                let (mut rest, mut terms) = (-own, own.abs());
                for (i, rate) in rates.iter().enumerate() {
                    let part = rate * self.element(i, f);
                    rest -= part;
                    terms += part.abs();
                }
                y.push(if rest.abs() <= MEAN_ROUNDING * terms { 0.0 } else { rest });
            }
            self.factor.forward(&mut y);
            let mut u = vec![0.0; self.m];
            self.factor.rows_of(&y, &mut u);
            self.factor.solve_rows(&mut u);
            self.factor.columns_of(&u, &mut y);
            axpy(1.0, &u, &mut rates);
        }
        self.factor.backward(&mut y);
        if self.free.len() == self.m {
            y.fill(0.0); // a corner of the limits stays where it is
        }
        self.work.d = y;
        self.curve(None);
        rates
    }

    /// How the reduced gradient of j moves per unit of gamma, after [`Engine::rates`].
    pub(crate) fn reduced_rate(&self, j: usize, mean: &[f64], lambda_rate: &[f64]) -> f64 {
        if j >= self.n {
            return lambda_rate[j - self.n];
        }
        let mut rate = self.work.h[j] - mean[j];
        for (i, l) in lambda_rate.iter().enumerate() {
            rate -= l * self.a[i * self.n + j];
        }
        rate
    }

    /// Moves gamma by `length`.
    pub(crate) fn follow(&mut self, length: f64, mean: &[f64], lambda_rate: &[f64]) {
        self.advance(length, None);
        axpy(-length, mean, &mut self.g[..self.n]);
        axpy(length, lambda_rate, &mut self.lambda);
    }

    /// The free column at place p has met the bound it moved to.
    pub(crate) fn leave(&mut self, p: usize) {
        let (leaving, towards) = (self.free[p], self.work.d[p]);
        self.remove(p);
        self.rest_at_bound(leaving, towards);
    }

    /// Column j, whose reduced gradient is zero, starts to move to the side of `sign`. Where that
    /// takes no curvature it moves at once, as far as the limits let it.
    pub(crate) fn join(&mut self, j: usize, sign: f64) -> Stop {
        let pivot = self.prepare(j);
        if pivot > PIVOT_MIN * self.diagonal(j) {
            self.append(j, pivot);
            return Stop::Minimum;
        }
        self.direction_of_entry(j);
        self.curve(Some(j));
        let (length, stop) = self.reach(sign, f64::INFINITY, Some(j));
        if stop == Stop::Never {
            return stop;
        }
        self.advance(sign * length, Some(j));
        for i in 0..self.m {
            self.lambda[i] += sign * length * self.work.u[i];
        }
        match stop {
            Stop::Free(p) => self.exchange(p, j, sign),
            _ => self.rest_at_bound(j, sign),
        }
        stop
    }

    /// Corrects point, gradient and multipliers by fresh sums.
    ///
    /// # Errors
    /// As [`Engine::minimise`], which is called if the walk has lost the optimum.
    pub(crate) fn polish(&mut self) -> Result<(), QpError> {
        let gap = self.fresh_sums();
        self.solve_free(Some(&gap));
        if self.free.len() == self.m {
            self.work.d.fill(0.0);
        }
        let large = max_abs(&self.work.d) > LOST * max_abs(self.point());
        if !large {
            self.curve(None);
            self.advance(1.0, None);
            self.clamp_free();
        }
        if large || self.lost_sign() {
            return self.minimise();
        }
        Ok(())
    }

    /// Whether a column at a bound would rather leave it, by more than rounding.
    fn lost_sign(&self) -> bool {
        let scale = self.scale();
        (0..self.n + self.m).any(|j| {
            let r = self.reduced(j);
            let wrong = match self.place[j] {
                Place::Free | Place::Fixed => return false,
                Place::Lower => -r,
                Place::Upper => r,
                Place::Held => r.abs(),
            };
            wrong > LOST * self.terms(j, scale)
        })
    }
}
