use super::engine::{Engine, Entering, FEASIBLE, Item, Phase, Place, Side};
use super::program::Row;
use crate::symmetric::{axpy, dot};

/// A slope pays from here on, in units of the objective per unit of a scaled column.
pub(super) const IMPROVES: f64 = 1e-11;

impl Engine {
    /// Multipliers y of the rows and slopes d of the variables, at the present vertex.
    pub(super) fn price(&mut self, phase: Phase) {
        let m = self.r.len();
        for i in 0..m {
            self.y[i] = slope(&self.p.rows[i].1, self.side[i], phase);
        }
        self.c.clear();
        for (column, &j) in self.columns.iter().zip(&self.basics) {
            self.c.push(-self.variable_slope(j, phase) - dot(column, &self.y));
        }
        self.kernel.left_times(&self.c, &mut self.v);
        for (&i, &y) in self.actives.iter().zip(&self.v) {
            self.y[i] = y;
        }
        match phase {
            Phase::Improve => self.d.copy_from_slice(&self.p.cost),
            Phase::Reach => self.d.fill(0.0),
        }
        add_rows(&self.p.rows, &self.y, &mut self.d);
    }

    /// Slope of the objective in a basic variable by itself.
    fn variable_slope(&self, j: usize, phase: Phase) -> f64 {
        match phase {
            Phase::Improve => self.p.cost[j],
            Phase::Reach if self.x[j] < self.p.lower[j] - FEASIBLE => -1.0,
            Phase::Reach if self.x[j] > self.p.upper[j] + FEASIBLE => 1.0,
            Phase::Reach => 0.0,
        }
    }

    /// The first move, in the order of variables and rows, with any descent.
    pub(super) fn first_entering(&self, phase: Phase) -> Option<Entering> {
        let offer =
            |what, slope: f64, up| (slope < -IMPROVES).then_some(Entering { what, up, slope });
        let variable = (0..self.d.len()).filter(|&j| self.p.upper[j] > self.p.lower[j]);
        let of_variable = |j: usize| match self.place[j] {
            Place::Lower => offer(Item::Variable(j), self.d[j], true),
            Place::Upper => offer(Item::Variable(j), -self.d[j], false),
            Place::Basic => None,
        };
        let row = (0..self.side.len()).filter(|&i| self.side[i].is_active());
        let of_row = |i: usize| {
            let (low, high) = kinks(&self.p.rows[i].1, self.side[i], phase);
            let up = offer(Item::Row(i), high - self.y[i], true);
            up.or_else(|| offer(Item::Row(i), self.y[i] - low, false))
        };
        variable.filter_map(of_variable).next().or_else(|| row.filter_map(of_row).next())
    }

    /// The move with the steepest scaled descent.
    pub(super) fn entering(&self, phase: Phase, threshold: f64) -> Option<Entering> {
        let mut best: Option<Entering> = None;
        let mut steepest = threshold;
        let mut offer = |what, slope: f64, scale: f64, up| {
            if -slope * scale > steepest {
                steepest = -slope * scale;
                best = Some(Entering { what, up, slope });
            }
        };
        for j in 0..self.d.len() {
            let d = self.d[j];
            match self.place[j] {
                Place::Lower if d < 0.0 && self.p.upper[j] > self.p.lower[j] => {
                    offer(Item::Variable(j), d, self.scale[j], true);
                }
                Place::Upper if d > 0.0 && self.p.upper[j] > self.p.lower[j] => {
                    offer(Item::Variable(j), -d, self.scale[j], false);
                }
                _ => {}
            }
        }
        for &i in &self.actives {
            let (low, high) = kinks(&self.p.rows[i].1, self.side[i], phase);
            let y = self.y[i];
            offer(Item::Row(i), high - y, 1.0, true);
            offer(Item::Row(i), y - low, 1.0, false);
        }
        best
    }
}

/// -1 below a constraint's lower limit, 1 above its upper one, 0 where it is met.
pub(super) fn miss(row: &Row, r: f64) -> f64 {
    if row.below.is_infinite() && r < row.lower - FEASIBLE {
        -1.0
    } else if row.above.is_infinite() && r > row.upper + FEASIBLE {
        1.0
    } else {
        0.0
    }
}

/// The piece a value is on; within rounding of a kink, the piece it was on if that meets there.
pub(super) fn piece(row: &Row, r: f64, before: Side) -> Side {
    let (low, high) = (r - row.lower, r - row.upper);
    // A constraint met up to rounding counts as met.
    let soft_low = row.below.is_finite() && before == Side::Below && low <= FEASIBLE;
    let soft_high = row.above.is_finite() && before == Side::Above && high >= -FEASIBLE;
    if low < -FEASIBLE || soft_low {
        Side::Below
    } else if high > FEASIBLE || soft_high {
        Side::Above
    } else {
        Side::Between
    }
}

/// Slope of a row's cost on its piece; 0 for an active row.
fn slope(row: &Row, side: Side, phase: Phase) -> f64 {
    let price = |p: f64| match phase {
        Phase::Improve if p.is_finite() => p,
        Phase::Reach if p.is_infinite() => 1.0,
        _ => 0.0,
    };
    match side {
        Side::Below => -price(row.below),
        Side::Above => price(row.above),
        Side::Between | Side::Lower | Side::Upper => 0.0,
    }
}

/// Slopes just below and just above the kink a row is active on.
fn kinks(row: &Row, side: Side, phase: Phase) -> (f64, f64) {
    let price = |p: f64| if phase == Phase::Reach && p.is_finite() { 0.0 } else { p };
    let (below, above) = (-price(row.below), price(row.above));
    match side {
        _ if row.lower == row.upper => (below, above),
        Side::Upper => (0.0, above),
        _ => (below, 0.0),
    }
}

/// `d <- d + sum_i y_i a_i`, four rows at a time.
fn add_rows(rows: &[(Vec<f64>, Row)], y: &[f64], d: &mut [f64]) {
    let mut four: [usize; 4] = [0; 4];
    let mut count = 0;
    for (i, y_i) in y.iter().enumerate() {
        if *y_i == 0.0 {
            continue;
        }
        four[count] = i;
        count += 1;
        if count == 4 {
            count = 0;
            let n = d.len();
            let a = four.map(|i| &rows[i].0[..n]);
            let w = four.map(|i| y[i]);
            for j in 0..n {
                d[j] += (w[0] * a[0][j] + w[1] * a[1][j]) + (w[2] * a[2][j] + w[3] * a[3][j]);
            }
        }
    }
    for &i in &four[..count] {
        axpy(y[i], &rows[i].0, d);
    }
}
