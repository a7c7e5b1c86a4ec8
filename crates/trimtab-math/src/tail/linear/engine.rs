use super::certificate;
use super::kernel::Kernel;
use super::pricing::{IMPROVES, miss, piece};
use super::program::{LinearError, Optimum, Program, Row};
use super::search::{Blocking, Event};
use crate::symmetric::{axpy, dot};

/// Limits and bounds may be missed by this much, in the units of the rows.
pub(super) const FEASIBLE: f64 = 1e-10;

/// Steps between two inversions of the kernel: each one adds a few roundings.
const FRESH: usize = 100;

/// Steps without length before the rule of Bland takes over.
const STANDSTILL: usize = 40;

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Lower,
    Upper,
    Basic,
}

/// Which piece of its cost a row is on, or, of an active row, on which kink. At a kink the piece
/// remembers from which side the row counts, without which steps of no length could cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Between,
    Above,
    Lower,
    Upper,
}

impl Side {
    pub(super) fn is_active(self) -> bool {
        matches!(self, Self::Lower | Self::Upper)
    }
}

/// Which objective counts: how far constraints are missed, or the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Reach,
    Improve,
}

/// What starts to move, and which way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entering {
    pub(super) what: Item,
    pub(super) up: bool,
    /// Slope of the objective along the move, negative.
    pub(super) slope: f64,
}

/// A variable or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Variable(usize),
    Row(usize),
}

/// The simplex method on one programme, to which rows can be added between solves.
pub(crate) struct Engine {
    pub(super) p: Program,
    pub(super) x: Vec<f64>,
    /// Values of the rows.
    pub(super) r: Vec<f64>,
    pub(super) place: Vec<Place>,
    pub(super) side: Vec<Side>,
    /// Basic variables and active rows, in the order of the kernel, and the columns of the former.
    pub(super) basics: Vec<usize>,
    pub(super) actives: Vec<usize>,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) kernel: Kernel,
    /// `1 / sqrt(1 + |A_j|^2)` of each variable.
    pub(super) scale: Vec<f64>,
    /// Multiplier or slope of each row, and slopes of the variables.
    pub(super) y: Vec<f64>,
    pub(super) d: Vec<f64>,
    /// Change of the basic variables and of the rows per unit of the move.
    pub(super) dx: Vec<f64>,
    pub(super) dr: Vec<f64>,
    pub(super) events: Vec<Event>,
    z: Vec<f64>,
    pub(super) v: Vec<f64>,
    b: Vec<f64>,
    pub(super) c: Vec<f64>,
    steps: usize,
    idle: usize,
}

impl Engine {
    /// At the bounds next to zero, with an empty kernel.
    pub(crate) fn new(p: Program) -> Self {
        let (n, m) = (p.variables(), p.rows());
        let near_lower = |j: usize| p.lower[j].abs() <= p.upper[j].abs();
        let place: Vec<Place> =
            (0..n).map(|j| if near_lower(j) { Place::Lower } else { Place::Upper }).collect();
        let x = (0..n).map(|j| if near_lower(j) { p.lower[j] } else { p.upper[j] }).collect();
        let mut engine = Self {
            x,
            r: vec![0.0; m],
            place,
            side: vec![Side::Between; m],
            basics: vec![],
            actives: vec![],
            columns: vec![],
            kernel: Kernel::new(),
            scale: vec![],
            y: vec![0.0; m],
            d: vec![0.0; n],
            dx: vec![],
            dr: vec![0.0; m],
            events: vec![],
            z: vec![],
            v: vec![],
            b: vec![],
            c: vec![],
            steps: 0,
            idle: 0,
            p,
        };
        engine.rescale();
        engine.refresh_rows();
        engine
    }

    /// Adds a row, which need not be met at the present point.
    pub(crate) fn add_row(&mut self, a: Vec<f64>, row: Row) -> Result<(), LinearError> {
        self.r.push(dot(&a, &self.x));
        for (column, &j) in self.columns.iter_mut().zip(&self.basics) {
            column.push(a[j]);
        }
        self.p.add_row(a, row)?;
        self.side.push(Side::Between);
        self.y.push(0.0);
        self.dr.push(0.0);
        Ok(())
    }

    /// From the present vertex to the least objective.
    pub(crate) fn minimise(&mut self) -> Result<(), LinearError> {
        self.rescale();
        let most = self.steps + 100 * (self.p.variables() + self.p.rows()) + 1000;
        self.idle = 0;
        // Rounding may show only when everything is computed afresh: go on from there.
        for _ in 0..10 {
            self.refresh();
            if self.misses() {
                self.run(Phase::Reach, most)?;
                if self.misses() {
                    // The last pricing of the run is the proof.
                    let proof = certificate::infeasible(&self.p, &self.y);
                    let stalled = LinearError::Stalled { steps: self.steps };
                    return Err(proof.map_or(stalled, LinearError::Infeasible));
                }
                self.refresh();
                if self.misses() {
                    continue;
                }
            }
            self.run(Phase::Improve, most)?;
            self.refresh();
            self.price(Phase::Improve);
            if !self.misses() && self.entering(Phase::Improve, 10.0 * IMPROVES).is_none() {
                return Ok(());
            }
        }
        Err(LinearError::Stalled { steps: self.steps })
    }

