//! The steps of the active-set method: price, enter, follow the free columns to their minimum.

use super::engine::{Engine, Place};
use super::factor::PIVOT_MIN;
use super::{QpError, Quadratic};
use crate::linalg::vector::{dot, max_abs};

/// A reduced gradient smaller than this part of the terms that form it is zero. Fifty times what
/// the sums of some hundred terms round to.
pub(super) const GRADIENT_ZERO: f64 = 1e-14;

/// Gradients of a point whose variance has vanished fall without end: below this part of an
/// ordinary gradient they are nothing. Deviations 1e-11 apart still count.
const VANISHED: f64 = 1e-22;

/// A component of a direction below this part of the largest is rounding and stops nobody.
const COMPONENT_ZERO: f64 = 1e-12;

/// A component so much smaller than the largest, or than x, may be rounding in a nearly singular factor.
const WEAK: f64 = 1e-6;

/// A column that the rows alone would fix follows an entering one if its component is above this.
const FAINT: f64 = 1e-9;

/// Part of a column's movement that the rows must leave for it to be free to move.
const FREEDOM_MIN: f64 = 1e-10;

/// Rounding of x relative to its largest element.
const POINT_ROUNDING: f64 = 1e-15;

/// Steps without progress after which the first eligible column is taken instead of the steepest,
/// and the first to leave (Bland's rule), which cannot cycle.
const IDLE_MAX: usize = 40;

/// A step that moves x by less than this part of it is no progress.
const IDLE: f64 = 1e-13;

/// Steps allowed for each column. Active-set methods need about one to three; a hundred means
/// that rounding makes them run in circles.
const STEPS_PER_COLUMN: usize = 100;

/// What fresh sums say at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Check {
    /// The minimum over the free columns.
    Exact,
    /// The last correction met a bound.
    Moved,
    /// The gradient does not vanish.
    Inexact,
}

/// What ends a step along a direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// The minimum along it.
    Minimum,
    /// The free column at that place of F meets a bound.
    Free(usize),
    /// The entering column meets its other bound.
    Entering,
    /// Nothing.
    Never,
}

