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

use crate::linalg::vector::max_abs;
use crate::qp::{Problem, QpError, Quadratic};
pub use ratio::{BestRatio, max_ratio};
use target::part_of_variance;
pub use target::{TargetError, at_mean, at_variance};
use trace::{Tracer, Walk};

/// All corners of a frontier, least mean first.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontier {
    /// The different ones of the turning points.
    corners: Vec<Point>,
    turning_points: Vec<Point>,
    /// `x'Q y` for each turning point x and its successor y, and for the last one and the ray.
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
        let (mut points, mut cross) = (vec![point(&tracer)], vec![]);
        loop {
            let walk = tracer.step()?;
            let last = points.last_mut().expect("the first point is there");
            let next = point(&tracer);
            match walk {
                Walk::Top => return Ok(Self::of(points, cross, None)),
                Walk::Flat(index) => return Err(QpError::Unbounded { index }),
                // Of the points with the least variance the one of greatest mean counts.
                Walk::Corner if next.gamma == 0.0 => *last = next,
                Walk::Corner if next.gamma == last.gamma && next.x == last.x => *last = next,
                Walk::Corner => {
                    cross.push(tracer.covariance_with(&last.x));
                    points.push(next);
                }
                Walk::Ray => {
                    cross.push(tracer.covariance_with(&last.x));
                    return Ok(Self::of(points, cross, Some(next)));
                }
            }
        }
    }

    fn of(turning_points: Vec<Point>, cross: Vec<f64>, ray: Option<Point>) -> Self {
        let mut corners: Vec<Point> = Vec::with_capacity(turning_points.len());
        for point in &turning_points {
            if corners.last().is_none_or(|last| !same(&last.x, &point.x)) {
                corners.push(point.clone());
            }
        }
        Self { corners, turning_points, cross, ray }
    }

    /// The corners, least mean first, each portfolio once; of a kink with the least gamma that it is best for.
    #[must_use]
    pub fn corners(&self) -> &[Point] {
        &self.corners
    }

    /// The turning points, least gamma first. Where the frontier has a kink, one portfolio is several of them: it is best
    /// for every gamma between theirs.
    #[must_use]
    pub fn turning_points(&self) -> &[Point] {
        &self.turning_points
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
        let k = self.turning_points.partition_point(|c| c.mean <= mean).saturating_sub(1);
        let Some(next) = self.after(k) else { return Ok(self.turning_points[k].clone()) };
        let here = &self.turning_points[k];
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
        let k = self.turning_points.partition_point(|c| c.variance <= variance).saturating_sub(1);
        let Some(next) = self.after(k) else { return Ok(self.turning_points[k].clone()) };
        let here = &self.turning_points[k];
        Ok(self.between(k, part_of_variance(here, next, self.cross[k], variance)))
    }

    fn ends(&self) -> (&Point, &Point) {
        let last = self.turning_points.last().expect("a frontier has a point");
        (&self.turning_points[0], last)
    }

    fn after(&self, k: usize) -> Option<&Point> {
        self.turning_points.get(k + 1).or(self.ray.as_ref())
    }

    /// The point at part t of the way from turning point k to what comes after it.
    fn between(&self, k: usize, t: f64) -> Point {
        match self.after(k) {
            Some(b) => between(&self.turning_points[k], b, self.cross[k], t),
            None => self.turning_points[k].clone(),
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

/// Points that differ by no more than this part of their largest element are one portfolio: rounding leaves some 1e-15.
const SAME: f64 = 1e-12;

fn same(a: &[f64], b: &[f64]) -> bool {
    let size = max_abs(a).max(max_abs(b));
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= SAME * size)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Sym;
    use crate::qp::Row;

    /// The first asset follows the fourth, so that the fourth waits: (1/2, 0, 1/2, 0) is best for every gamma from 1/4, where the
    /// second asset has left, to 0.4975, where the fourth comes in for the third.
    #[test]
    fn a_kink_is_one_corner_and_several_turning_points() {
        let q = Sym::from_rows(&[
            [1.0, 0.0, 0.0, 2.0],
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 0.01, 0.0],
            [2.0, 0.0, 0.0, 100.0],
        ])
        .unwrap();
        let (mean, rows) = ([3.0, 1.0, 2.0, 4.0], [Row::budget(4, 1.0)]);
        let (lower, upper) = ([0.0; 4], [0.5; 4]);
        let problem =
            Problem { quadratic: &q, linear: &mean, lower: &lower, upper: &upper, rows: &rows };
        let frontier = Frontier::trace(&problem).unwrap();
        let corners: Vec<&[f64]> = frontier.corners().iter().map(|c| &c.x[..]).collect();
        let expected = [[0.25, 0.25, 0.5, 0.0], [0.5, 0.0, 0.5, 0.0], [0.5, 0.0, 0.0, 0.5]];
        assert_eq!(corners.len(), 3, "{corners:?}");
        for (corner, expected) in corners.iter().zip(expected) {
            assert!(same(corner, &expected), "{corner:?} instead of {expected:?}");
        }
        let gammas: Vec<f64> = frontier.corners().iter().map(|c| c.gamma).collect();
        for (gamma, expected) in gammas.iter().zip([0.0, 0.25, 25.5]) {
            assert!((gamma - expected).abs() < 1e-12, "{gammas:?}");
        }
        let kink = frontier.turning_points().iter().rfind(|p| same(&p.x, &expected[1])).unwrap();
        assert!((kink.gamma - 0.4975).abs() < 1e-12, "{}", kink.gamma);
        let (before, after) = (frontier.at_mean(2.45).unwrap(), frontier.at_mean(2.55).unwrap());
        assert!(before.gamma < 0.25 && after.gamma > 0.4975);
    }
}