    pub(crate) fn x(&self) -> &[f64] {
        &self.x
    }

    /// The result; the last pricing was of the real objective.
    pub(crate) fn optimum(self) -> Optimum {
        let cost = dot(&self.p.cost, &self.x);
        let rows: f64 = self.p.rows.iter().zip(&self.r).map(|((_, f), r)| priced(f, *r)).sum();
        let (bound, multipliers) = certificate::bound(&self.p, &self.y);
        Optimum { x: self.x, objective: cost + rows, bound, multipliers, steps: self.steps }
    }

    /// Steps until nothing improves, or, to reach the constraints, none is missed.
    fn run(&mut self, phase: Phase, most: usize) -> Result<(), LinearError> {
        let mut since = 0;
        loop {
            if phase == Phase::Reach && !self.misses() {
                return Ok(());
            }
            self.price(phase);
            let bland = self.idle > STANDSTILL;
            let entering =
                if bland { self.first_entering(phase) } else { self.entering(phase, IMPROVES) };
            let Some(entering) = entering else { return Ok(()) };
            self.direction(entering);
            let Some(blocking) = self.search(entering, phase, bland) else {
                return Err(LinearError::Stalled { steps: self.steps });
            };
            self.idle = if blocking.length > 1e-13 { 0 } else { self.idle + 1 };
            self.advance(entering, blocking);
            self.steps += 1;
            since += 1;
            if since % FRESH == 0 {
                self.refresh();
            }
            if self.steps >= most {
                return Err(LinearError::Stalled { steps: self.steps });
            }
        }
    }

    /// Whether a constraint or a bound is missed.
    fn misses(&self) -> bool {
        let bound = |&j: &usize| {
            self.x[j] < self.p.lower[j] - FEASIBLE || self.x[j] > self.p.upper[j] + FEASIBLE
        };
        let row = |i: usize| miss(&self.p.rows[i].1, self.r[i]) != 0.0;
        self.basics.iter().any(bound) || (0..self.r.len()).any(row)
    }

    /// Changes dx of the basic variables and dr of the rows as `entering` moves.
    fn direction(&mut self, entering: Entering) {
        let sign = if entering.up { 1.0 } else { -1.0 };
        match entering.what {
            Item::Variable(j) => {
                self.b.clear();
                self.b.extend(self.actives.iter().map(|&i| self.p.rows[i].0[j]));
                self.kernel.times(&self.b, &mut self.z);
                self.c.clear();
                self.c.extend(self.p.rows.iter().map(|(a, _)| a[j]));
                for (dr, a) in self.dr.iter_mut().zip(&self.c) {
                    *dr = sign * a;
                }
                self.dx.clear();
                self.dx.extend(self.z.iter().map(|z| -sign * z));
            }
            Item::Row(i) => {
                let p = self.actives.iter().position(|&a| a == i).expect("the row is active");
                self.kernel.column(p, &mut self.z);
                self.dr.fill(0.0);
                self.dx.clear();
                self.dx.extend(self.z.iter().map(|z| sign * z));
            }
        }
        for (column, &dx) in self.columns.iter().zip(&self.dx) {
            axpy(dx, column, &mut self.dr);
        }
        for &i in &self.actives {
            self.dr[i] = 0.0;
        }
        if let Item::Row(i) = entering.what {
            self.dr[i] = sign;
        }
    }

    /// Moves to the blocking kink and exchanges what entered for what blocks.
    fn advance(&mut self, entering: Entering, blocking: Blocking) {
        let t = blocking.length;
        let sign = if entering.up { 1.0 } else { -1.0 };
        for (&j, dx) in self.basics.iter().zip(&self.dx) {
            self.x[j] += t * dx;
        }
        axpy(t, &self.dr, &mut self.r);
        if let Item::Variable(j) = entering.what {
            self.x[j] += sign * t;
        }
        match blocking.what {
            Item::Variable(k) => {
                self.x[k] = if blocking.upper { self.p.upper[k] } else { self.p.lower[k] };
            }
            Item::Row(i) => {
                let row = &self.p.rows[i].1;
                self.r[i] = if blocking.upper { row.upper } else { row.lower };
            }
        }
        self.exchange(entering.what, blocking);
    }