impl<Q: Quadratic> Engine<'_, Q> {
    /// From a feasible point to the minimum.
    pub(crate) fn minimise(&mut self) -> Result<(), QpError> {
        self.newton()?;
        for round in 0..ROUNDS {
            // The updates are believed for so many steps; then fresh sums have their say.
            for _ in 0..BELIEVED + self.n + self.m {
                let Some((j, r)) = self.price() else { break };
                self.enter(j, r)?;
            }
            if self.verify()? == Check::Exact && self.price().is_none() {
                break;
            }
            if round >= ROUNDS_STRICT {
                self.zero *= RELAXATION;
            }
        }
        self.accept()
    }

    fn accept(&self) -> Result<(), QpError> {
        let residual = self.residual();
        if residual <= RESIDUAL_MAX {
            return Ok(());
        }
        Err(QpError::Stalled { steps: self.steps, residual })
    }

    /// The column whose move lowers the objective fastest in its own unit, and its reduced
    /// gradient; after too many idle steps the first that lowers it at all.
    pub(super) fn price(&self) -> Option<(usize, f64)> {
        let scale = self.scale();
        let vanished = if self.curved { VANISHED * self.sigma * self.reach } else { 0.0 };
        let noise = self.noise.max(vanished);
        let mut best = None;
        let mut most = 0.0;
        for (j, &place) in self.place.iter().enumerate() {
            if matches!(place, Place::Free | Place::Fixed) {
                continue;
            }
            let r = self.reduced(j);
            let gain = match place {
                Place::Lower => -r,
                Place::Upper => r,
                _ => r.abs(),
            };
            if gain > most && gain > self.zero * self.terms(j, scale) + noise {
                best = Some((j, r));
                if self.idle > IDLE_MAX {
                    return best;
                }
                most = gain;
            }
        }
        best
    }

    /// Moves column j against its reduced gradient r, the free columns following, until the
    /// minimum along that line or a bound.
    pub(super) fn enter(&mut self, j: usize, r: f64) -> Result<(), QpError> {
        self.count_step()?;
        let pivot = self.prepare(j);
        let independent = pivot > PIVOT_MIN * self.diagonal(j);
        self.direction_of_entry(j);
        self.curve(Some(j));
        let curvature = self.checked_curvature(Some(j))?;
        let sign = if r > 0.0 { -1.0 } else { 1.0 };
        let flat = self.flat(FLAT, Some(j));
        let mut wanted = if curvature > flat { r.abs() / curvature } else { f64::INFINITY };
        if !independent && wanted > FAR * self.reach {
            wanted = f64::INFINITY; // the curvature is rounding
        }
        let (length, stop) = self.reach(sign, wanted, Some(j));
        let fled = self.curved && length > FLED * self.reach;
        if stop == Stop::Never || fled {
            if self.falls_along(j) {
                return Err(QpError::Unbounded { index: j.min(self.n - 1) });
            }
            self.noise = self.noise.max(r.abs()); // so small a slope is none
            return Ok(());
        }
        self.advance(sign * length, Some(j));
        for i in 0..self.m {
            self.lambda[i] += sign * length * self.work.u[i];
        }
        match stop {
            Stop::Minimum if independent => self.append(j, pivot),
            Stop::Minimum => self.place[j] = self.resting_place(j),
            Stop::Entering => self.rest_at_bound(j, sign),
            Stop::Free(p) => {
                self.exchange(p, j, sign);
                self.newton()?;
            }
            Stop::Never => {}
        }
        Ok(())
    }

    /// Whether fresh sums confirm that the objective falls when j moves.
    fn falls_along(&mut self, j: usize) -> bool {
        if !self.curved || self.c.iter().all(|c| *c == 0.0) {
            return false; // neither a sum of infeasibilities nor x'Q x can fall below zero
        }
        let gap = self.fresh_sums();
        self.solve_free(Some(&gap));
        let zero = CONFIRMED * self.terms(j, self.scale()) + NOTHING * self.sigma * self.reach;
        self.reduced(j).abs() > zero
    }

    /// The column at place p, which has met a bound, makes way for j.
    pub(super) fn exchange(&mut self, p: usize, j: usize, sign: f64) {
        let (leaving, towards) = (self.free[p], sign * self.work.d[p]);
        self.remove(p);
        self.rest_at_bound(leaving, towards);
        let pivot = self.prepare(j);
        if pivot > PIVOT_MIN * self.diagonal(j) {
            self.append(j, pivot);
        } else {
            self.place[j] = self.resting_place(j);
        }
    }

    /// Follows the free columns to the minimum over them, letting go those that meet a bound.
    pub(super) fn newton(&mut self) -> Result<(), QpError> {
        loop {
            self.solve_free(None);
            if self.free.len() == self.m || self.at_rest() {
                return Ok(());
            }
            self.count_step()?;
            self.curve(None);
            let curvature = self.checked_curvature(None)?;
            let slope: f64 = self.free.iter().zip(&self.work.d).map(|(&f, &d)| d * self.g[f]).sum();
            if slope >= 0.0 {
                return Ok(()); // rounding alone is left
            }
            // 1 but for rounding in a factor that is nearly singular.
            let curved = curvature > self.flat(FLAT, None);
            let wanted = if curved { -slope / curvature } else { f64::INFINITY };
            let wanted = if (wanted - 1.0).abs() < UNIT_STEP { 1.0 } else { wanted };
            let (length, stop) = self.reach(1.0, wanted, None);
            self.advance(length, None);
            match stop {
                Stop::Free(p) => {
                    let leaving = self.free[p];
                    let towards = self.work.d[p];
                    self.remove(p);
                    self.rest_at_bound(leaving, towards);
                }
                Stop::Never => {
                    return Err(QpError::Unbounded { index: self.free[0].min(self.n - 1) });
                }
                _ => return Ok(()),
            }
        }
    }

    /// `work.d` and `lambda` with `Q d + g = A' lambda` on F and `A d = -gap` (0 if not given).
    ///
    /// Solved for the change of lambda: where linear terms are far larger than `Q x` and the rows
    /// take them up, what is left of the gradient keeps its digits, and d keeps the rows.
    pub(super) fn solve_free(&mut self, gap: Option<&[f64]>) {
        let mut y = std::mem::take(&mut self.work.d);
        y.clear();
        y.extend(self.free.iter().map(|&f| self.reduced(f)));
        self.factor.forward(&mut y);
        let mut u = std::mem::take(&mut self.work.u);
        self.factor.rows_of(&y, &mut u);
        if let Some(gap) = gap {
            for (u, gap) in u.iter_mut().zip(gap) {
                *u -= gap;
            }
        }
        self.factor.solve_rows(&mut u);
        self.factor.columns_of(&u, &mut y);
        self.factor.backward(&mut y);
        for i in 0..self.m {
            self.lambda[i] += u[i] + gap.map_or(0.0, |gap| self.sigma * gap[i]);
        }
        self.work.d = y;
        self.work.u = u;
    }

    /// `work.d`: how the free columns follow a unit of j with the rows kept and the free gradient
    /// still a combination of them; `work.u`: how the multipliers follow.
    pub(super) fn direction_of_entry(&mut self, j: usize) {
        let mut d = std::mem::take(&mut self.work.d);
        d.clear();
        d.extend_from_slice(&self.work.l);
        let mut u = std::mem::take(&mut self.work.u);
        self.factor.rows_of(&d, &mut u);
        for (i, u) in u.iter_mut().enumerate() {
            *u -= self.element(i, j);
        }
        self.factor.solve_rows(&mut u);
        self.factor.columns_of(&u, &mut d);
        self.factor.backward(&mut d);
        self.work.d = d;
        self.work.u = u;
    }

    /// Largest number that x or its limits have.
    pub(super) fn reach_max(&self) -> f64 {
        let finite = |m: f64, v: &f64| if v.is_finite() { m.max(v.abs()) } else { m };
        let limits = self.lower.iter().chain(&self.upper).fold(0.0, finite);
        self.x.iter().fold(limits, finite)
    }

    /// Curvature below which a direction is flat: `part` of what it would have without
    /// correlation, `(sum sqrt(Q_jj) |d_j|)²`, or what rounding of d alone can bring about.
    fn flat(&self, part: f64, entering: Option<usize>) -> f64 {
        let entering_unit = entering.filter(|&j| j < self.n).map_or(0.0, |j| self.unit[j]);
        let (mut size, mut largest) = (entering_unit, entering.map_or(0.0, |_| 1.0_f64));
        let mut unit = entering_unit;
        for (&f, d) in self.free.iter().zip(&self.work.d) {
            largest = largest.max(d.abs());
            if f < self.n {
                size += self.unit[f] * d.abs();
                unit = unit.max(self.unit[f]);
            }
        }
        let rounding = DIRECTION_ZERO * largest * unit;
        (part * size * size).max(rounding * rounding)
    }

    fn checked_curvature(&self, entering: Option<usize>) -> Result<f64, QpError> {
        let curvature = self.curvature(entering);
        if curvature < 0.0 && curvature < -self.flat(NEGATIVE, entering) {
            let index = entering.or(self.free.first().copied()).unwrap_or(0);
            return Err(QpError::NotConvex { index: index.min(self.n - 1) });
        }
        Ok(curvature)
    }

    /// How far `sign work.d` (and `sign` at the entering column) may go: the shortest of `wanted`
    /// and the distances to bounds.
    pub(crate) fn reach(&mut self, sign: f64, wanted: f64, entering: Option<usize>) -> (f64, Stop) {
        let mut largest = entering.map_or(0.0, |_| 1.0);
        for d in &self.work.d {
            largest = d.abs().max(largest);
        }
        // Without an entering column the direction is a correction of x, and as small.
        let scale = if entering.is_some() { largest } else { max_abs(&self.x).max(largest) };
        let mut fixed = Vec::new();
        loop {
            let (length, stop) = self.nearest(sign, wanted, entering, (largest, &fixed));
            let Stop::Free(p) = stop else { return (length, stop) };
            let size = self.work.d[p].abs();
            let surely = size >= WEAK * scale || (entering.is_some() && size >= FAINT * scale);
            if surely || self.removable(p) {
                return (length, stop);
            }
            fixed.push(p);
        }
    }

    /// As [`Engine::reach`], some places being fixed by the rows. Among equal distances the
    /// largest component stops, which keeps the factor well conditioned.
    fn nearest(
        &self,
        sign: f64,
        wanted: f64,
        entering: Option<usize>,
        (largest, fixed): (f64, &[usize]),
    ) -> (f64, Stop) {
        let mut length = wanted;
        let mut stop = if wanted.is_finite() { Stop::Minimum } else { Stop::Never };
        let mut component = 0.0;
        if let Some(j) = entering {
            let room =
                if sign > 0.0 { self.upper[j] - self.x[j] } else { self.x[j] - self.lower[j] };
            if room < length {
                (length, stop, component) = (room.max(0.0), Stop::Entering, 1.0);
            }
        }
        // A column that the whole step moves by less than x is rounded to stops nobody either.
        let rounding = POINT_ROUNDING * max_abs(&self.x);
        let negligible = (rounding / wanted).max(COMPONENT_ZERO * largest);
        for (p, (&f, &d)) in self.free.iter().zip(&self.work.d).enumerate() {
            let rate = sign * d;
            if rate.abs() <= negligible || fixed.contains(&p) {
                continue;
            }
            let room = self.room(f, rate);
            if room == f64::INFINITY {
                continue;
            }
            let time = if room <= rounding { 0.0 } else { room / rate.abs() };
            let better = match stop {
                Stop::Free(q) if self.idle > IDLE_MAX => f < self.free[q],
                Stop::Minimum => false,
                _ => rate.abs() > component,
            };
            if time < length || (time == length && better) {
                (length, stop, component) = (time, Stop::Free(p), rate.abs());
            }
        }
        (length, stop)
    }

    /// Whether the rows leave the column at place p of F any freedom. A column that they fix (a
    /// slack of a row that repeats another) moves by rounding alone and must stay.
    fn removable(&mut self, p: usize) -> bool {
        let mut y = vec![0.0; self.free.len()];
        y[p] = 1.0;
        self.factor.forward(&mut y);
        let all = dot(&y, &y);
        let mut t = vec![0.0; self.m];
        self.factor.rows_of(&y, &mut t);
        let mut u = t.clone();
        self.factor.solve_rows(&mut u);
        all - dot(&t, &u) > FREEDOM_MIN * all
    }

    /// Distance of a free column to the bound it moves to. A slack outside its limits, met only
    /// while a first feasible point is sought, stops where it becomes feasible.
    fn room(&self, f: usize, rate: f64) -> f64 {
        let x = self.x[f];
        if self.g_infeasible(f) {
            return match rate > 0.0 {
                true if x < self.lower[f] => self.lower[f] - x,
                false if x > self.upper[f] => x - self.upper[f],
                _ => f64::INFINITY,
            };
        }
        if rate > 0.0 { self.upper[f] - x } else { x - self.lower[f] }
    }

    /// Whether f is a slack that counts as infeasible.
    #[inline]
    fn g_infeasible(&self, f: usize) -> bool {
        !self.curved && f >= self.n && self.g[f] != 0.0
    }

    /// `x <- x + t d`, gradient alike.
    pub(super) fn advance(&mut self, t: f64, entering: Option<usize>) {
        for (&f, &d) in self.free.iter().zip(&self.work.d) {
            self.x[f] += t * d;
        }
        if let Some(j) = entering {
            self.x[j] += t;
        }
        if self.curved && t != 0.0 {
            crate::linalg::vector::axpy(t, &self.work.h, &mut self.g[..self.n]);
        }
        let moved = t.abs() * max_abs(&self.work.d).max(entering.map_or(0.0, |_| 1.0));
        let idle = moved <= IDLE * max_abs(&self.x);
        self.idle = if idle { self.idle + 1 } else { 0 };
    }

    /// Column j has met the bound it moved to.
    pub(super) fn rest_at_bound(&mut self, j: usize, towards: f64) {
        let infeasible = self.g_infeasible(j);
        let to_upper = (towards > 0.0) != infeasible;
        self.x[j] = if to_upper { self.upper[j] } else { self.lower[j] };
        self.place[j] = self.resting_place(j);
        if infeasible {
            self.g[j] = 0.0;
        }
    }

    /// Whether the free gradient already is a combination of the rows, up to rounding.
    fn at_rest(&self) -> bool {
        let scale = self.scale();
        self.free.iter().all(|&f| {
            let r = self.reduced(f);
            r == 0.0 || r.abs() <= REST * self.terms(f, scale)
        })
    }

    pub(super) fn count_step(&mut self) -> Result<(), QpError> {
        self.steps += 1;
        if self.steps > STEPS_PER_COLUMN * (self.n + self.m) + STEPS_PER_COLUMN {
            return Err(QpError::Stalled { steps: self.steps, residual: self.residual() });
        }
        Ok(())
    }
}

