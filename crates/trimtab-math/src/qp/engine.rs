//! [`Engine`]: the state of a primal active-set method, and the sums over it.
//!
//! The problem is held in the form
//!
//! ```text
//! minimise 1/2 x'Q x - c'x   subject to  A x - s = 0,  l <= (x, s) <= u
//! ```
//!
//! with one slack s_i for each row. A column is a variable (0..n) or a slack (n..n+m). Each is
//! *free* (in F, between its bounds, part of the factor) or rests at a value: a bound, or, *held*,
//! a value between. The free columns always contain m independent columns of [A, -I], and Q is
//! positive definite on the directions of F that keep the rows; [`super::factor`] says how.
//!
//! Source of the method: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition,
//! Springer 2006, section 16.5; the treatment of singular Q ("inertia control") follows
//! P. E. Gill, W. Murray, M. A. Saunders and M. H. Wright, SIAM Review 33 (1991), pages 1-36.

use super::factor::Factor;
use super::{Problem, QpError, Quadratic};
use crate::linalg::vector::{axpy, axpy4, dot, max_abs};

/// Where a column rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Lower,
    Upper,
    /// Where its equal bounds keep it.
    Fixed,
    /// At a value that is not a bound.
    Held,
    Free,
}

pub(crate) struct Engine<'a, Q: Quadratic> {
    pub(crate) q: &'a Q,
    pub(crate) n: usize,
    pub(crate) m: usize,
    /// Rows of A, each divided by its scale.
    pub(super) a: Vec<f64>,
    pub(super) row_scale: Vec<f64>,
    pub(super) c: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    /// `(x, s)`.
    pub(crate) x: Vec<f64>,
    /// `Q x - c`, and the slope of the sum of infeasibilities for slacks.
    pub(super) g: Vec<f64>,
    pub(crate) place: Vec<Place>,
    /// Columns in the order of the factor.
    pub(crate) free: Vec<usize>,
    /// `A` restricted to the free columns, m numbers for each.
    pub(super) a_free: Vec<f64>,
    pub(super) factor: Factor,
    /// Multipliers of the rows.
    pub(super) lambda: Vec<f64>,
    /// Weight s of `A'A` in the factor.
    pub(super) sigma: f64,
    /// Square roots of the diagonal of Q: the natural unit of each gradient element.
    pub(super) unit: Vec<f64>,
    /// Whether Q counts; it does not while a first feasible point is sought.
    pub(super) curved: bool,
    pub(super) steps: usize,
    /// Steps of length zero in a row.
    pub(super) idle: usize,
    /// Largest number of the first point and of the limits.
    pub(super) reach: f64,
    /// Reduced gradients below this part of their terms are zero.
    pub(super) zero: f64,
    /// Largest reduced gradient of a free column when last corrected: what rounding leaves.
    pub(super) noise: f64,
    pub(crate) work: Work,
}

/// Sizes of the terms of a gradient: element j of `Q x` is rounded to about `epsilon sqrt(Q_jj)`
/// times `size`, and a multiplier, which balances the gradients of the free columns, to `epsilon`
/// times the largest of these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// `sum_j sqrt(Q_jj) |x_j|`.
    pub(super) size: f64,
    /// Multipliers, and the largest terms of a free column.
    pub(super) base: f64,
}

/// Storage used again by every step.
#[derive(Default)]
pub(crate) struct Work {
    /// A direction on the free columns.
    pub(crate) d: Vec<f64>,
    /// `L^-1 M_Fj` of the column about to enter.
    pub(super) l: Vec<f64>,
    /// m numbers.
    pub(super) u: Vec<f64>,
    /// `Q d`.
    pub(crate) h: Vec<f64>,
}