    fn exchange(&mut self, entering: Item, blocking: Blocking) {
        let to_place = if blocking.upper { Place::Upper } else { Place::Lower };
        let to_side = if blocking.upper { Side::Upper } else { Side::Lower };
        if entering == blocking.what {
            // From one end to the other: the kernel stays.
            match entering {
                Item::Variable(j) => self.place[j] = to_place,
                Item::Row(i) => self.side[i] = to_side,
            }
            return;
        }
        match (entering, blocking.what) {
            (Item::Variable(j), Item::Row(i)) => {
                self.left_of_row(i);
                let schur = self.p.rows[i].0[j] - dot(&self.v, &self.b);
                self.kernel.grow(&self.z, &self.v, schur);
                self.basics.push(j);
                self.columns.push(self.c_of(j));
                self.actives.push(i);
            }
            (Item::Variable(j), Item::Variable(k)) => {
                let q = self.basic(k);
                self.kernel.replace_variable(q, &self.z);
                self.basics[q] = j;
                self.columns[q] = self.c_of(j);
            }
            (Item::Row(e), Item::Row(i)) => {
                self.left_of_row(i);
                let p = self.active(e);
                self.kernel.replace_row(p, &self.v);
                self.actives[p] = i;
            }
            (Item::Row(e), Item::Variable(k)) => {
                let (q, p) = (self.basic(k), self.active(e));
                self.kernel.shrink(q, p);
                self.basics.swap_remove(q);
                self.columns.swap_remove(q);
                self.actives.swap_remove(p);
            }
        }
        // The side of a row that entered was set along the move.
        if let Item::Variable(j) = entering {
            self.place[j] = Place::Basic;
        }
        match blocking.what {
            Item::Variable(k) => self.place[k] = to_place,
            Item::Row(i) => self.side[i] = to_side,
        }
    }

    fn basic(&self, j: usize) -> usize {
        self.basics.iter().position(|&b| b == j).expect("the variable is basic")
    }

    fn active(&self, i: usize) -> usize {
        self.actives.iter().position(|&a| a == i).expect("the row is active")
    }

    /// `v' = c' B^-1`, c the elements of row i in the basic variables.
    fn left_of_row(&mut self, i: usize) {
        self.c.clear();
        self.c.extend(self.basics.iter().map(|&j| self.p.rows[i].0[j]));
        self.kernel.left_times(&self.c, &mut self.v);
    }

    fn c_of(&self, j: usize) -> Vec<f64> {
        self.p.rows.iter().map(|(a, _)| a[j]).collect()
    }

    /// Kernel, variables and rows computed afresh.
    fn refresh(&mut self) {
        loop {
            let k = self.basics.len();
            let mut matrix: Vec<f64> = Vec::with_capacity(k * k);
            for &i in &self.actives {
                matrix.extend(self.basics.iter().map(|&j| self.p.rows[i].0[j]));
            }
            let Err((p, q)) = self.kernel.refactor(&mut matrix, k) else { break };
            // Rounding let a dependent pair in: out with it, to its nearer bound.
            let (i, j) = (self.actives.swap_remove(p), self.basics.swap_remove(q));
            self.columns.swap_remove(q);
            self.side[i] = Side::Between;
            let upper = self.x[j] - self.p.lower[j] > self.p.upper[j] - self.x[j];
            self.place[j] = if upper { Place::Upper } else { Place::Lower };
        }
        for j in 0..self.x.len() {
            match self.place[j] {
                Place::Lower => self.x[j] = self.p.lower[j],
                Place::Upper => self.x[j] = self.p.upper[j],
                Place::Basic => {}
            }
        }
        // Twice: the second solve takes out the rounding of the first.
        for _ in 0..2 {
            self.b.clear();
            for &i in &self.actives {
                let (a, row) = &self.p.rows[i];
                let goal = if self.side[i] == Side::Upper { row.upper } else { row.lower };
                self.b.push(goal - dot(a, &self.x));
            }
            self.kernel.times(&self.b, &mut self.z);
            for (&j, z) in self.basics.iter().zip(&self.z) {
                self.x[j] += z;
            }
        }
        self.refresh_rows();
    }

    /// Values of the rows afresh, and the pieces of those that are clearly on another one.
    fn refresh_rows(&mut self) {
        for i in 0..self.r.len() {
            let (a, row) = &self.p.rows[i];
            match self.side[i] {
                Side::Lower => self.r[i] = row.lower,
                Side::Upper => self.r[i] = row.upper,
                side => {
                    self.r[i] = dot(a, &self.x);
                    self.side[i] = piece(row, self.r[i], side);
                }
            }
        }
    }

    fn rescale(&mut self) {
        let n = self.p.variables();
        self.scale.clear();
        self.scale.resize(n, 1.0);
        for (a, _) in &self.p.rows {
            for (s, a) in self.scale.iter_mut().zip(a) {
                *s += a * a;
            }
        }
        self.scale.iter_mut().for_each(|s| *s = s.sqrt().recip());
    }
}

/// Cost of a row, where a constraint met up to rounding costs nothing.
fn priced(row: &Row, r: f64) -> f64 {
    let cost = row.cost(r);
    if cost.is_finite() { cost } else { 0.0 }
}
