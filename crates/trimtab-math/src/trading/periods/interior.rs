//! The interior-point method.

use super::blocks::Blocks;
use super::state::{BOUGHT, LOWER, ROW_LOWER, ROW_UPPER, SOLD, State, UPPER};
use super::{Periods, Plan};
use crate::linalg::vector::{axpy, dot, max_abs};
use crate::qp::{self, Problem, QpError};
use crate::symmetric;
use crate::trading::model::slope;

/// Newton steps; ten to twenty are common.
const STEPS: usize = 100;

/// Residuals and products are small when below this part of their terms.
const SMALL: f64 = 1e-11;

/// A worse point is not handed out.
const SMALL_MOST: f64 = 1e-7;

/// Steps without progress after which rounding is all that is left.
const IDLE_MAX: usize = 5;

/// How near a step may come to a bound.
const SHORT_OF_BOUND: f64 = 0.995;

/// The first distance from bounds, as a part of an ordinary position.
const INSIDE: f64 = 0.02;

/// What a row that repeats others adds to its own pivot.
const REPEATED: f64 = 1e-13;

pub(super) struct Interior<'a> {
    periods: &'a Periods<'a>,
    n: usize,
    h: usize,
    /// Rows with a limit, as slices of coefficients.
    rows: Vec<&'a qp::Row>,
    /// An ordinary position and an ordinary gradient.
    size: f64,
    steepness: f64,
}

/// Curvatures and right hand sides of the eliminated variables at a point.
struct Reduced {
    blocks: Blocks,
    /// Curvature of purchases, of sales, and of the link; zero where trading is free.
    h: [Vec<f64>; 2],
    e: Vec<f64>,
    /// Curvature of each row's value.
    theta: Vec<f64>,
    /// `H^-1 A'`, a column for each period and row, and `A H^-1 A' + 1/theta`.
    v: Vec<Vec<f64>>,
    schur: Vec<f64>,
}

/// Right hand sides of a Newton system.
struct Right {
    /// What each pair's price would move by if its distance stayed.
    push: [Vec<f64>; 6],
    /// What purchase and sale gain.
    gains: Vec<(f64, f64)>,
    /// What the links miss once purchases and sales have followed their gains.
    kinks: Vec<f64>,
    /// The side of x.
    y: Vec<f64>,
}

impl<'a> Interior<'a> {
    pub(super) fn new(periods: &'a Periods<'a>) -> Result<Self, QpError> {
        let one = Problem {
            quadratic: periods.quadratic,
            linear: &periods.linear[0],
            lower: periods.lower,
            upper: periods.upper,
            rows: periods.rows,
        };
        let size = one.ordinary().max(max_abs(periods.trading.held));
        let steepest = periods.quadratic.diagonal().into_iter().fold(0.0, f64::max);
        let costs = (0..periods.quadratic.n())
            .map(|j| periods.trading.linear[j] + slope(periods.trading.power_of(j), size));
        let means = periods.linear.iter().map(|c| max_abs(c)).fold(0.0, f64::max);
        let steepness = steepest * size + means + costs.fold(0.0, f64::max);
        let some = |row: &&qp::Row| row.lower > f64::NEG_INFINITY || row.upper < f64::INFINITY;
        for (bound, other) in periods.lower.iter().zip(periods.upper) {
            if bound > other {
                qp::solve(&one, None)?; // which names the conflict
            }
        }
        Ok(Self {
            periods,
            n: periods.quadratic.n(),
            h: periods.linear.len(),
            rows: periods.rows.iter().filter(some).collect(),
            size,
            steepness: if steepness > 0.0 { steepness } else { 1.0 },
        })
    }