impl<'a, Q: Quadratic> Engine<'a, Q> {
    /// Takes a checked problem over; no point is set yet.
    pub(crate) fn new(problem: &Problem<'a, Q>) -> Result<Self, QpError> {
        problem.check()?;
        let n = problem.quadratic.n();
        let m = problem.rows.len();
        let mut a = Vec::with_capacity(n * m);
        let mut row_scale = Vec::with_capacity(m);
        let (mut lower, mut upper) = (problem.lower.to_vec(), problem.upper.to_vec());
        for row in problem.rows {
            let largest = max_abs(&row.coefficients);
            let scale = if largest > 0.0 { largest } else { 1.0 };
            if scale == 1.0 {
                a.extend_from_slice(&row.coefficients);
            } else {
                a.extend(row.coefficients.iter().map(|v| v / scale));
            }
            row_scale.push(scale);
            lower.push(row.lower / scale);
            upper.push(row.upper / scale);
        }
        let unit: Vec<f64> = (0..n).map(|j| problem.quadratic.diagonal(j).sqrt()).collect();
        let mut c = problem.linear.to_vec();
        c.resize(n, 0.0);
        Ok(Self {
            q: problem.quadratic,
            n,
            m,
            a,
            row_scale,
            c,
            lower,
            upper,
            x: vec![0.0; n + m],
            g: vec![0.0; n + m],
            place: vec![Place::Lower; n + m],
            free: Vec::with_capacity(m + 16),
            a_free: Vec::new(),
            factor: Factor::new(m),
            lambda: vec![0.0; m],
            sigma: 1.0,
            unit,
            curved: true,
            steps: 0,
            idle: 0,
            reach: 0.0,
            zero: super::steps::GRADIENT_ZERO,
            noise: 0.0,
            work: Work { u: vec![0.0; m], h: vec![0.0; n], ..Work::default() },
        })
    }

    /// Element of `[A, -I]`.
    #[inline]
    pub(super) fn element(&self, row: usize, column: usize) -> f64 {
        if column < self.n {
            self.a[row * self.n + column]
        } else if column - self.n == row {
            -1.0
        } else {
            0.0
        }
    }

    /// `work.l <- L^-1 M_Fj`; the pivot that j would bring.
    pub(super) fn prepare(&mut self, j: usize) -> f64 {
        let mut l = std::mem::take(&mut self.work.l);
        l.clear();
        if self.curved && j < self.n {
            let column = self.q.column(j);
            l.extend(self.free.iter().map(|&f| if f < self.n { column[f] } else { 0.0 }));
        } else {
            l.resize(self.free.len(), 0.0);
        }
        for i in 0..self.m {
            let weight = self.sigma * self.element(i, j);
            if weight != 0.0 {
                for (l, a) in l.iter_mut().zip(self.a_free.iter().skip(i).step_by(self.m)) {
                    *l += weight * a;
                }
            }
        }
        self.factor.forward(&mut l);
        let pivot = self.factor.pivot(&l, self.diagonal(j));
        self.work.l = l;
        pivot
    }

    /// Element (j, j) of M.
    pub(super) fn diagonal(&self, j: usize) -> f64 {
        let mut d = if self.curved && j < self.n { self.q.diagonal(j) } else { 0.0 };
        for i in 0..self.m {
            let a = self.element(i, j);
            d += self.sigma * a * a;
        }
        d
    }

    /// Puts j, for which `work.l` is prepared, into F.
    pub(super) fn append(&mut self, j: usize, pivot: f64) {
        let (n, a) = (self.n, &self.a);
        let element = |i: usize| match j < n {
            true => a[i * n + j],
            false => -f64::from(u8::from(j - n == i)),
        };
        self.factor.append(&self.work.l, pivot, element);
        self.a_free.extend((0..self.m).map(element));
        self.free.push(j);
        self.place[j] = Place::Free;
    }

    /// Takes the column at place p of F out and lets it rest where it is.
    pub(super) fn remove(&mut self, p: usize) {
        self.factor.remove(p);
        let j = self.free.remove(p);
        self.a_free.drain(p * self.m..(p + 1) * self.m);
        self.place[j] = self.resting_place(j);
    }

    /// The place that the value of column j means.
    pub(super) fn resting_place(&self, j: usize) -> Place {
        if self.lower[j] == self.upper[j] {
            Place::Fixed
        } else if self.x[j] <= self.lower[j] {
            Place::Lower
        } else if self.x[j] >= self.upper[j] {
            Place::Upper
        } else {
            Place::Held
        }
    }

