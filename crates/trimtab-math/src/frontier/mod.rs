//! The efficient frontier by the critical line: every corner portfolio, and exact points between.
//!
//! For a mean vector mu and a covariance Q the frontier is the set of
//! `x(gamma) = argmin 1/2 x'Q x - gamma mu'x` under bounds and linear rows, gamma from 0 to
//! infinity. Between two corners x is a straight line, its mean linear and its variance quadratic,
//! so that a finite list of corners holds the whole frontier.
//!
//! Sources: H. Markowitz, Portfolio Selection, Wiley 1959, chapter VIII; D. Bailey and M. Lopez de
//! Prado, Algorithms 6 (2013), pages 169-196; A. and D. Niedermayer, Applying Markowitz's critical
//! line algorithm, University of Bern 2006. Unlike these the walk starts at the least variance,
//! takes any linear rows, and allows a singular Q: where a direction has no curvature the frontier
//! has a straight piece, whose two ends are corners with the same gamma.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod ratio;
mod target;
mod trace;

use std::fmt;

use crate::qp::{Problem, QpError, Quadratic};
pub use ratio::{BestRatio, max_ratio};
use target::part_of_variance;
pub use target::{TargetError, at_mean, at_variance};
use trace::{Tracer, Walk};

/// All corners of a frontier, least mean first.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontier {
    corners: Vec<Point>,
    /// `x'Q y` for each corner x and its successor y, and for the last corner and the ray.
    cross: Vec<f64>,
    /// A point beyond the last corner, if the mean is unbounded.
    ray: Option<Point>,
}

/// A point of a frontier. The prices are those of `1/2 x'Q x - gamma mu'x`; see
/// [`crate::qp::Solution`] for their signs.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// x.
    pub x: Vec<f64>,
    /// `mu'x`.
    pub mean: f64,
    /// `x'Q x`.
    pub variance: f64,
    /// gamma, the price of the mean: `d(1/2 variance) / d(mean)`.
    pub gamma: f64,
    /// Price of each row.
    pub row_prices: Vec<f64>,
    /// Price of each variable's bound.
    pub bound_prices: Vec<f64>,
}

impl Frontier {
    /// Walks the whole frontier. `problem.linear` is mu.
    ///
    /// # Errors
    /// [`QpError`]; [`QpError::Unbounded`] if the mean grows without end at no cost of variance.
    pub fn trace<Q: Quadratic>(problem: &Problem<'_, Q>) -> Result<Self, QpError> {
        let mut tracer = start(problem)?;
        let (mut corners, mut cross) = (vec![point(&tracer)], vec![]);
        loop {
            let walk = tracer.step()?;
            let last = corners.last_mut().expect("the first corner is there");
            let next = point(&tracer);
            match walk {
                Walk::Top => return Ok(Self { corners, cross, ray: None }),
                Walk::Flat(index) => return Err(QpError::Unbounded { index }),
                // Of the points with the least variance the one of greatest mean counts.
                Walk::Corner if next.gamma == 0.0 => *last = next,
                Walk::Corner if next.gamma == last.gamma && next.x == last.x => *last = next,
                Walk::Corner => {
                    cross.push(tracer.covariance_with(&last.x));
                    corners.push(next);
                }
                Walk::Ray => {
                    cross.push(tracer.covariance_with(&last.x));
                    return Ok(Self { corners, cross, ray: Some(next) });
                }
            }
        }
    }

