//! The end of a solution: fresh sums, a last correction, and what is handed out.

use super::engine::{Engine, Place};
use super::steps::{Check, Stop};
use super::{QpError, Quadratic};
use crate::linalg::vector::{dot, max_abs};

/// Reduced gradients up to so many times what rounding leaves on the free columns are rounding.
const NOISE: f64 = 4.0;

/// A correction below this part of the largest element cannot be told from rounding of x.
const POINT_ZERO: f64 = 1e-13;

/// Where the terms of a condition vanish (a point at zero, a series without variance), rounding is
/// measured against this part of the largest terms of the problem.
const SMALL: f64 = 1e-6;

/// The minimum of a [`super::Problem`] and what its constraints cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// x.
    pub x: Vec<f64>,
    /// `1/2 x'Q x - c'x`.
    pub value: f64,
    /// `x'Q x`.
    pub quadratic: f64,
    /// Price of each row: by how much the value rises per unit by which the side of the row that
    /// binds is raised. Positive at a lower side, negative at an upper side, 0 if neither binds.
    pub row_prices: Vec<f64>,
    /// Price of each variable's bound, with the same sign: positive at a lower bound that binds,
    /// negative at an upper bound.
    pub bound_prices: Vec<f64>,
    /// Steps taken.
    pub steps: usize,
    /// Largest violation of the conditions of optimality (Karush, Kuhn and Tucker), each relative
    /// to the terms that cancel in it; never above 1e-8.
    pub residual: f64,
}

impl<Q: Quadratic> Engine<'_, Q> {
    /// Recomputes gradient and rows, corrects the free columns by one exact step.
    pub(super) fn verify(&mut self) -> Result<Check, QpError> {
        let gap = self.fresh_sums();
        self.solve_free(Some(&gap));
        if self.work.d.iter().all(|d| *d == 0.0) {
            return Ok(Check::Exact);
        }
        self.curve(None);
        let point_zero = POINT_ZERO * max_abs(&self.x);
        let (length, stop) = match max_abs(&self.work.d) <= point_zero {
            true => (1.0, Stop::Minimum), // rounding against a bound stops nobody
            false => self.reach(1.0, 1.0, None),
        };
        self.advance(length, None);
        if let Stop::Free(p) = stop {
            if self.free.len() == self.m {
                // A corner: the correction is rounding against a bound and changes nothing.
                return Ok(Check::Exact);
            }
            let (leaving, towards) = (self.free[p], self.work.d[p]);
            self.remove(p);
            self.rest_at_bound(leaving, towards);
            self.newton()?;
            return Ok(Check::Moved);
        }
        self.clamp_free();
        let correction = max_abs(&self.work.d);
        let (absolute, relative) = self.free_residual();
        self.noise = NOISE * absolute;
        if relative <= self.zero || correction <= point_zero {
            return Ok(Check::Exact);
        }
        self.refactor();
        self.newton()?;
        Ok(Check::Inexact)
    }

    /// Computes gradient and free slacks anew; how far the rows are from holding.
    pub(super) fn fresh_sums(&mut self) -> Vec<f64> {
        self.refresh_gradient();
        let mut gap = self.row_values();
        for i in 0..self.m {
            let s = self.n + i;
            if self.place[s] == Place::Free {
                self.x[s] = gap[i].max(self.lower[s]).min(self.upper[s]);
            }
            gap[i] -= self.x[s];
        }
        gap
    }

    /// Takes rounding beyond a bound back.
    pub(super) fn clamp_free(&mut self) {
        for k in 0..self.free.len() {
            let f = self.free[k];
            self.x[f] = self.x[f].max(self.lower[f]).min(self.upper[f]);
        }
    }

    /// Largest reduced gradient of a free column, as it is and relative to its terms.
    fn free_residual(&self) -> (f64, f64) {
        let scale = self.scale();
        let (mut absolute, mut relative) = (0.0_f64, 0.0_f64);
        for &f in &self.free {
            let r = self.reduced(f).abs();
            if r > 0.0 {
                absolute = absolute.max(r);
                relative = relative.max(r / self.terms(f, scale));
            }
        }
        (absolute, relative)
    }

    /// Largest violation of the conditions of optimality.
    pub(crate) fn residual(&self) -> f64 {
        let (far, unit) = (self.reach_max(), max_abs(&self.unit));
        let point = max_abs(&self.x[..self.n]).max(SMALL * far);
        let size = self.scale().size.max(SMALL * unit * point);
        let scale = self.scale_of(size);
        let floor = SMALL * (unit * size).max(SMALL * self.sigma * point);
        let mut worst: f64 = 0.0;
        for j in 0..self.n + self.m {
            let r = self.reduced(j);
            let wrong = match self.place[j] {
                Place::Fixed => 0.0,
                Place::Lower => (-r).max(0.0),
                Place::Upper => r.max(0.0),
                Place::Held | Place::Free => r.abs(),
            };
            if wrong > 0.0 {
                worst = worst.max(wrong / self.terms(j, scale).max(floor));
            }
        }
        for (i, value) in self.row_values().into_iter().enumerate() {
            let s = self.n + i;
            let wrong = (self.lower[s] - value).max(value - self.upper[s]).max(0.0);
            if wrong > 0.0 {
                worst = worst.max(wrong / (point + value.abs()));
            }
        }
        worst
    }

    /// Reduced gradient of a column at a bound, without the rounding that has the wrong sign.
    pub(super) fn price_of(&self, j: usize) -> f64 {
        let r = self.reduced(j);
        match self.place[j] {
            Place::Free | Place::Held => 0.0,
            Place::Fixed => r,
            Place::Lower => r.max(0.0),
            Place::Upper => r.min(0.0),
        }
    }

    /// Hands the point out, with the prices of the constraints.
    pub(crate) fn finish(self) -> Solution {
        let residual = self.residual();
        let n = self.n;
        let (row_prices, bound_prices) = self.prices();
        let along_c = dot(&self.c, &self.x[..n]);
        let quadratic = (dot(&self.g[..n], &self.x[..n]) + along_c).max(0.0);
        Solution {
            value: 0.5 * quadratic - along_c,
            quadratic,
            row_prices,
            bound_prices,
            steps: self.steps,
            residual,
            x: {
                let mut x = self.x;
                x.truncate(n);
                x
            },
        }
    }
}