    pub(super) fn run(&self) -> Result<Plan, QpError> {
        let mut state = self.start();
        let mut best: Option<(f64, State)> = None;
        let mut idle = 0;
        for steps in 0..STEPS {
            let error = self.error(&state);
            if best.as_ref().is_none_or(|(least, _)| error < 0.9 * least) {
                best = Some((error, state.clone()));
                idle = 0;
            } else {
                idle += 1;
            }
            let good = best.as_ref().is_some_and(|(least, _)| *least <= SMALL_MOST);
            if error <= SMALL || (good && idle >= IDLE_MAX) {
                return Ok(self.plan(best.map_or(state, |(_, s)| s), steps));
            }
            let Some(reduced) = self.reduced(&state) else { break };
            let affine = self.direction(&state, &reduced, 0.0, None);
            let mu = self.product(&state) / self.pairs().max(1.0);
            let (t, u) = self.lengths(&state, &affine, 1.0);
            let mut ahead = state.clone();
            ahead.advance(&affine, t, u);
            let left = self.product(&ahead) / self.pairs().max(1.0);
            let centring = (left / mu.max(f64::MIN_POSITIVE)).powi(3).min(1.0);
            let full = self.direction(&state, &reduced, centring * mu, Some(&affine));
            let (t, u) = self.lengths(&state, &full, SHORT_OF_BOUND);
            state.advance(&full, t, u);
        }
        match best {
            Some((error, state)) if error <= SMALL_MOST => Ok(self.plan(state, STEPS)),
            other => {
                let residual = other.map_or(1.0, |(error, _)| error);
                // All periods have the same limits: if one can be met, all can.
                let one = Problem {
                    quadratic: self.periods.quadratic,
                    linear: &self.periods.linear[0],
                    lower: self.periods.lower,
                    upper: self.periods.upper,
                    rows: self.periods.rows,
                };
                qp::solve(&one, None)?;
                Err(QpError::Stalled { steps: STEPS, residual })
            }
        }
    }

    fn plan(&self, state: State, steps: usize) -> Plan {
        let inside =
            |(j, x): (usize, &f64)| x.max(self.periods.lower[j]).min(self.periods.upper[j]);
        let x: Vec<Vec<f64>> = state
            .x
            .chunks_exact(self.n)
            .map(|x| x.iter().enumerate().map(inside).collect())
            .collect();
        Plan { value: self.periods.value(&x), gap: self.product(&state), steps, x }
    }

    /// Whether trading series j costs anything.
    fn costs(&self, j: usize) -> bool {
        self.periods.trading.linear[j] > 0.0 || self.periods.trading.power_of(j) > 0.0
    }

    fn is_fixed(&self, j: usize) -> bool {
        self.periods.lower[j] == self.periods.upper[j]
    }

    fn is_equality(&self, r: usize) -> bool {
        self.rows[r].lower == self.rows[r].upper
    }

    /// Distance to what pair `kind` keeps away from, if that is finite.
    fn room(&self, state: &State, kind: usize, k: usize) -> Option<f64> {
        let finite = |v: f64| v.is_finite().then_some(v);
        match kind {
            LOWER | UPPER => {
                let j = k % self.n;
                if self.is_fixed(j) {
                    return None;
                }
                match kind {
                    LOWER => finite(self.periods.lower[j]).map(|l| state.x[k] - l),
                    _ => finite(self.periods.upper[j]).map(|u| u - state.x[k]),
                }
            }
            BOUGHT => self.costs(k % self.n).then(|| state.p[k]),
            SOLD => self.costs(k % self.n).then(|| state.m[k]),
            _ => {
                let r = k % self.rows.len();
                if self.is_equality(r) {
                    return None;
                }
                match kind {
                    ROW_LOWER => finite(self.rows[r].lower).map(|l| state.s[k] - l),
                    _ => finite(self.rows[r].upper).map(|u| u - state.s[k]),
                }
            }
        }
    }

    /// How [`Interior::room`] moves.
    fn room_rate(&self, d: &State, kind: usize, k: usize) -> f64 {
        match kind {
            LOWER => d.x[k],
            UPPER => -d.x[k],
            BOUGHT => d.p[k],
            SOLD => d.m[k],
            ROW_LOWER => d.s[k],
            _ => -d.s[k],
        }
    }

    /// Every pair of a distance and its price.
    fn each(&self, state: &State, mut f: impl FnMut(usize, usize, f64, f64)) {
        for (kind, z) in state.z.iter().enumerate() {
            for (k, z) in z.iter().enumerate() {
                if let Some(room) = self.room(state, kind, k) {
                    f(kind, k, room, *z);
                }
            }
        }
    }

    fn product(&self, state: &State) -> f64 {
        let mut sum = 0.0;
        self.each(state, |_, _, room, z| sum += room * z);
        sum
    }

    fn pairs(&self) -> f64 {
        let mut count = 0.0;
        self.each(&State::zeros(self.n * self.h, self.rows.len() * self.h), |_, _, _, _| {
            count += 1.0
        });
        count
    }