    /// The corners, least mean first.
    #[must_use]
    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    /// Whether the mean grows without end beyond the last corner.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        self.ray.is_some()
    }

    /// The point of least variance with the given mean.
    ///
    /// # Errors
    /// [`OffFrontier`] if the mean is outside the efficient frontier.
    pub fn at_mean(&self, mean: f64) -> Result<Point, OffFrontier> {
        let (first, last) = self.ends();
        let mean = settled(mean, &[first.mean, last.mean]);
        // Ends that mean the same may be in the wrong order by a rounding.
        let beyond = mean > last.mean.max(first.mean) && self.ray.is_none();
        if mean.is_nan() || mean < first.mean || beyond {
            return Err(OffFrontier { wanted: mean, least: first.mean, most: last.mean });
        }
        let k = self.corners.partition_point(|c| c.mean <= mean).saturating_sub(1);
        let Some(next) = self.after(k) else { return Ok(self.corners[k].clone()) };
        let here = &self.corners[k];
        Ok(self.between(k, (mean - here.mean) / (next.mean - here.mean)))
    }

    /// The point of greatest mean with at most the given variance.
    ///
    /// # Errors
    /// [`OffFrontier`] if the variance is below the least one. A variance above that of the point
    /// of greatest mean gives that point.
    pub fn at_variance(&self, variance: f64) -> Result<Point, OffFrontier> {
        let (first, last) = self.ends();
        let variance = settled(variance, &[first.variance]);
        if variance.is_nan() || variance < first.variance {
            let (least, most) = (first.variance, last.variance);
            return Err(OffFrontier { wanted: variance, least, most });
        }
        let k = self.corners.partition_point(|c| c.variance <= variance).saturating_sub(1);
        let Some(next) = self.after(k) else { return Ok(self.corners[k].clone()) };
        let here = &self.corners[k];
        Ok(self.between(k, part_of_variance(here, next, self.cross[k], variance)))
    }

    fn ends(&self) -> (&Point, &Point) {
        let last = self.corners.last().expect("a frontier has a corner");
        (&self.corners[0], last)
    }

    fn after(&self, k: usize) -> Option<&Point> {
        self.corners.get(k + 1).or(self.ray.as_ref())
    }

    /// The point at part t of the way from corner k to what comes after it.
    fn between(&self, k: usize, t: f64) -> Point {
        match self.after(k) {
            Some(b) => between(&self.corners[k], b, self.cross[k], t),
            None => self.corners[k].clone(),
        }
    }
}

/// The point at part t of the way from a to b, `cross = a'Q b`.
fn between(a: &Point, b: &Point, cross: f64, t: f64) -> Point {
    let s = 1.0 - t;
    let mix = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| s * a + t * b).collect();
    Point {
        x: mix(&a.x, &b.x),
        mean: s * a.mean + t * b.mean,
        variance: s * s * a.variance + 2.0 * s * t * cross + t * t * b.variance,
        gamma: s * a.gamma + t * b.gamma,
        row_prices: mix(&a.row_prices, &b.row_prices),
        bound_prices: mix(&a.bound_prices, &b.bound_prices),
    }
}

/// Targets that differ from an end of the frontier by no more than this part of it mean that end.
const END: f64 = 1e-12;

/// The target, or the end that it means.
fn settled(target: f64, ends: &[f64]) -> f64 {
    let size = ends.iter().fold(0.0_f64, |m, e| m.max(e.abs()));
    ends.iter().copied().find(|e| (target - e).abs() <= END * size).unwrap_or(target)
}

/// A walk at its first point.
fn start<'a, Q: Quadratic>(problem: &Problem<'a, Q>) -> Result<Tracer<'a, Q>, QpError> {
    let n = problem.quadratic.n();
    if problem.linear.len() != n {
        let found = problem.linear.len();
        return Err(QpError::Shape { what: "means", expected: n, found });
    }
    Tracer::new(problem, None)
}

fn point<Q: Quadratic>(tracer: &Tracer<'_, Q>) -> Point {
    let (row_prices, bound_prices) = tracer.prices();
    Point {
        x: tracer.x().to_vec(),
        mean: tracer.mean(),
        variance: tracer.variance(),
        gamma: tracer.gamma(),
        row_prices,
        bound_prices,
    }
}

/// A mean or variance that the frontier does not have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffFrontier {
    /// what was asked for
    pub wanted: f64,
    /// the least there is
    pub least: f64,
    /// the most there is
    pub most: f64,
}

impl fmt::Display for OffFrontier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wanted, least, most } = self;
        write!(f, "{wanted} is outside the frontier, which runs from {least} to {most}")
    }
}

impl std::error::Error for OffFrontier {}
