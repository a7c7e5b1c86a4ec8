//! The walk along the frontier: from the least variance upwards, one corner after another.

use crate::linalg::vector::{dot, max_abs};
use crate::qp::engine::{Engine, Place};
use crate::qp::steps::Stop;
use crate::qp::{Problem, QpError, Quadratic};

/// Rates below this part of the largest are rounding.
const RATE_ZERO: f64 = 1e-12;

/// A slope so many times the natural one (where mean and variance weigh the same) is never
/// reached: what changes only there differs by rounding.
const SLOPE_MAX: f64 = 1e12;

/// Corners in a row without progress, for each column, before the walk is set down a little farther
/// on: ties between many events, and rounding near singular corners, can send it in circles.
const TIES_PER_COLUMN: usize = 3;

/// Progress is this part of the slope, or the next of the natural slope, or so many nudges.
const PROGRESS: f64 = 1e-3;

/// See [`PROGRESS`].
const PROGRESS_LEAST: f64 = 1e-9;

/// See [`PROGRESS`].
const CLEAR: f64 = 100.0;

/// Corners allowed for each column; frontiers have about one to three.
const STEPS_PER_COLUMN: usize = 100;

/// The same where the walk was set down a moment ago.
const TIES_AGAIN: usize = 10;

/// How far farther on, relative to the slope or to the natural one; ten times more at each further
/// attempt. What is passed over between two such slopes differs by the square of it in variance.
const NUDGE: f64 = 1e-12;

/// Attempts without progress; the last is a whole slope farther.
const NUDGES: i32 = 12;

/// A walk along `x(gamma) = argmin 1/2 x'Q x - gamma mu'x` under the limits of a problem, gamma
/// rising from 0.
pub(crate) struct Tracer<'a, Q: Quadratic> {
    engine: Engine<'a, Q>,
    mean: &'a [f64],
    gamma: f64,
    gamma_max: f64,
    steps: usize,
    /// Where the last progress ended, the steps since, how often the walk was set down since, and
    /// how far the last time.
    mark: f64,
    ties: usize,
    nudges: i32,
    nudge: f64,
}

/// Where a walk stands after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Walk {
    /// At a corner; there may be more.
    Corner,
    /// The mean grows no more.
    Top,
    /// The mean grows without end, and so does the variance, along a straight line: the walk has
    /// gone on to an arbitrary point of it.
    Ray,
    /// The mean grows without end at no cost of variance; the variable that may run away.
    Flat(usize),
}

enum Event {
    /// The free column at that place meets a bound.
    Leaves(usize),
    /// The column at a bound starts to move, to that side.
    Enters(usize, f64),
}

impl<'a, Q: Quadratic> Tracer<'a, Q> {
    /// Starts at a point of least variance. `problem.linear` is mu.
    pub(crate) fn new(problem: &Problem<'a, Q>, start: Option<&[f64]>) -> Result<Self, QpError> {
        problem.check()?;
        let least = Problem { linear: &[], ..*problem };
        let mut engine = crate::qp::started(&least, start)?;
        engine.minimise()?;
        let gamma_max = SLOPE_MAX * engine.natural_slope(problem.linear);
        Ok(Self {
            engine,
            mean: problem.linear,
            gamma: 0.0,
            gamma_max,
            steps: 0,
            mark: 0.0,
            ties: 0,
            nudges: 0,
            nudge: 0.0,
        })
    }

    pub(crate) fn x(&self) -> &[f64] {
        self.engine.point()
    }

    pub(crate) fn gamma(&self) -> f64 {
        self.gamma
    }

    /// `mu'x`.
    pub(crate) fn mean(&self) -> f64 {
        dot(self.mean, self.x())
    }

    /// `x'Q x`.
    pub(crate) fn variance(&self) -> f64 {
        self.engine.variance()
    }

    /// `y'Q x`.
    pub(crate) fn covariance_with(&self, y: &[f64]) -> f64 {
        self.engine.covariance_with(y)
    }

    /// Prices of rows and bounds at this corner.
    pub(crate) fn prices(&self) -> (Vec<f64>, Vec<f64>) {
        self.engine.prices()
    }