/// A step so near to 1 is the exact Newton step.
const UNIT_STEP: f64 = 1e-6;

/// Free gradients below this part of their terms need no further step: one rounding of a sum.
const REST: f64 = 1e-15;

/// Steps, besides one for each column, until gradient and multipliers are computed anew.
const BELIEVED: usize = 50;

/// Looks at the end with fresh sums. Nearly every problem needs one; each may show a column that
/// the updates missed, or let one go that met its bound.
const ROUNDS: usize = 40;

/// Looks before rounding is suspected of showing columns that are none; from then on the meaning
/// of zero widens.
const ROUNDS_STRICT: usize = 30;

/// Factor by which it widens: to 1e-8 at the last look, beyond which nothing is handed out.
const RELAXATION: f64 = 3.0;

/// A worse point is not handed out. Ordinary problems end near 1e-16.
const RESIDUAL_MAX: f64 = 1e-8;

/// Curvature below this part of its terms is rounding: a few times epsilon.
const FLAT: f64 = 1e-15;

/// A minimum so many times farther away than any number of the problem, found along a direction
/// that is flat but for rounding, is none.
const FAR: f64 = 1e8;

/// A step so many times longer than any number of the problem is a flight, even if bounds that
/// rounding put there end it.
const FLED: f64 = 1e12;

/// Part of its terms that a slope must be for a problem to be called unbounded.
const CONFIRMED: f64 = 1e-10;

/// Part of an ordinary gradient that it must be.
const NOTHING: f64 = 1e-18;

/// Components of a direction are rounded to this part of the largest.
const DIRECTION_ZERO: f64 = 1e-14;

/// Curvature below minus this part of its terms is no rounding: Q is not positive semi-definite.
const NEGATIVE: f64 = 1e-9;
