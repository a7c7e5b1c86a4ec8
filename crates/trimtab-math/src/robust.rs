//! Quadratic programmes whose linear term is known only to lie in a box or an ellipsoid: the best
//! that holds whatever it is.
//!
//! With c the expected returns, a box of half widths d around them takes `d'|x|` off the
//! worst case (R. H. Tutuncu and M. Koenig, Robust asset allocation, Annals of Operations Research
//! 132 (2004), pages 157-187), an ellipsoid `{c + W^(1/2) u : |u| <= k}` takes `k sqrt(x'W x)` (D.
//! Goldfarb and G. Iyengar, Robust portfolio selection problems, Mathematics of Operations Research
//! 28 (2003), pages 1-38; S. Ceria and R. A. Stubbs, Incorporating estimation errors into portfolio
//! selection, Journal of Asset Management 7 (2006), pages 109-127).

#![cfg_attr(test, allow(clippy::unwrap_used))]

use std::cell::RefCell;

use crate::linalg::vector::{dot, max_abs};
use crate::linalg::{Cholesky, Sym};
use crate::qp::{self, Problem, QpError, Solution};
use crate::roots::brent;
use crate::trading::{Traded, Trading, with_costs};

/// A margin below this part of an ordinary one is none: the corner of the norm at zero is meant.
const NONE: f64 = 1e-9;

/// Doublings of the margin before the problem is called unbounded: the means outgrow every margin.
const DOUBLINGS: usize = 100;

/// Size and shape of what is not known about c.
#[derive(Clone, Copy, Debug)]
pub struct Ellipsoid<'a> {
    /// W, positive semi-definite: the covariance of the estimate, say, that of the returns over T.
    pub shape: &'a Sym,
    /// k, not negative.
    pub radius: f64,
}

/// The minimum for the worst c of an ellipsoid.
#[derive(Clone, Debug, PartialEq)]
pub struct Robust {
    /// x.
    pub x: Vec<f64>,
    /// `1/2 x'Q x - c'x + k sqrt(x'W x)`.
    pub value: f64,
    /// `k sqrt(x'W x)`: what the worst c takes.
    pub margin: f64,
    /// `x'Q x`.
    pub quadratic: f64,
    /// Price of each row, with the sign of [`crate::qp::Solution::row_prices`].
    pub row_prices: Vec<f64>,
    /// Price of each variable's bound, with the same sign.
    pub bound_prices: Vec<f64>,
    /// Quadratic programmes solved.
    pub programmes: usize,
    /// Largest violation of the conditions of optimality, relative to the terms that cancel in it.
    pub residual: f64,
}

/// Minimises `1/2 x'Q x - c'x + sum_j d_j |x_j|`: the worst of all c within d of the given one.
///
/// # Errors
/// As [`qp::solve`]; a half width must be finite and not negative.
pub fn in_box(problem: &Problem<'_, Sym>, half_widths: &[f64]) -> Result<Traded, QpError> {
    let held = vec![0.0; problem.quadratic.n()];
    with_costs(problem, &Trading { held: &held, linear: half_widths, power: &[] })
}

/// Minimises `1/2 x'Q x - c'x + k sqrt(x'W x)`: the worst of all c in the ellipsoid.
///
/// As `2 sqrt(v) = min over s > 0 of v/s + s`, this is the quadratic programme with the matrix
/// `Q + k/s W` at the s that equals its own `sqrt(x'W x)`. The least value is convex in s, so that
/// one search along a line finds it to the last digit, each programme starting from the one before.
///
/// # Errors
/// As [`qp::solve`]; the radius must be finite and not negative.
pub fn in_ellipsoid(
    problem: &Problem<'_, Sym>,
    ellipsoid: &Ellipsoid<'_>,
) -> Result<Robust, QpError> {
    let n = problem.quadratic.n();
    if ellipsoid.shape.n() != n {
        let found = ellipsoid.shape.n();
        return Err(QpError::Shape { what: "rows of the ellipsoid's shape", expected: n, found });
    }
    if !(ellipsoid.radius >= 0.0 && ellipsoid.radius.is_finite()) {
        return Err(QpError::NotFinite { what: "radius of the ellipsoid", index: 0 });
    }
    let Ok(root) = Cholesky::new(ellipsoid.shape) else {
        return Err(QpError::NotConvex { index: 0 });
    };
    let search = Search { problem, ellipsoid, root, last: RefCell::new(None) };
    if ellipsoid.radius == 0.0 {
        let plain = qp::solve(problem, None)?;
        return Ok(search.robust(plain, 1.0, 1));
    }
    search.run()
}

