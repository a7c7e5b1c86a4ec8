//! The factor of the free block, kept up to date while variables come and go.
//!
//! With F the free columns, A the rows and `M = Q_FF + s A_F' A_F`, the file keeps `M = L L'` and
//! `V = L^-1 A_F'`. Adding `s A'A` changes no solution with `A d = 0`, and makes M positive
//! definite exactly if Q is positive definite on the directions that the rows leave: a singular Q
//! needs no other treatment.

use crate::linalg::vector::{axpy, dot};

/// A new pivot below this part of its diagonal element counts as zero: a direction without
/// curvature. Rounding leaves some 1e-15; assets whose difference has 3e-7 of their volatility
/// stay apart.
pub(super) const PIVOT_MIN: f64 = 1e-13;

/// Places that the storage starts with; it doubles when full.
const PLACES: usize = 16;

pub(crate) struct Factor {
    m: usize,
    k: usize,
    capacity: usize,
    /// Row i of L at `i capacity ..`.
    l: Vec<f64>,
    /// Row i of V at `i m ..`.
    v: Vec<f64>,
    /// Cholesky factor of `S = V'V`, rows of m.
    s: Vec<f64>,
    s_current: bool,
}

impl Factor {
    pub(crate) fn new(m: usize) -> Self {
        Self {
            m,
            k: 0,
            capacity: PLACES,
            l: vec![0.0; PLACES * PLACES],
            v: Vec::with_capacity(PLACES * m),
            s: vec![0.0; m * m],
            s_current: false,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.k = 0;
        self.v.clear();
        self.s_current = false;
    }

    /// `b <- L^-1 b`.
    pub(crate) fn forward(&self, b: &mut [f64]) {
        for i in 0..self.k {
            let row = self.row(i);
            b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
        }
    }

    /// `b <- L'^-1 b`.
    pub(crate) fn backward(&self, b: &mut [f64]) {
        for i in (0..self.k).rev() {
            let row = self.row(i);
            b[i] /= row[i];
            let (head, tail) = b.split_at_mut(i);
            axpy(-tail[0], &row[..i], head);
        }
    }

    /// `out <- V' y`.
    pub(crate) fn rows_of(&self, y: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        if self.m == 1 {
            out[0] = dot(&self.v, &y[..self.k]);
            return;
        }
        for (row, &y) in self.v.chunks_exact(self.m).zip(y) {
            axpy(y, row, out);
        }
    }

    /// `y <- V u - y`.
    pub(crate) fn columns_of(&self, u: &[f64], y: &mut [f64]) {
        if self.m == 1 {
            for (y, v) in y.iter_mut().zip(&self.v) {
                *y = v * u[0] - *y;
            }
            return;
        }
        for (row, y) in self.v.chunks_exact(self.m).zip(y.iter_mut()) {
            *y = dot(row, u) - *y;
        }
    }

    /// `b <- S^-1 b`; rows that depend on others get 0.
    pub(crate) fn solve_rows(&mut self, b: &mut [f64]) {
        let m = self.m;
        if !self.s_current {
            self.factor_rows();
        }
        if m == 1 {
            b[0] = if self.s[0] > 0.0 { b[0] / self.s[0] } else { 0.0 };
            return;
        }
        for i in 0..m {
            let d = self.s[i * m + i];
            b[i] = if d > 0.0 { (b[i] - dot(&self.s[i * m..i * m + i], &b[..i])) / d } else { 0.0 };
        }
        for i in (0..m).rev() {
            let d = self.s[i * m + i];
            b[i] = if d > 0.0 { b[i] / d } else { 0.0 };
            let (head, tail) = b.split_at_mut(i);
            axpy(-tail[0], &self.s[i * m..i * m + i], head);
        }
    }

    /// The pivot that a new column would bring: `M_jj - |l|²` with `l = L^-1 M_Fj`, given in `l`.
    pub(crate) fn pivot(&self, l: &[f64], diagonal: f64) -> f64 {
        diagonal - dot(&l[..self.k], &l[..self.k])
    }

    /// Takes a column in: `l = L^-1 M_Fj`, its pivot (positive), its elements of A.
    pub(crate) fn append(&mut self, l: &[f64], pivot: f64, a: impl Fn(usize) -> f64) {
        let k = self.k;
        if k == self.capacity {
            self.grow();
        }
        let root = pivot.sqrt();
        let at = k * self.capacity;
        self.l[at..at + k].copy_from_slice(&l[..k]);
        self.l[at + k] = root;
        for i in 0..self.m {
            let mut sum = 0.0;
            for (r, l) in l[..k].iter().enumerate() {
                sum += l * self.v[r * self.m + i];
            }
            self.v.push((a(i) - sum) / root);
        }
        self.k += 1;
        self.s_current = false;
    }

    /// Takes the column at place p out; later ones move up by one.
    pub(crate) fn remove(&mut self, p: usize) {
        let (k, m, c) = (self.k, self.m, self.capacity);
        for i in p..k - 1 {
            // Rotate columns i and i + 1 so that row i + 1, which becomes row i, ends at column i.
            let (a, b) = (self.l[(i + 1) * c + i], self.l[(i + 1) * c + i + 1]);
            let r = (a * a + b * b).sqrt();
            let (cos, sin) = (a / r, b / r);
            self.l[(i + 1) * c + i] = r;
            for row in i + 2..k {
                let (x, y) = (self.l[row * c + i], self.l[row * c + i + 1]);
                self.l[row * c + i] = cos * x + sin * y;
                self.l[row * c + i + 1] = cos * y - sin * x;
            }
            for q in 0..m {
                let (x, y) = (self.v[i * m + q], self.v[(i + 1) * m + q]);
                self.v[i * m + q] = cos * x + sin * y;
                self.v[(i + 1) * m + q] = cos * y - sin * x;
            }
            self.l.copy_within((i + 1) * c..(i + 1) * c + i + 1, i * c);
        }
        self.k -= 1;
        self.v.truncate(self.k * m);
        self.s_current = false;
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.l[i * self.capacity..=i * self.capacity + i]
    }

    fn grow(&mut self) {
        let wide = 2 * self.capacity;
        let mut l = vec![0.0; wide * wide];
        for i in 0..self.k {
            l[i * wide..=i * wide + i].copy_from_slice(self.row(i));
        }
        self.l = l;
        self.capacity = wide;
    }

    /// Cholesky factor of `V'V`; for one row its plain value.
    fn factor_rows(&mut self) {
        let m = self.m;
        self.s_current = true;
        if m == 1 {
            self.s[0] = dot(&self.v, &self.v);
            return;
        }
        self.s.fill(0.0);
        for row in self.v.chunks_exact(m) {
            for i in 0..m {
                if row[i] != 0.0 {
                    axpy(row[i], &row[..=i], &mut self.s[i * m..=i * m + i]);
                }
            }
        }
        for i in 0..m {
            let diagonal = self.s[i * m + i];
            for j in 0..i {
                let d = self.s[j * m + j];
                let (head, tail) = self.s.split_at(i * m);
                let v = if d > 0.0 {
                    (tail[j] - dot(&head[j * m..j * m + j], &tail[..j])) / d
                } else {
                    0.0
                };
                self.s[i * m + j] = v;
            }
            let row = &self.s[i * m..i * m + i];
            let pivot = diagonal - dot(row, row);
            self.s[i * m + i] = if pivot > PIVOT_MIN * diagonal { pivot.sqrt() } else { 0.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of a fixed M = B B' + I and two rows.
    fn m(i: usize, j: usize) -> f64 {
        let b = |i: usize, k: usize| ((3 * i + 5 * k + i * k) as f64).sin();
        (0..4).map(|k| b(i, k) * b(j, k)).sum::<f64>() + if i == j { 1.0 } else { 0.0 }
    }

    fn a(row: usize, j: usize) -> f64 {
        if row == 0 { 1.0 } else { (j as f64).cos() }
    }

    fn push(f: &mut Factor, free: &mut Vec<usize>, j: usize) {
        let mut l: Vec<f64> = free.iter().map(|&i| m(i, j)).collect();
        f.forward(&mut l);
        let pivot = f.pivot(&l, m(j, j));
        f.append(&l, pivot, |row| a(row, j));
        free.push(j);
    }

    #[test]
    fn after_many_changes_the_factor_still_solves_the_rows_and_the_block() {
        let mut f = Factor::new(2);
        let mut free = vec![];
        for j in 0..70 {
            push(&mut f, &mut free, j);
            if j % 3 == 2 {
                let p = (j * 7) % free.len();
                f.remove(p);
                free.remove(p);
            }
        }
        let b: Vec<f64> = free.iter().map(|&j| (j as f64 + 0.5).sqrt()).collect();
        let mut x = b.clone();
        f.forward(&mut x);
        f.backward(&mut x);
        for (&i, b) in free.iter().zip(&b) {
            let row: f64 = free.iter().zip(&x).map(|(&j, x)| m(i, j) * x).sum();
            assert!((row - b).abs() < 1e-11, "{row} {b}");
        }
        // S u = V' y against the same product formed from M^-1 A'
        let mut u = [1.0, -2.0];
        f.solve_rows(&mut u);
        let mut y: Vec<f64> = free.iter().map(|&j| u[0] * a(0, j) + u[1] * a(1, j)).collect();
        f.forward(&mut y);
        f.backward(&mut y);
        for (row, want) in [(0, 1.0), (1, -2.0)] {
            let got: f64 = free.iter().zip(&y).map(|(&j, y)| a(row, j) * y).sum();
            assert!((got - want).abs() < 1e-10);
        }
    }
}
