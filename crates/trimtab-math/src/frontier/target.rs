//! Single points of the frontier, found by walking only as far as needed.

use std::fmt;

use super::trace::{Tracer, Walk};
use super::{OffFrontier, Point, between, point, settled, start};
use crate::qp::{Problem, QpError, Quadratic};

/// The point of least variance among all with the given mean, on the efficient branch or on the
/// one below it (where gamma is negative). `problem.linear` is mu.
///
/// # Errors
/// [`TargetError::Off`] if no feasible point has that mean.
pub fn at_mean<Q: Quadratic>(problem: &Problem<'_, Q>, mean: f64) -> Result<Point, TargetError> {
    let mut tracer = start(problem)?;
    let least = tracer.mean();
    let mean = settled(mean, &[least]);
    if mean.is_nan() {
        return Err(OffFrontier { wanted: mean, least, most: least }.into());
    }
    if mean >= least {
        return walk(&mut tracer, |p| p.mean >= mean, mean, |a, b, _| part_of_mean(a, b, mean));
    }
    let turned: Vec<f64> = problem.linear.iter().map(|m| -m).collect();
    let turned = Problem { linear: &turned, ..*problem };
    let mut tracer = start(&turned)?;
    let found = walk(&mut tracer, |p| p.mean >= -mean, -mean, |a, b, _| part_of_mean(a, b, -mean));
    match found {
        Ok(p) => Ok(Point { mean: -p.mean, gamma: -p.gamma, ..p }),
        Err(TargetError::Off(off)) => {
            Err(OffFrontier { wanted: mean, least: -off.most, most: least }.into())
        }
        Err(e) => Err(e),
    }
}

/// The point of greatest mean among all with at most the given variance. `problem.linear` is mu.
/// A variance above that of the point of greatest mean gives that point.
///
/// # Errors
/// [`TargetError::Off`] if the least variance is above the given one.
pub fn at_variance<Q: Quadratic>(
    problem: &Problem<'_, Q>,
    variance: f64,
) -> Result<Point, TargetError> {
    let mut tracer = start(problem)?;
    let least = tracer.variance();
    let variance = settled(variance, &[least]);
    if variance.is_nan() || variance < least {
        return Err(OffFrontier { wanted: variance, least, most: f64::INFINITY }.into());
    }
    let solve = |a: &Point, b: &Point, cross: f64| part_of_variance(a, b, cross, variance);
    match walk(&mut tracer, |p| p.variance > variance, variance, solve) {
        Err(TargetError::Off(_)) => Ok(point(&tracer)), // the top has less variance than allowed
        other => other,
    }
}

/// Walks until a point has passed the target, and solves for the target on the last piece.
fn walk<Q: Quadratic>(
    tracer: &mut Tracer<'_, Q>,
    passed: impl Fn(&Point) -> bool,
    wanted: f64,
    part: impl Fn(&Point, &Point, f64) -> f64,
) -> Result<Point, TargetError> {
    let mut before = point(tracer);
    let least = before.mean;
    if passed(&before) {
        return Ok(before);
    }
    loop {
        let walk = tracer.step()?;
        let next = point(tracer);
        match walk {
            Walk::Flat(index) => return Err(QpError::Unbounded { index }.into()),
            // Rounding may put the target beyond the top that it means.
            Walk::Top if settled(wanted, &[before.mean]) == before.mean => return Ok(before),
            Walk::Top => return Err(OffFrontier { wanted, least, most: before.mean }.into()),
            Walk::Corner if !passed(&next) => before = next,
            Walk::Corner | Walk::Ray => {
                let cross = tracer.covariance_with(&before.x);
                return Ok(between(&before, &next, cross, part(&before, &next, cross)));
            }
        }
    }
}

fn part_of_mean(a: &Point, b: &Point, mean: f64) -> f64 {
    (mean - a.mean) / (b.mean - a.mean)
}

/// The root of `va + 2 t (c - va) + t² (va - 2 c + vb) = v` that is not negative.
pub(super) fn part_of_variance(a: &Point, b: &Point, cross: f64, variance: f64) -> f64 {
    let slope = cross - a.variance;
    let bend = ((a.variance - cross) + (b.variance - cross)).max(0.0);
    let missing = variance - a.variance;
    let root = (slope * slope + bend * missing).max(0.0).sqrt();
    // The form of the root that does not cancel.
    if slope + root > 0.0 { missing / (slope + root) } else { 0.0 }
}

/// Why a target cannot be met.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetError {
    /// The constraints themselves have no solution, or none was found.
    Problem(QpError),
    /// The target is out of reach.
    Off(OffFrontier),
}

impl From<QpError> for TargetError {
    fn from(e: QpError) -> Self {
        Self::Problem(e)
    }
}

impl From<OffFrontier> for TargetError {
    fn from(e: OffFrontier) -> Self {
        Self::Off(e)
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(e) => e.fmt(f),
            Self::Off(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for TargetError {}
