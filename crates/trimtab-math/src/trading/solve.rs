//! The minimum by a short sequence of quadratic programmes.

use super::columns::{Column, InTrades, columns, rows};
use super::model::{Model, first_trade, newton, parabola, slope};
use super::{Traded, Trading};
use crate::linalg::Sym;
use crate::linalg::vector::{dot, max_abs};
use crate::qp::{self, Problem, QpError, Row, Solution};

/// Programmes solved at most. Five to ten are common.
const ROUNDS: usize = 100;

/// A point whose conditions of optimality hold to this part of their terms is the minimum.
const OPTIMAL: f64 = 1e-13;

/// A worse point is not handed out.
const RESIDUAL_MAX: f64 = 1e-8;

/// Programmes without progress after which rounding is all that is left.
const IDLE_MAX: usize = 4;

/// The first guess of a trade, as a part of the largest holding or limit.
const FIRST_GUESS: f64 = 0.01;

/// A step at whose end the objective rises no faster than this part of how it fell is taken whole.
const SETTLED: f64 = 0.1;

/// A trade below this part of an ordinary position is none: a millionth of a cent of a million.
const NEGLIGIBLE: f64 = 1e-14;

/// Below this part of an ordinary position a trade's model has the curvature of this one.
const FLATTENED: f64 = 1e-9;

/// Where all terms of a condition vanish (a point without variance and without trades), rounding
/// is measured against this part of an ordinary gradient.
const SMALL: f64 = 1e-6;

/// Halvings of the search along a step: they end at the last digit.
const HALVINGS: usize = 60;

/// Solves a problem with trading costs.
///
/// Without powers it is one quadratic programme in purchases and sales. With powers each programme
/// models `b v^(3/2)` by a parabola: Newton's where something is traded, one through zero where
/// nothing is yet; an exact search along the line makes every step a descent. Few series trade on
/// an ordinary day, and a column that stays at zero costs next to nothing.
///
/// # Errors
/// As [`qp::solve`]; conflicting constraints are those of the problem.
pub fn with_costs(problem: &Problem<'_, Sym>, trading: &Trading<'_>) -> Result<Traded, QpError> {
    trading.check(problem)?;
    let columns = columns(problem, trading);
    let rows = rows(problem, trading, &columns);
    let mut gradient: Vec<f64> = problem.quadratic.mul(trading.held);
    if !problem.linear.is_empty() {
        gradient.iter_mut().zip(problem.linear).for_each(|(g, c)| *g -= c);
    }
    let size = problem.ordinary().max(max_abs(trading.held));
    let search = Search { problem, trading, columns: &columns, rows: &rows, gradient, size };
    match search.run() {
        Err(QpError::Infeasible { .. }) => {
            // The problem itself names the conflict in its own constraints.
            let plain = qp::solve(problem, None);
            Err(plain.err().unwrap_or(QpError::Infeasible { subset: vec![] }))
        }
        Err(QpError::Unbounded { index }) => {
            Err(QpError::Unbounded { index: columns.get(index).map_or(0, |c| c.series) })
        }
        other => other,
    }
}

struct Search<'a> {
    problem: &'a Problem<'a, Sym>,
    trading: &'a Trading<'a>,
    columns: &'a [Column],
    rows: &'a [Row],
    /// `Q h - c`.
    gradient: Vec<f64>,
    /// An ordinary position.
    size: f64,
}

/// A point, its gradient without the costs, and the prices that go with it.
struct Point {
    v: Vec<f64>,
    row_prices: Vec<f64>,
    residual: f64,
}

