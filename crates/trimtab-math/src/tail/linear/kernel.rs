#![allow(clippy::needless_range_loop)] // the indices are the letters of the formulas

use crate::symmetric::{axpy, dot};

/// Inverse of the k x k kernel: the active rows in the basic variables. Row q of the inverse
/// belongs to basic variable q, column p to active row p.
pub(super) struct Kernel {
    inverse: Vec<f64>,
    k: usize,
    stride: usize,
}

impl Kernel {
    pub(super) fn new() -> Self {
        Self { inverse: vec![], k: 0, stride: 0 }
    }

    fn row(&self, q: usize) -> &[f64] {
        &self.inverse[q * self.stride..q * self.stride + self.k]
    }

    /// `z = B^-1 b`.
    pub(super) fn times(&self, b: &[f64], z: &mut Vec<f64>) {
        z.clear();
        z.extend((0..self.k).map(|q| dot(self.row(q), b)));
    }

    /// `v' = c' B^-1`.
    pub(super) fn left_times(&self, c: &[f64], v: &mut Vec<f64>) {
        v.clear();
        v.resize(self.k, 0.0);
        for (q, &c) in c.iter().enumerate() {
            axpy(c, self.row(q), v);
        }
    }

    /// Column p of the inverse.
    pub(super) fn column(&self, p: usize, z: &mut Vec<f64>) {
        z.clear();
        z.extend((0..self.k).map(|q| self.inverse[q * self.stride + p]));
    }

    /// A row and a variable more: `z = B^-1 b`, `v' = c' B^-1`, `schur = d - c' B^-1 b`.
    pub(super) fn grow(&mut self, z: &[f64], v: &[f64], schur: f64) {
        self.reserve();
        let (k, stride) = (self.k, self.stride);
        for q in 0..k {
            let row = &mut self.inverse[q * stride..=q * stride + k];
            axpy(z[q] / schur, v, &mut row[..k]);
            row[k] = -z[q] / schur;
        }
        let last = &mut self.inverse[k * stride..=k * stride + k];
        for (l, v) in last.iter_mut().zip(v) {
            *l = -v / schur;
        }
        last[k] = 1.0 / schur;
        self.k += 1;
    }

    /// Row p and variable q less; the last ones take their places.
    pub(super) fn shrink(&mut self, q: usize, p: usize) {
        let (k, stride) = (self.k, self.stride);
        let pivot = self.inverse[q * stride + p];
        let gone: Vec<f64> = self.row(q).iter().map(|x| x / pivot).collect();
        for r in (0..k).filter(|&r| r != q) {
            let row = &mut self.inverse[r * stride..r * stride + k];
            let factor = row[p];
            axpy(-factor, &gone, row);
            row[p] = row[k - 1];
        }
        let last = (k - 1) * stride;
        self.inverse.copy_within(last..last + k - 1, q * stride);
        self.k -= 1;
    }

    /// Variable q exchanged for one with column b, `z = B^-1 b`.
    pub(super) fn replace_variable(&mut self, q: usize, z: &[f64]) {
        let stride = self.stride;
        let new: Vec<f64> = self.row(q).iter().map(|x| x / z[q]).collect();
        for r in 0..self.k {
            let row = &mut self.inverse[r * stride..r * stride + self.k];
            if r == q {
                row.copy_from_slice(&new);
            } else {
                axpy(-z[r], &new, row);
            }
        }
    }

    /// Row p exchanged for one with elements c, `v' = c' B^-1`.
    pub(super) fn replace_row(&mut self, p: usize, v: &[f64]) {
        let stride = self.stride;
        for q in 0..self.k {
            let row = &mut self.inverse[q * stride..q * stride + self.k];
            let new = row[p] / v[p];
            axpy(-new, v, row);
            row[p] = new;
        }
    }

