//! The Newton matrix: blocks of order n on the diagonal, diagonal blocks beside it.

use crate::linalg::vector::{axpy, dot};

/// `S_1 = B_1`, `S_(t+1) = B_(t+1) - E_(t+1) S_t^-1 E_(t+1)`: the inverses of the S_t.
pub(super) struct Blocks {
    n: usize,
    /// `S_t^-1`, n x n, symmetric, both triangles.
    inverses: Vec<Vec<f64>>,
    /// E_t of the link from t - 1 to t, from the second period on.
    links: Vec<Vec<f64>>,
}

impl Blocks {
    /// Of `B_t = Q + diag(d_t)` and the links E_t; `None` where a pivot is lost.
    pub(super) fn new(q: &[f64], diagonals: &[Vec<f64>], links: Vec<Vec<f64>>) -> Option<Self> {
        let n = diagonals[0].len();
        let mut inverses: Vec<Vec<f64>> = Vec::with_capacity(diagonals.len());
        for (t, d) in diagonals.iter().enumerate() {
            let mut s = q.to_vec();
            for (i, d) in d.iter().enumerate() {
                s[i * n + i] += d;
            }
            if let Some(before) = inverses.last() {
                let e = &links[t - 1];
                for (i, row) in s.chunks_exact_mut(n).enumerate() {
                    for (j, s) in row.iter_mut().enumerate() {
                        *s -= e[i] * before[i * n + j] * e[j];
                    }
                }
            }
            inverses.push(inverse(s, n)?);
        }
        Some(Self { n, inverses, links })
    }

    /// Replaces the right hand side by the solution, periods one after the other.
    pub(super) fn solve(&self, y: &mut [f64]) {
        let n = self.n;
        let h = self.inverses.len();
        let mut work = vec![0.0; n];
        for t in 0..h {
            if t > 0 {
                let (before, here) = y.split_at_mut(t * n);
                let before = &before[(t - 1) * n..];
                for ((y, e), b) in here.iter_mut().zip(&self.links[t - 1]).zip(before) {
                    *y += e * b;
                }
            }
            let here = &mut y[t * n..(t + 1) * n];
            times(&self.inverses[t], here, &mut work);
            here.copy_from_slice(&work);
        }
        for t in (0..h.saturating_sub(1)).rev() {
            let ahead: Vec<f64> = (0..n).map(|i| self.links[t][i] * y[(t + 1) * n + i]).collect();
            times(&self.inverses[t], &ahead, &mut work);
            axpy(1.0, &work, &mut y[t * n..(t + 1) * n]);
        }
    }
}

/// `y = A x`, A symmetric.
fn times(a: &[f64], x: &[f64], y: &mut [f64]) {
    crate::symmetric::multiply(a, x.len(), x, y);
}

/// The inverse of a positive definite matrix: `L` by rows, `L^-1` by rows, `L^-T L^-1`.
fn inverse(mut a: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    for i in 0..n {
        let (above, row) = a.split_at_mut(i * n);
        for j in 0..i {
            let other = &above[j * n..=j * n + j];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        let pivot = row[i] - dot(&row[..i], &row[..i]);
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        row[i] = pivot.sqrt();
    }
    // Row i of L^-1: (e_i - sum_k<i L_ik (row k of L^-1)) / L_ii.
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        let (done, row) = l.split_at_mut(i * n);
        let row = &mut row[..=i];
        for k in 0..i {
            axpy(-a[i * n + k], &done[k * n..=k * n + k], &mut row[..=k]);
        }
        row[i] = 1.0;
        let scale = a[i * n + i].recip();
        row.iter_mut().for_each(|v| *v *= scale);
    }
    let mut out = vec![0.0; n * n];
    for k in 0..n {
        let row = &l[k * n..=k * n + k];
        for i in 0..=k {
            axpy(row[i], &row[..=i], &mut out[i * n..=i * n + i]);
        }
    }
    for i in 0..n {
        for j in 0..i {
            out[j * n + i] = out[i * n + j];
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_solves() {
        let (n, h) = (3, 4);
        let q = [2.0, 0.5, 0.1, 0.5, 1.5, 0.2, 0.1, 0.2, 1.0];
        let links: Vec<Vec<f64>> =
            (1..h).map(|t| (0..n).map(|i| 0.1 * (t + i) as f64).collect()).collect();
        let none = vec![0.0; n];
        let diagonals: Vec<Vec<f64>> = (0..h)
            .map(|t| {
                let left = if t > 0 { &links[t - 1] } else { &none };
                let right = links.get(t).unwrap_or(&none);
                (0..n).map(|i| 0.3 + left[i] + right[i]).collect()
            })
            .collect();
        let blocks = Blocks::new(&q, &diagonals, links.clone()).unwrap();
        let x: Vec<f64> = (0..n * h).map(|k| (k as f64 * 0.7).sin()).collect();
        let mut y = vec![0.0; n * h];
        for t in 0..h {
            for i in 0..n {
                let mut sum = diagonals[t][i] * x[t * n + i];
                sum += (0..n).map(|j| q[i * n + j] * x[t * n + j]).sum::<f64>();
                if t > 0 {
                    sum -= links[t - 1][i] * x[(t - 1) * n + i];
                }
                if t + 1 < h {
                    sum -= links[t][i] * x[(t + 1) * n + i];
                }
                y[t * n + i] = sum;
            }
        }
        blocks.solve(&mut y);
        assert!(x.iter().zip(&y).all(|(x, y)| (x - y).abs() < 1e-13));
        assert!(Blocks::new(&[-1.0], &[vec![0.5]], vec![]).is_none());
    }
}
