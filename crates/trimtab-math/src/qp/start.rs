//! The first feasible point, cold or from a guess.

use super::engine::{Engine, Place};
use super::factor::PIVOT_MIN;
use super::steps::GRADIENT_ZERO;
use super::{Constraint, QpError, Quadratic};
use crate::linalg::vector::max_abs;

/// A row counts as met when it is off by no more than this part of its limit: three weights of
/// 0.3333333333 are a budget of 1.
const ROW_ZERO: f64 = 1e-9;

/// Rounding of a row relative to the largest x.
const SUM_ROUNDING: f64 = 1e-13;

/// A column adds to the span of others if this part of it is new.
const INDEPENDENT: f64 = 1e-7;

/// When more than this part of the variables must leave their cheap ends to meet the one row, the
/// search starts inside the bounds instead of at a corner.
const CORNER_FILL_MAX: f64 = 0.25;

impl<Q: Quadratic> Engine<'_, Q> {
    /// Finds a feasible point, near `start` if given, and the free columns of the first step.
    pub(crate) fn begin(&mut self, start: Option<&[f64]>) -> Result<(), QpError> {
        self.find_point(start)?;
        self.reach = self.reach_max();
        // A first guess of the multipliers, for the steps to start their corrections from.
        self.lambda.fill(0.0);
        self.solve_free(None);
        Ok(())
    }

    fn find_point(&mut self, start: Option<&[f64]>) -> Result<(), QpError> {
        self.refuse_crossed_bounds()?;
        let mean: f64 = self.unit.iter().map(|u| u * u).sum::<f64>() / self.n.max(1) as f64;
        self.sigma = if mean > 0.0 { mean } else { 1.0 };
        let single = self.m == 1 && self.lower[self.n] == self.upper[self.n];
        if start.is_none() && single && self.begin_single()? {
            self.refresh_gradient();
            return Ok(());
        }
        for j in 0..self.n {
            let wish = start.map_or(0.0, |x| x[j]);
            self.x[j] = wish.max(self.lower[j]).min(self.upper[j]);
            self.place[j] = self.resting_place(j);
        }
        self.seek_feasible()?;
        self.refresh_gradient();
        self.refactor();
        self.adopt_held();
        Ok(())
    }

    /// One equality row: fills it from the cheapest corner, or starts inside. `false` if some
    /// variable has no finite cheap end.
    fn begin_single(&mut self) -> Result<bool, QpError> {
        let (n, b) = (self.n, self.lower[self.n]);
        let (mut low, mut high) = (0.0, 0.0);
        for j in 0..n {
            let a = self.a[j];
            let (lo, hi) = self.ends(j);
            self.x[j] = lo;
            if !lo.is_finite() {
                return Ok(false);
            }
            low += a * lo;
            if a != 0.0 {
                high += a * hi;
            }
        }
        let slack = ROW_ZERO * b.abs() + SUM_ROUNDING * max_abs(&self.x[..n]);
        if low > b + slack || high < b - slack {
            return Err(self.infeasible_single(high < b));
        }
        // A row missed by rounding of its limit is taken to ask for what can be had.
        let b = b.max(low).min(high);
        (self.lower[n], self.upper[n]) = (b, b);
        let count = self.fill(b - low);
        if count as f64 > CORNER_FILL_MAX * n as f64 && count > 2 && high.is_finite() {
            let part = ((b - low) / (high - low)).clamp(0.0, 1.0);
            for j in 0..n {
                let (lo, hi) = self.ends(j);
                self.x[j] = lo + part * (hi - lo);
            }
        }
        for j in 0..n {
            self.place[j] = self.resting_place(j);
        }
        self.x[n] = b;
        self.place[n] = Place::Fixed;
        self.refactor();
        self.adopt_held();
        Ok(true)
    }

    /// The ends of variable j at which it adds least and most to the single row. One that adds
    /// nothing has two equal ends, its bound nearest to zero.
    fn ends(&self, j: usize) -> (f64, f64) {
        let (l, u) = (self.lower[j], self.upper[j]);
        if self.a[j] > 0.0 {
            (l, u)
        } else if self.a[j] < 0.0 {
            (u, l)
        } else {
            let nearest = 0.0_f64.max(l).min(u);
            (nearest, nearest)
        }
    }

    /// Raises variables from their low ends until the row has `missing` more, cheapest corner
    /// first; how many were touched.
    fn fill(&mut self, mut missing: f64) -> usize {
        if missing <= 0.0 {
            return 0;
        }
        let cheapest = (0..self.n)
            .filter(|&j| self.can_fill(j))
            .min_by(|&i, &j| self.corner_cost(i).total_cmp(&self.corner_cost(j)));
        let Some(cheapest) = cheapest else { return 0 };
        if self.capacity(cheapest) >= missing {
            self.x[cheapest] += missing / self.a[cheapest];
            return 1;
        }
        let mut order: Vec<(f64, usize)> =
            (0..self.n).filter(|&j| self.can_fill(j)).map(|j| (self.corner_cost(j), j)).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (count, &(_, j)) in order.iter().enumerate() {
            let room = self.capacity(j);
            if room >= missing {
                self.x[j] += missing / self.a[j];
                return count + 1;
            }
            self.x[j] = self.ends(j).1;
            missing -= room;
        }
        order.len()
    }

    fn can_fill(&self, j: usize) -> bool {
        self.a[j] != 0.0 && self.lower[j] < self.upper[j]
    }

    /// How much variable j can add to the single row.
    fn capacity(&self, j: usize) -> f64 {
        let (lo, hi) = self.ends(j);
        self.a[j] * (hi - lo)
    }

    /// The objective if variable j alone met the single row.
    fn corner_cost(&self, j: usize) -> f64 {
        let x = self.lower[self.n] / self.a[j];
        0.5 * x * x * self.unit[j] * self.unit[j] - self.c[j] * x
    }

    /// All ends on the side that cannot reach the row, and the row.
    fn infeasible_single(&self, too_low: bool) -> QpError {
        let mut subset = vec![Constraint::Row(0)];
        for j in 0..self.n {
            if self.a[j] != 0.0 {
                let upper = (self.a[j] > 0.0) == too_low;
                subset.push(if upper { Constraint::Upper(j) } else { Constraint::Lower(j) });
            }
        }
        QpError::Infeasible { subset }
    }

    fn refuse_crossed_bounds(&self) -> Result<(), QpError> {
        for j in 0..self.n + self.m {
            if self.lower[j] > self.upper[j] {
                let subset = match j < self.n {
                    true => vec![Constraint::Lower(j), Constraint::Upper(j)],
                    false => vec![Constraint::Row(j - self.n)],
                };
                return Err(QpError::Infeasible { subset });
            }
        }
        Ok(())
    }

    /// Drives the slacks into their limits by the simplex method on the sum of infeasibilities.
    /// On failure the certificate is left in `lambda`; see [`Engine::certificate`].
    pub(super) fn seek_feasible(&mut self) -> Result<(), QpError> {
        let (n, m) = (self.n, self.m);
        let values = self.row_values();
        self.x[n..].copy_from_slice(&values);
        let (sigma, curved) = (self.sigma, self.curved);
        if self.mark_infeasible(0.0) > 0 {
            (self.sigma, self.curved) = (1.0, false);
            self.g[..n].fill(0.0);
            self.factor.clear();
            self.free.clear();
            self.a_free.clear();
            for i in n..n + m {
                let pivot = self.prepare(i);
                self.append(i, pivot);
            }
            let found = self.reduce_infeasibility();
            (self.sigma, self.curved, self.noise) = (sigma, curved, 0.0);
            found?;
        } else {
            self.free = (n..n + m).collect();
            self.place[n..].fill(Place::Free);
        }
        Ok(())
    }

    fn reduce_infeasibility(&mut self) -> Result<(), QpError> {
        loop {
            if self.mark_infeasible(0.0) == 0 {
                self.measure_slacks();
                if self.mark_infeasible(0.0) == 0 {
                    return Ok(());
                }
            }
            self.solve_free(None);
            let scale = self.scale();
            // A variable already between its bounds spoils no corner: it goes first.
            let held = (0..self.n).find(|&j| {
                let zero = GRADIENT_ZERO * self.terms(j, scale) + self.noise;
                self.place[j] == Place::Held && self.reduced(j).abs() > zero
            });
            let entering = held.map(|j| (j, self.reduced(j))).or_else(|| self.price());
            match entering {
                Some((j, r)) => self.enter(j, r)?,
                None => return self.settle_for_less(),
            }
        }
    }

    /// The least sum of infeasibilities is not zero: takes what rows miss by rounding of their
    /// limits for the limits, or fails.
    fn settle_for_less(&mut self) -> Result<(), QpError> {
        if self.mark_infeasible(ROW_ZERO) > 0 {
            self.mark_infeasible(0.0);
            self.solve_free(None);
            return Err(QpError::Infeasible { subset: vec![] });
        }
        self.measure_slacks();
        for s in self.n..self.n + self.m {
            self.lower[s] = self.lower[s].min(self.x[s]);
            self.upper[s] = self.upper[s].max(self.x[s]);
        }
        Ok(())
    }

    /// Free slacks become what their rows say.
    fn measure_slacks(&mut self) {
        for (i, value) in self.row_values().into_iter().enumerate() {
            if self.place[self.n + i] == Place::Free {
                self.x[self.n + i] = value;
            }
        }
    }

    /// Sets the slopes of the slacks outside their limits by more than rounding and that part of
    /// the limit; their number.
    fn mark_infeasible(&mut self, part: f64) -> usize {
        let mut count = 0;
        let rounding = SUM_ROUNDING * max_abs(&self.x[..self.n]);
        for s in self.n..self.n + self.m {
            self.g[s] = 0.0;
            if self.free.len() == self.m && self.place[s] != Place::Free {
                continue;
            }
            let (l, u) = (self.lower[s], self.upper[s]);
            if self.x[s] < l - part * l.abs() - rounding {
                self.g[s] = -1.0;
                count += 1;
            } else if self.x[s] > u + part * u.abs() + rounding {
                self.g[s] = 1.0;
                count += 1;
            }
        }
        count
    }

    /// Builds the factor anew: m independent columns first (those now free, those between their
    /// bounds, slacks, others), then every other free column that adds curvature.
    pub(super) fn refactor(&mut self) {
        let was_free = std::mem::take(&mut self.free);
        self.factor.clear();
        self.a_free.clear();
        for &f in &was_free {
            self.place[f] = self.resting_place(f);
        }
        let inside = |j: &usize| self.place[*j] == Place::Held;
        let movable = |j: &usize| self.lower[*j] < self.upper[*j];
        let (n, total) = (self.n, self.n + self.m);
        let candidates: Vec<usize> = (was_free.iter().copied().filter(inside))
            .chain((0..total).filter(inside))
            .chain(was_free.iter().copied().filter(movable))
            .chain((n..total).chain(0..n).filter(movable))
            .chain(n..total)
            .collect();
        for j in self.independent_columns(&candidates) {
            let pivot = self.prepare(j);
            self.append(j, pivot.max(f64::MIN_POSITIVE));
        }
        for f in was_free {
            self.adopt(f);
        }
    }

    /// The first m columns among `candidates` that are independent in [A, -I].
    fn independent_columns(&self, candidates: &[usize]) -> Vec<usize> {
        let m = self.m;
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(m);
        let mut chosen = Vec::with_capacity(m);
        for &j in candidates {
            if chosen.len() == m {
                break;
            }
            let mut column: Vec<f64> = (0..m).map(|i| self.element(i, j)).collect();
            let size = max_abs(&column);
            if size <= INDEPENDENT || chosen.contains(&j) {
                continue;
            }
            for _ in 0..2 {
                for b in &basis {
                    let along = crate::linalg::vector::dot(b, &column);
                    crate::linalg::vector::axpy(-along, b, &mut column);
                }
            }
            let norm = crate::linalg::vector::dot(&column, &column).sqrt();
            if norm > INDEPENDENT * size {
                column.iter_mut().for_each(|v| *v /= norm);
                basis.push(column);
                chosen.push(j);
            }
        }
        chosen
    }

    /// Frees every variable that rests between its bounds and adds curvature.
    fn adopt_held(&mut self) {
        for j in 0..self.n + self.m {
            if self.place[j] == Place::Held {
                self.adopt(j);
            }
        }
    }

    fn adopt(&mut self, j: usize) {
        if matches!(self.place[j], Place::Free | Place::Fixed) {
            return;
        }
        let pivot = self.prepare(j);
        if pivot > PIVOT_MIN * self.diagonal(j) {
            self.append(j, pivot);
        }
    }
}