    /// `work.h <- Q d` with d on the free columns and, if given, 1 at another variable.
    pub(super) fn curve(&mut self, other: Option<usize>) {
        let mut h = std::mem::take(&mut self.work.h);
        h.fill(0.0);
        if self.curved {
            let mut pending: [(f64, &[f64]); 4] = [(0.0, &[]); 4];
            let mut waiting = 0;
            let terms =
                self.free.iter().zip(&self.work.d).filter(|(f, d)| **f < self.n && **d != 0.0);
            let last = other.filter(|&j| j < self.n).map(|j| (1.0, self.q.column(j)));
            for term in terms.map(|(&f, &d)| (d, self.q.column(f))).chain(last) {
                pending[waiting] = term;
                waiting += 1;
                if waiting == 4 {
                    axpy4(pending.map(|p| p.0), pending.map(|p| p.1), &mut h);
                    waiting = 0;
                }
            }
            for (d, column) in &pending[..waiting] {
                axpy(*d, column, &mut h);
            }
        }
        self.work.h = h;
    }

    /// `d'Q d` after [`Engine::curve`] with the same argument.
    pub(super) fn curvature(&self, other: Option<usize>) -> f64 {
        let on_free: f64 = (self.free.iter().zip(&self.work.d))
            .filter(|(f, _)| **f < self.n)
            .map(|(&f, &d)| d * self.work.h[f])
            .sum();
        on_free + other.filter(|&j| j < self.n).map_or(0.0, |j| self.work.h[j])
    }

    /// Reduced gradient of column j: how the objective changes when j moves and the rows follow.
    #[inline]
    pub(crate) fn reduced(&self, j: usize) -> f64 {
        if j >= self.n {
            return self.g[j] + self.lambda[j - self.n];
        }
        let mut r = self.g[j];
        for i in 0..self.m {
            r -= self.lambda[i] * self.a[i * self.n + j];
        }
        r
    }

    /// What gradients are rounded against; to be taken anew when x or lambda have changed.
    pub(super) fn scale(&self) -> Scale {
        let mut size = 0.0;
        if self.curved {
            for j in 0..self.n {
                size += self.unit[j] * self.x[j].abs();
            }
        }
        self.scale_of(size)
    }

    /// As [`Engine::scale`] with `size` given.
    pub(super) fn scale_of(&self, size: f64) -> Scale {
        let mut base: f64 = self.lambda.iter().map(|l| l.abs()).sum();
        if self.curved {
            let free = self.free.iter().filter(|f| **f < self.n);
            base += free.map(|&f| self.unit[f] * size + self.c[f].abs()).fold(0.0, f64::max);
        }
        Scale { size, base }
    }

    /// Size of the terms that cancel in the reduced gradient of column j.
    #[inline]
    pub(super) fn terms(&self, j: usize, scale: Scale) -> f64 {
        if j < self.n && self.curved {
            self.unit[j] * scale.size + self.c[j].abs() + scale.base
        } else {
            scale.base
        }
    }

    /// `A x`, rows scaled.
    pub(super) fn row_values(&self) -> Vec<f64> {
        (0..self.m).map(|i| dot(&self.a[i * self.n..(i + 1) * self.n], &self.x[..self.n])).collect()
    }

    /// Recomputes the gradient from x.
    pub(crate) fn refresh_gradient(&mut self) {
        let n = self.n;
        let mut g = std::mem::take(&mut self.g);
        for (g, c) in g[..n].iter_mut().zip(&self.c) {
            *g = -c;
        }
        g[n..].fill(0.0);
        let mut pending: [(f64, &[f64]); 4] = [(0.0, &[]); 4];
        let mut waiting = 0;
        for j in 0..n {
            if self.x[j] != 0.0 {
                pending[waiting] = (self.x[j], self.q.column(j));
                waiting += 1;
            }
            if waiting == 4 {
                axpy4(pending.map(|p| p.0), pending.map(|p| p.1), &mut g[..n]);
                waiting = 0;
            }
        }
        for (d, column) in &pending[..waiting] {
            axpy(*d, column, &mut g[..n]);
        }
        self.g = g;
    }
}