    fn start(&self) -> State {
        let (n, h, k) = (self.n, self.h, self.rows.len());
        let mut state = State::zeros(n * h, k * h);
        let margin = INSIDE * self.size;
        let between = |v: f64, low: f64, high: f64| {
            let margin = margin.min(0.25 * (high - low));
            v.max(low + margin).min(high - margin)
        };
        for t in 0..h {
            for j in 0..n {
                let (low, high) = (self.periods.lower[j], self.periods.upper[j]);
                state.x[t * n + j] = match self.is_fixed(j) {
                    true => low,
                    false => between(self.periods.trading.held[j], low, high),
                };
                (state.p[t * n + j], state.m[t * n + j]) = (margin, margin);
            }
            for (r, row) in self.rows.iter().enumerate() {
                let value = dot(&row.coefficients, &state.x[t * n..(t + 1) * n]);
                state.s[t * k + r] = match self.is_equality(r) {
                    true => row.lower,
                    false => between(value, row.lower, row.upper),
                };
            }
        }
        // A price that makes products alike: the gradient at an ordinary distance.
        let level = self.steepness * margin;
        let rooms: Vec<(usize, usize, f64)> = {
            let mut rooms = vec![];
            self.each(&state, |kind, k, room, _| rooms.push((kind, k, room)));
            rooms
        };
        for (kind, k, room) in rooms {
            state.z[kind][k] = level / room;
        }
        state
    }

    /// `Q x - c - A'lambda - z_l + z_u + nu_t - nu_(t+1)`, zero for what is fixed.
    fn slope_of_x(&self, state: &State) -> Vec<f64> {
        let (n, k) = (self.n, self.rows.len());
        let mut g = vec![0.0; n * self.h];
        for (t, g) in g.chunks_exact_mut(n).enumerate() {
            let at = t * n..(t + 1) * n;
            symmetric::multiply(self.periods.quadratic.as_slice(), n, &state.x[at], g);
            for (r, row) in self.rows.iter().enumerate() {
                axpy(-state.lambda[t * k + r], &row.coefficients, g);
            }
            for j in 0..n {
                let i = t * n + j;
                g[j] += -self.periods.linear[t][j] - state.z[LOWER][i]
                    + state.z[UPPER][i]
                    + state.nu[i];
                if t + 1 < self.h {
                    g[j] -= state.nu[i + n];
                }
                if self.is_fixed(j) {
                    g[j] = 0.0;
                }
            }
        }
        g
    }

    /// Slopes of purchase and sale, `a + 1.5 b sqrt(v) -+ nu - z`.
    fn slope_of_trade(&self, state: &State, i: usize) -> (f64, f64) {
        let (a, b) =
            (self.periods.trading.linear[i % self.n], self.periods.trading.power_of(i % self.n));
        let bought = a + slope(b, state.p[i]) - state.nu[i] - state.z[BOUGHT][i];
        let sold = a + slope(b, state.m[i]) + state.nu[i] - state.z[SOLD][i];
        (bought, sold)
    }

    /// `x_t - x_(t-1) - p + m`.
    fn link(&self, state: &State, i: usize) -> f64 {
        let before = if i < self.n { self.periods.trading.held[i] } else { state.x[i - self.n] };
        state.x[i] - before - state.p[i] + state.m[i]
    }

    /// `A x - s`.
    fn row_gap(&self, state: &State, at: usize) -> f64 {
        let (t, r) = (at / self.rows.len(), at % self.rows.len());
        let x = &state.x[t * self.n..(t + 1) * self.n];
        dot(&self.rows[r].coefficients, x) - state.s[at]
    }

    /// `lambda - w_l + w_u`.
    fn slope_of_row(&self, state: &State, at: usize) -> f64 {
        match self.is_equality(at % self.rows.len()) {
            true => 0.0,
            false => state.lambda[at] - state.z[ROW_LOWER][at] + state.z[ROW_UPPER][at],
        }
    }