struct Search<'a> {
    problem: &'a Problem<'a, Sym>,
    ellipsoid: &'a Ellipsoid<'a>,
    /// The factor of W.
    root: Cholesky,
    /// The solution met last, or the fault, and how many there were.
    last: RefCell<Option<(Result<Solution, QpError>, usize)>>,
}

impl Search<'_> {
    fn run(&self) -> Result<Robust, QpError> {
        // The least margin there is, and an ordinary one.
        let least = qp::solve(
            &Problem { quadratic: self.ellipsoid.shape, linear: &[], ..*self.problem },
            None,
        )?;
        let deepest = self.ellipsoid.shape.diagonal().into_iter().fold(0.0, f64::max).sqrt();
        let ordinary = deepest * self.problem.ordinary().max(max_abs(&least.x));
        if ordinary == 0.0 {
            let plain = qp::solve(self.problem, None)?;
            return Ok(self.robust(plain, 1.0, 2));
        }
        let low = self.deviation(&least.x).max(NONE * ordinary);
        let too_small = self.excess(low);
        self.fault()?;
        if too_small <= 0.0 {
            return self.done(low);
        }
        let mut high = 2.0 * low.max(1e-3 * ordinary);
        for doubling in 0.. {
            let excess = self.excess(high);
            self.fault()?;
            if excess <= 0.0 {
                break;
            }
            if doubling == DOUBLINGS {
                return Err(QpError::Unbounded { index: 0 });
            }
            high *= 2.0;
        }
        let root = brent(|s| self.excess(s), low, high, 0.0);
        self.fault()?;
        // Ends that rounding puts on one side of the answer are the answer.
        self.done(root.unwrap_or(low))
    }

    /// `sqrt(x'W x) / s - 1` at the solution for s. Falls through zero at the answer.
    fn excess(&self, s: f64) -> f64 {
        let start = match &*self.last.borrow() {
            Some((Ok(solution), _)) => Some(solution.x.clone()),
            Some((Err(_), _)) => return f64::NAN,
            None => None,
        };
        let solution = self.programme(s, start.as_deref());
        let excess = match &solution {
            Ok(solution) => self.deviation(&solution.x) / s - 1.0,
            Err(_) => f64::NAN,
        };
        let programmes = self.programmes() + 1;
        *self.last.borrow_mut() = Some((solution, programmes));
        excess
    }

    fn programme(&self, s: f64, start: Option<&[f64]>) -> Result<Solution, QpError> {
        let weight = self.ellipsoid.radius / s;
        let q = self.problem.quadratic.combine(1.0, self.ellipsoid.shape, weight);
        qp::solve(&Problem { quadratic: &q, ..*self.problem }, start)
    }

    /// `sqrt(x'W x)`.
    fn deviation(&self, x: &[f64]) -> f64 {
        self.root.norm(x)
    }

    fn programmes(&self) -> usize {
        self.last.borrow().as_ref().map_or(0, |(_, programmes)| *programmes)
    }

    fn fault(&self) -> Result<(), QpError> {
        match &*self.last.borrow() {
            Some((Err(fault), _)) => Err(fault.clone()),
            _ => Ok(()),
        }
    }

    fn done(&self, s: f64) -> Result<Robust, QpError> {
        self.excess(s);
        let programmes = self.programmes();
        match self.last.take() {
            Some((solution, _)) => Ok(self.robust(solution?, s, programmes)),
            None => Err(QpError::Stalled { steps: programmes, residual: 1.0 }),
        }
    }

    fn robust(&self, solution: Solution, s: f64, programmes: usize) -> Robust {
        let x = &solution.x;
        let deviation = self.deviation(x);
        let margin = self.ellipsoid.radius * deviation;
        let quadratic = self.problem.quadratic.quadratic_form(x).max(0.0);
        let linear = self.problem.linear;
        let along = if linear.is_empty() { 0.0 } else { dot(linear, x) };
        // Below s the slope of the norm is shorter than k, which at a corner is one of its slopes.
        let above = if margin > 0.0 { (deviation / s - 1.0).max(0.0) } else { 0.0 };
        Robust {
            value: 0.5 * quadratic - along + margin,
            margin,
            quadratic,
            residual: solution.residual.max(above),
            row_prices: solution.row_prices,
            bound_prices: solution.bound_prices,
            programmes,
            x: solution.x,
        }
    }
}