    /// The inverse afresh, by elimination with row pivots. `matrix` has the active rows as rows.
    /// Where it is singular, the place (row, variable) that cannot be solved for.
    pub(super) fn refactor(&mut self, matrix: &mut [f64], k: usize) -> Result<(), (usize, usize)> {
        const SINGULAR: f64 = 1e-11;
        self.k = k;
        self.reserve();
        let stride = self.stride;
        // Eliminate [B | I] to [I | B^-1]; `place[i]` is the active row now standing in line i.
        let mut right = vec![0.0; k * k];
        let mut place: Vec<usize> = (0..k).collect();
        for i in 0..k {
            right[i * k + i] = 1.0;
        }
        for c in 0..k {
            let line = (c..k).fold(c, |best, i| {
                if matrix[i * k + c].abs() > matrix[best * k + c].abs() { i } else { best }
            });
            let pivot = matrix[line * k + c];
            if pivot.is_nan() || pivot.abs() < SINGULAR {
                return Err((place[line], c));
            }
            place.swap(c, line);
            for j in 0..k {
                matrix.swap(c * k + j, line * k + j);
                right.swap(c * k + j, line * k + j);
            }
            let scale = 1.0 / pivot;
            let own: Vec<f64> = matrix[c * k..(c + 1) * k].iter().map(|x| x * scale).collect();
            let own_right: Vec<f64> = right[c * k..(c + 1) * k].iter().map(|x| x * scale).collect();
            for i in 0..k {
                let factor = matrix[i * k + c];
                if i != c && factor != 0.0 {
                    axpy(-factor, &own, &mut matrix[i * k..(i + 1) * k]);
                    axpy(-factor, &own_right, &mut right[i * k..(i + 1) * k]);
                }
            }
            matrix[c * k..(c + 1) * k].copy_from_slice(&own);
            right[c * k..(c + 1) * k].copy_from_slice(&own_right);
        }
        for q in 0..k {
            self.inverse[q * stride..q * stride + k].copy_from_slice(&right[q * k..(q + 1) * k]);
        }
        Ok(())
    }

    /// Room for one row and column more.
    fn reserve(&mut self) {
        if self.k < self.stride {
            return;
        }
        let stride = (2 * self.k).max(16);
        let mut wider = vec![0.0; stride * stride];
        let old = self.stride;
        for (q, row) in self.inverse.chunks_exact(old.max(1)).enumerate().take(self.k) {
            wider[q * stride..q * stride + old].copy_from_slice(row);
        }
        self.inverse = wider;
        self.stride = stride;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a structure but for a heavy diagonal, in which 31 stands for 4 and 41 for 7: no
    /// matrix met below is close to singular.
    fn element(p: usize, q: usize) -> f64 {
        let place = |i| match i {
            31 => 4,
            41 => 7,
            _ => i,
        };
        let mixed = ((p * p + 3 * p + 1) * (q * q + 5 * q + 2)) as f64 * 0.618_033_988_749_894_9;
        mixed.fract() - 0.5 + f64::from(u8::from(place(p) == place(q))) * 6.0
    }

    /// Each way of changing the kernel agrees with inverting the changed matrix.
    #[test]
    fn updates_agree_with_inverting_afresh() {
        let fresh = |rows: &[usize], columns: &[usize]| {
            let k = rows.len();
            let mut m: Vec<f64> =
                (0..k * k).map(|i| element(rows[i / k], columns[i % k])).collect();
            let mut kernel = Kernel::new();
            assert_eq!(kernel.refactor(&mut m, k), Ok(()));
            kernel
        };
        let same = |a: &Kernel, b: &Kernel| {
            assert_eq!(a.k, b.k);
            for q in 0..a.k {
                for (x, y) in a.row(q).iter().zip(b.row(q)) {
                    assert!((x - y).abs() < 1e-10);
                }
            }
        };
        let (mut rows, mut columns) = (vec![], vec![]);
        let mut kernel = Kernel::new();
        let (mut z, mut v) = (vec![], vec![]);
        for new in 0..20 {
            let b: Vec<f64> = rows.iter().map(|&p| element(p, new)).collect();
            let c: Vec<f64> = columns.iter().map(|&q| element(new, q)).collect();
            kernel.times(&b, &mut z);
            kernel.left_times(&c, &mut v);
            kernel.grow(&z, &v, element(new, new) - dot(&c, &z));
            rows.push(new);
            columns.push(new);
        }
        same(&kernel, &fresh(&rows, &columns));
        let b: Vec<f64> = rows.iter().map(|&p| element(p, 31)).collect();
        kernel.times(&b, &mut z);
        kernel.replace_variable(4, &z);
        columns[4] = 31;
        same(&kernel, &fresh(&rows, &columns));
        let c: Vec<f64> = columns.iter().map(|&q| element(41, q)).collect();
        kernel.left_times(&c, &mut v);
        kernel.replace_row(7, &v);
        rows[7] = 41;
        same(&kernel, &fresh(&rows, &columns));
        kernel.shrink(3, 5);
        columns.swap_remove(3);
        rows.swap_remove(5);
        same(&kernel, &fresh(&rows, &columns));
        kernel.shrink(18, 18);
        columns.swap_remove(18);
        rows.swap_remove(18);
        same(&kernel, &fresh(&rows, &columns));
    }

    #[test]
    fn a_singular_kernel_names_a_place() {
        let mut m = vec![1.0, 2.0, 2.0, 4.0];
        assert_eq!(Kernel::new().refactor(&mut m, 2), Err((0, 1)));
    }
}