    /// The largest residual, each in its unit, and the products against the terms of the objective.
    fn error(&self, state: &State) -> f64 {
        let mut primal: f64 = 0.0;
        let mut dual = max_abs(&self.slope_of_x(state));
        for i in 0..self.n * self.h {
            if self.costs(i % self.n) {
                // The slope of a trade of next to nothing is worth next to nothing.
                let (bought, sold) = self.slope_of_trade(state, i);
                let worth = |slope: f64, v: f64| slope.abs() * (v / self.size).min(1.0);
                dual = dual.max(worth(bought, state.p[i])).max(worth(sold, state.m[i]));
                primal = primal.max(self.link(state, i).abs());
            }
        }
        for at in 0..self.rows.len() * self.h {
            let largest = max_abs(&self.rows[at % self.rows.len()].coefficients);
            if largest > 0.0 {
                primal = primal.max(self.row_gap(state, at).abs() / largest);
                dual = dual.max(self.slope_of_row(state, at).abs() * largest);
            }
        }
        let terms = self.steepness * self.size * self.h as f64;
        let product = self.product(state) / terms;
        let sum = primal + dual + product; // a maximum would pass over what is no number
        if sum.is_finite() {
            (primal / self.size).max(dual / self.steepness).max(product)
        } else {
            f64::INFINITY
        }
    }

    /// The eliminated system at a point.
    fn reduced(&self, state: &State) -> Option<Reduced> {
        let (n, h, k) = (self.n, self.h, self.rows.len());
        let mut diagonals = vec![vec![0.0; n]; h];
        let mut curvature = [vec![0.0; n * h], vec![0.0; n * h]];
        let mut theta = vec![0.0; k * h];
        self.each(state, |kind, at, room, z| match kind {
            LOWER | UPPER => diagonals[at / n][at % n] += z / room,
            BOUGHT => curvature[0][at] += z / room,
            SOLD => curvature[1][at] += z / room,
            _ => theta[at] += z / room,
        });
        let mut e = vec![0.0; n * h];
        for i in (0..n * h).filter(|i| self.costs(i % n)) {
            let b = self.periods.trading.power_of(i % n);
            curvature[0][i] += 0.75 * b / state.p[i].sqrt();
            curvature[1][i] += 0.75 * b / state.m[i].sqrt();
            e[i] = 1.0 / (curvature[0][i].recip() + curvature[1][i].recip());
        }
        let heaviest =
            diagonals.iter().map(|d| max_abs(d)).fold(self.steepness / self.size, f64::max);
        let heaviest = heaviest.max(max_abs(&e));
        for (t, d) in diagonals.iter_mut().enumerate() {
            for (j, d) in d.iter_mut().enumerate() {
                *d += e[t * n + j] + if t + 1 < h { e[(t + 1) * n + j] } else { 0.0 };
                // Fixed: held so hard that it does not move. Free and flat: a trace of curvature.
                *d += if self.is_fixed(j) {
                    1e12 * heaviest
                } else {
                    1e-14 * self.steepness / self.size
                };
            }
        }
        let links = (1..h).map(|t| e[t * n..(t + 1) * n].to_vec()).collect();
        let blocks = Blocks::new(self.periods.quadratic.as_slice(), &diagonals, links)?;
        let v: Vec<Vec<f64>> = (0..k * h)
            .map(|at| {
                let mut y = vec![0.0; n * h];
                let t = at / k;
                y[t * n..(t + 1) * n].copy_from_slice(&self.rows[at % k].coefficients);
                for j in (0..n).filter(|j| self.is_fixed(*j)) {
                    y[t * n + j] = 0.0;
                }
                blocks.solve(&mut y);
                y
            })
            .collect();
        let mut schur = vec![0.0; k * h * k * h];
        for (at, v) in v.iter().enumerate() {
            for other in 0..k * h {
                let x = &v[(other / k) * n..(other / k + 1) * n];
                schur[at * k * h + other] = dot(&self.rows[other % k].coefficients, x);
            }
        }
        for at in 0..k * h {
            let own = schur[at * k * h + at];
            schur[at * k * h + at] +=
                REPEATED * own + if theta[at] > 0.0 { theta[at].recip() } else { 0.0 };
            for other in 0..at {
                let mean = 0.5 * (schur[at * k * h + other] + schur[other * k * h + at]);
                (schur[at * k * h + other], schur[other * k * h + at]) = (mean, mean);
            }
        }
        Some(Reduced { blocks, h: curvature, e, theta, v, schur })
    }