impl Search<'_> {
    fn run(&self) -> Result<Traded, QpError> {
        let curved = self.columns.iter().any(|c| c.power > 0.0);
        let guess = FIRST_GUESS * self.size;
        let mut models: Vec<Model> =
            self.columns.iter().map(|c| parabola(c.power, guess, 0.0)).collect();
        let first = self.programme(&models, None)?;
        let mut best = self.judged(first.x.clone(), &first);
        if !curved {
            return Ok(self.traded(best, 1));
        }
        let (mut v, mut prices) = (best.v.clone(), best.row_prices.clone());
        let mut idle = 0;
        for programmes in 2..=ROUNDS {
            self.remodel(&mut models, &v, &prices);
            let next = self.programme(&models, Some(&v))?;
            let step: Vec<f64> = next.x.iter().zip(&v).map(|(n, v)| n - v).collect();
            let part = self.line(&v, &step, &next.row_prices);
            if part == 1.0 {
                v.clone_from(&next.x);
            } else {
                v.iter_mut().zip(&step).for_each(|(v, d)| *v += part * d);
            }
            for (v, c) in v.iter_mut().zip(self.columns) {
                if c.power > 0.0 && *v <= NEGLIGIBLE * self.size && c.lower == 0.0 {
                    *v = 0.0;
                }
            }
            prices.clone_from(&next.row_prices);
            let point = self.judged(v.clone(), &next);
            let better = point.residual < best.residual;
            idle = if better { 0 } else { idle + 1 };
            if better {
                best = point;
            }
            let rounding = best.residual <= RESIDUAL_MAX && idle >= IDLE_MAX;
            if best.residual <= OPTIMAL || rounding {
                return Ok(self.traded(best, programmes));
            }
        }
        Err(QpError::Stalled { steps: ROUNDS, residual: best.residual })
    }

    fn programme(&self, models: &[Model], start: Option<&[f64]>) -> Result<Solution, QpError> {
        let curvature: Vec<f64> = models.iter().map(|m| m.curvature).collect();
        let quadratic = InTrades::new(self.problem.quadratic, self.columns, &curvature);
        let linear: Vec<f64> = (self.columns.iter().zip(models))
            .map(|(c, m)| -c.sign * self.gradient[c.series] - c.linear - m.slope)
            .collect();
        let lower: Vec<f64> = self.columns.iter().map(|c| c.lower).collect();
        let upper: Vec<f64> = self.columns.iter().map(|c| c.upper).collect();
        let problem = Problem {
            quadratic: &quadratic,
            linear: &linear,
            lower: &lower,
            upper: &upper,
            rows: self.rows,
        };
        qp::solve(&problem, start)
    }

    /// Models at v. A column at zero whose first unit pays gets the parabola of the trade that
    /// would take the gain up.
    fn remodel(&self, models: &mut [Model], v: &[f64], row_prices: &[f64]) {
        let gradient = self.gradient_at(v);
        let least = FLATTENED * self.size;
        for ((model, c), &v) in models.iter_mut().zip(self.columns).zip(v) {
            if c.power == 0.0 {
                continue;
            }
            if v > 0.0 {
                *model = newton(c.power, v, least);
                continue;
            }
            let gain = self.held_up(c, row_prices) - c.sign * gradient[c.series] - c.linear;
            if gain > 0.0 {
                let q = self.problem.quadratic[(c.series, c.series)];
                *model = parabola(c.power, first_trade(c.power, q, gain), least);
            } else {
                *model = Model { slope: 0.0, ..*model };
            }
        }
    }

    /// `Q x - c` at the trades v.
    fn gradient_at(&self, v: &[f64]) -> Vec<f64> {
        let mut z = vec![0.0; self.trading.held.len()];
        for (c, v) in self.columns.iter().zip(v) {
            z[c.series] += c.sign * v;
        }
        let mut gradient = self.problem.quadratic.mul(&z);
        gradient.iter_mut().zip(&self.gradient).for_each(|(g, h)| *g += h);
        gradient
    }

    /// What the rows pay for a unit of a column.
    fn held_up(&self, c: &Column, row_prices: &[f64]) -> f64 {
        let of = |(row, y): (&Row, &f64)| y * row.coefficients[c.series];
        c.sign * self.problem.rows.iter().zip(row_prices).map(of).sum::<f64>()
    }

    /// A t in (0, 1] at which the objective along `v + t step` has all but stopped falling. The
    /// step keeps the rows, so their prices may be taken off the gradient: what is left is small
    /// near the end and keeps its digits.
    fn line(&self, v: &[f64], step: &[f64], row_prices: &[f64]) -> f64 {
        let reduced = |v: &[f64]| -> Vec<f64> {
            let gradient = self.gradient_at(v);
            let of = |c: &Column| c.sign * gradient[c.series] - self.held_up(c, row_prices);
            self.columns.iter().map(of).collect()
        };
        let end: Vec<f64> = v.iter().zip(step).map(|(v, d)| v + d).collect();
        let (here, there) = (reduced(v), reduced(&end));
        let slope_at = |t: f64| -> f64 {
            let of = |(k, c): (usize, &Column)| {
                let smooth = here[k] + t * (there[k] - here[k]);
                step[k] * (smooth + c.linear + slope(c.power, (v[k] + t * step[k]).max(0.0)))
            };
            self.columns.iter().enumerate().map(of).sum()
        };
        if slope_at(1.0) <= SETTLED * slope_at(0.0).abs() {
            return 1.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if slope_at(middle) < 0.0 { low = middle } else { high = middle }
        }
        low
    }

    /// The point with its prices, and how far it is from the conditions of optimality.
    fn judged(&self, v: Vec<f64>, solution: &Solution) -> Point {
        let gradient = self.gradient_at(&v);
        let n = gradient.len();
        let x = self.positions(&v);
        let unit = |i: usize| self.problem.quadratic[(i, i)].sqrt();
        let size: f64 = (0..n).map(|i| unit(i) * x[i].abs()).sum();
        let rows = |i: usize| -> f64 {
            let of = |(row, y): (&Row, &f64)| (y * row.coefficients[i]).abs();
            self.problem.rows.iter().zip(&solution.row_prices).map(of).sum()
        };
        let c = |i: usize| self.problem.linear.get(i).map_or(0.0, |c| c.abs());
        // What is common to all terms: gradients differ by less than the largest is rounded to.
        let common = (0..n).map(|i| unit(i) * size + c(i)).fold(0.0, f64::max);
        let floor = SMALL * self.ordinary_gradient();
        let mut residual: f64 = solution.residual;
        for (column, &v) in self.columns.iter().zip(&v) {
            let i = column.series;
            let up = column.sign * gradient[i] + column.linear + slope(column.power, v.max(0.0));
            let r = up - self.held_up(column, &solution.row_prices);
            if v == 0.0 && self.is_negligible(column, -r) {
                continue;
            }
            let wrong = match (v <= column.lower, v >= column.upper) {
                (true, true) => 0.0,
                (true, false) => (-r).max(0.0),
                (false, true) => r.max(0.0),
                (false, false) => r.abs(),
            };
            let terms = common + rows(i) + column.linear;
            if wrong > 0.0 {
                residual = residual.max(wrong / terms.max(floor));
            }
        }
        Point { v, row_prices: solution.row_prices.clone(), residual }
    }

    /// What a gradient is at an ordinary position.
    fn ordinary_gradient(&self) -> f64 {
        let steepest = self.problem.quadratic.diagonal().into_iter().fold(0.0, f64::max);
        let cost = |c: &Column| c.linear + slope(c.power, self.size);
        let costs = self.columns.iter().map(cost).fold(0.0, f64::max);
        (steepest * self.size + max_abs(self.problem.linear) + costs).max(f64::MIN_POSITIVE)
    }

    /// Whether the trade that takes a gain of the first unit up is too small to see.
    fn is_negligible(&self, c: &Column, gain: f64) -> bool {
        let q = self.problem.quadratic[(c.series, c.series)];
        c.power > 0.0 && gain > 0.0 && first_trade(c.power, q, gain) <= NEGLIGIBLE * self.size
    }

    fn positions(&self, v: &[f64]) -> Vec<f64> {
        let mut x = self.trading.held.to_vec();
        for (c, &v) in self.columns.iter().zip(v) {
            if v == 0.0 {
                continue;
            }
            // A trade to a bound ends there exactly.
            x[c.series] = match (c.sign > 0.0, v == c.upper, v == c.lower) {
                (true, true, _) => self.problem.upper[c.series],
                (true, _, true) => self.problem.lower[c.series],
                (false, true, _) => self.problem.lower[c.series],
                (false, _, true) => self.problem.upper[c.series],
                _ => x[c.series] + c.sign * v,
            };
        }
        x
    }

    fn traded(&self, point: Point, programmes: usize) -> Traded {
        let x = self.positions(&point.v);
        let qx = self.problem.quadratic.mul(&x);
        let quadratic = dot(&x, &qx).max(0.0);
        let cost = (x.iter().zip(self.trading.held).enumerate())
            .map(|(j, (x, h))| self.trading.cost(j, x - h))
            .sum::<f64>();
        let along = if self.problem.linear.is_empty() { 0.0 } else { dot(self.problem.linear, &x) };
        Traded {
            value: 0.5 * quadratic - along + cost,
            cost,
            quadratic,
            bound_prices: self.bound_prices(&x, &point.row_prices),
            row_prices: point.row_prices,
            programmes,
            residual: point.residual,
            x,
        }
    }

    /// What is left of the gradient at a bound once rows and costs have taken their part.
    fn bound_prices(&self, x: &[f64], row_prices: &[f64]) -> Vec<f64> {
        let mut gradient = self.problem.quadratic.mul(x);
        for (j, c) in self.problem.linear.iter().enumerate() {
            gradient[j] -= c;
        }
        for (row, y) in self.problem.rows.iter().zip(row_prices) {
            crate::linalg::vector::axpy(-y, &row.coefficients, &mut gradient);
        }
        let price = |(j, g): (usize, f64)| {
            let (a, z) = (self.trading.linear[j], x[j] - self.trading.held[j]);
            let power = slope(self.trading.power_of(j), z.abs());
            // The cost falls, rises, or, untraded, takes up anything up to a either way.
            let left = match z.partial_cmp(&0.0) {
                Some(std::cmp::Ordering::Greater) => g + a + power,
                Some(std::cmp::Ordering::Less) => g - a - power,
                _ => g - g.clamp(-a, a),
            };
            match (x[j] == self.problem.lower[j], x[j] == self.problem.upper[j]) {
                (true, true) => left,
                (true, false) => left.max(0.0),
                (false, true) => left.min(0.0),
                (false, false) => 0.0,
            }
        };
        gradient.into_iter().enumerate().map(price).collect()
    }
}