    /// Walks to the next corner, which may have the same slope (where the frontier has a straight
    /// piece) or the same point (where nothing but the slope changes).
    pub(crate) fn step(&mut self) -> Result<Walk, QpError> {
        let columns = self.engine.n + self.engine.m;
        self.steps += 1;
        if self.steps > STEPS_PER_COLUMN * (columns + 1) {
            let residual = self.engine.residual();
            return Err(QpError::Stalled { steps: self.steps, residual });
        }
        let patience = if self.nudges == 0 { TIES_PER_COLUMN * (columns + 1) } else { TIES_AGAIN };
        if self.ties > patience {
            return self.set_down();
        }
        let lambda_rate = self.engine.rates(self.mean);
        let (length, event) = self.next_event(&lambda_rate);
        let natural = self.natural();
        let Some(event) = event else {
            let moves =
                max_abs(&self.engine.work.d) * natural > RATE_ZERO.sqrt() * max_abs(self.x());
            if moves {
                self.follow(natural, &lambda_rate);
            }
            return Ok(if moves { Walk::Ray } else { Walk::Top });
        };
        self.ties += 1;
        self.follow(length, &lambda_rate);
        let least = (PROGRESS * self.gamma + PROGRESS_LEAST * natural).max(CLEAR * self.nudge);
        if self.gamma - self.mark > least {
            (self.mark, self.ties, self.nudges, self.nudge) = (self.gamma, 0, 0, 0.0);
        }
        match event {
            Event::Leaves(p) => self.engine.leave(p),
            Event::Enters(j, sign) => {
                if self.engine.join(j, sign) == Stop::Never {
                    return Ok(Walk::Flat(j.min(self.engine.n - 1)));
                }
            }
        }
        self.engine.polish()?;
        Ok(Walk::Corner)
    }

    fn follow(&mut self, length: f64, lambda_rate: &[f64]) {
        self.gamma += length;
        self.engine.follow(length, self.mean, lambda_rate);
        self.engine.set_linear(self.mean, self.gamma);
    }

    /// What happens first as gamma grows, and after how much.
    fn next_event(&mut self, lambda_rate: &[f64]) -> (f64, Option<Event>) {
        let (mut length, stop) = self.engine.reach(1.0, f64::INFINITY, None);
        let mut event = match stop {
            Stop::Free(p) => Some(Event::Leaves(p)),
            _ => None,
        };
        let engine = &self.engine;
        let rows: f64 = lambda_rate.iter().map(|l| l.abs()).sum();
        let zero = RATE_ZERO * (max_abs(&engine.work.h) + max_abs(self.mean) + rows);
        for j in 0..engine.n + engine.m {
            let place = engine.place[j];
            if matches!(place, Place::Free | Place::Fixed) {
                continue;
            }
            let rate = engine.reduced_rate(j, self.mean, lambda_rate);
            if rate.abs() <= zero {
                continue;
            }
            let r = engine.reduced(j);
            let (time, sign) = match place {
                Place::Lower if rate < 0.0 => (r.max(0.0) / -rate, 1.0),
                Place::Upper if rate > 0.0 => (-r.min(0.0) / rate, -1.0),
                Place::Held => (0.0, -rate.signum()),
                _ => continue,
            };
            if time < length {
                (length, event) = (time, Some(Event::Enters(j, sign)));
            }
        }
        if self.gamma + length > self.gamma_max {
            return (f64::INFINITY, None);
        }
        (length, event)
    }

    /// Ties hold the walk up: solves anew at a slightly larger gamma.
    fn set_down(&mut self) -> Result<Walk, QpError> {
        let unit = self.gamma.max(self.natural());
        loop {
            self.nudge = NUDGE * 10f64.powi(self.nudges) * unit;
            self.nudges += 1;
            self.ties = 0;
            self.gamma += self.nudge;
            self.mark = self.gamma;
            self.engine.set_linear(self.mean, self.gamma);
            self.engine.refresh_gradient();
            let outcome = self.engine.minimise();
            if outcome.is_ok() || self.nudges > NUDGES {
                return outcome.map(|()| Walk::Corner);
            }
        }
    }

    /// The gamma at which mean and variance weigh the same.
    fn natural(&self) -> f64 {
        self.gamma_max / SLOPE_MAX
    }
}