    /// The Newton direction towards products of `target`, corrected by those of an earlier one.
    fn direction(
        &self,
        state: &State,
        reduced: &Reduced,
        target: f64,
        earlier: Option<&State>,
    ) -> State {
        let (n, h, k) = (self.n, self.h, self.rows.len());
        let mut d = State::zeros(n * h, k * h);
        let right = self.right_hand(state, reduced, target, earlier);
        let Right { push, gains, kinks, mut y } = right;
        reduced.blocks.solve(&mut y);
        let row_push =
            |at: usize| push[ROW_LOWER][at] - push[ROW_UPPER][at] - self.slope_of_row(state, at);
        let of_row = |y: &[f64], at: usize| {
            dot(&self.rows[at % k].coefficients, &y[(at / k) * n..(at / k + 1) * n])
        };
        let own = |at: usize| match reduced.theta[at] > 0.0 {
            true => row_push(at) / reduced.theta[at],
            false => 0.0,
        };
        let gaps = (0..k * h).map(|at| own(at) - self.row_gap(state, at) - of_row(&y, at));
        let gaps: Vec<f64> = gaps.collect();
        let lambda = if k > 0 { symmetric::solve(&reduced.schur, k * h, &gaps) } else { None };
        if let Some(lambda) = lambda {
            for (v, l) in reduced.v.iter().zip(&lambda) {
                axpy(*l, v, &mut y);
            }
            d.lambda = lambda;
        }
        for at in (0..k * h).filter(|at| !self.is_equality(at % k)) {
            d.s[at] = of_row(&y, at) + self.row_gap(state, at);
        }
        for i in (0..n * h).filter(|i| self.costs(i % n)) {
            let before = if i < n { 0.0 } else { y[i - n] };
            d.nu[i] = reduced.e[i] * (y[i] - before + kinks[i]);
            d.p[i] = (d.nu[i] + gains[i].0) / reduced.h[0][i];
            d.m[i] = (gains[i].1 - d.nu[i]) / reduced.h[1][i];
        }
        d.x = y;
        let mut moved = vec![];
        self.each(state, |kind, at, room, z| {
            moved.push((kind, at, push[kind][at] - z * self.room_rate(&d, kind, at) / room));
        });
        for (kind, at, dz) in moved {
            d.z[kind][at] = dz;
        }
        d
    }

    fn right_hand(
        &self,
        state: &State,
        reduced: &Reduced,
        target: f64,
        earlier: Option<&State>,
    ) -> Right {
        let (n, h) = (self.n, self.h);
        let mut push = State::zeros(n * h, self.rows.len() * h).z;
        self.each(state, |kind, at, room, z| {
            let bent = earlier.map_or(0.0, |e| self.room_rate(e, kind, at) * e.z[kind][at]);
            push[kind][at] = (target - room * z - bent) / room;
        });
        let mut y: Vec<f64> = self.slope_of_x(state).iter().map(|g| -g).collect();
        let mut kinks = vec![0.0; n * h];
        let mut gains = vec![(0.0, 0.0); n * h];
        for i in 0..n * h {
            y[i] += push[LOWER][i] - push[UPPER][i];
            if self.costs(i % n) {
                let (bought, sold) = self.slope_of_trade(state, i);
                gains[i] = (push[BOUGHT][i] - bought, push[SOLD][i] - sold);
                kinks[i] = self.link(state, i) - gains[i].0 / reduced.h[0][i]
                    + gains[i].1 / reduced.h[1][i];
            }
        }
        for i in 0..n * h {
            y[i] -= reduced.e[i] * kinks[i];
            if i + n < n * h {
                y[i] += reduced.e[i + n] * kinks[i + n];
            }
            if self.is_fixed(i % n) {
                y[i] = 0.0;
            }
        }
        Right { push, gains, kinks, y }
    }

    /// How far variables and prices may go, at most 1.
    fn lengths(&self, state: &State, d: &State, part: f64) -> (f64, f64) {
        let (mut t, mut u) = (1.0_f64, 1.0_f64);
        self.each(state, |kind, at, room, z| {
            let rate = self.room_rate(d, kind, at);
            if rate < 0.0 {
                t = t.min(-part * room / rate);
            }
            if d.z[kind][at] < 0.0 {
                u = u.min(-part * z / d.z[kind][at]);
            }
        });
        // A curved cost ties variables and prices together.
        if self.periods.trading.power.iter().any(|b| *b > 0.0) {
            t = t.min(u);
            u = t;
        }
        (t, u)
    }
}
