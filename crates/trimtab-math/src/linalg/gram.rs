//! Gram matrices `X' W X` of [`Observations`].

use super::observations::Observations;
use super::tile;
use super::{Mat, Sym};

impl Observations {
    /// `scale X'X`: element (i, j) is `scale * sum_t x_ti x_tj`.
    ///
    /// Cost: T N² multiply-adds, halved by symmetry.
    #[must_use]
    pub fn gram(&self, scale: f64) -> Sym {
        let mut out = Sym::zeros(self.n());
        self.gram_into(scale, &mut out);
        out
    }

    /// As [`Observations::gram`], into a matrix of the same size that is used again.
    ///
    /// # Panics
    /// If `out` is of another size.
    pub fn gram_into(&self, scale: f64, out: &mut Sym) {
        assert_eq!(out.n(), self.n(), "the output has the size of the observations");
        tile::gram(self.factors(self), tile::Put::Scaled(scale), out.as_mut_slice());
    }

    /// `out <- out + X' W X` with `W = diag(w)`; weights may be negative.
    ///
    /// # Panics
    /// If `out` or `w` is of another size.
    pub fn add_gram(&self, w: &[f64], out: &mut Sym) {
        assert_eq!(out.n(), self.n(), "the output has the size of the observations");
        assert_eq!(w.len(), self.t(), "each observation has a weight");
        let weighted = self.clone().scaled(w);
        tile::gram(self.factors(&weighted), tile::Put::Added, out.as_mut_slice());
    }

    fn factors<'a>(&'a self, right: &'a Self) -> tile::Factors<'a> {
        tile::Factors { left: self.lanes(), right: right.lanes(), t: self.t(), n: self.n() }
    }

    /// `X y`: one number for each observation.
    #[must_use]
    pub fn combine(&self, y: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.t()];
        for (b, panel) in self.panels().enumerate() {
            let mut weights = [0.0; tile::WIDTH];
            let n = self.n().min((b + 1) * tile::WIDTH) - b * tile::WIDTH;
            weights[..n].copy_from_slice(&y[b * tile::WIDTH..b * tile::WIDTH + n]);
            for (o, lane) in out.iter_mut().zip(panel) {
                let mut s = 0.0;
                for k in 0..tile::WIDTH {
                    s += lane[k] * weights[k];
                }
                *o += s;
            }
        }
        out
    }

    /// `X' y`: one number for each series.
    #[must_use]
    pub fn project(&self, y: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.n() + tile::WIDTH);
        for panel in self.panels() {
            let mut sums = [0.0; tile::WIDTH];
            for (lane, &y) in panel.iter().zip(y) {
                for k in 0..tile::WIDTH {
                    sums[k] += lane[k] * y;
                }
            }
            out.extend_from_slice(&sums);
        }
        out.truncate(self.n());
        out
    }

    /// The observations as a T x N matrix.
    #[must_use]
    pub fn to_mat(&self) -> Mat {
        let mut m = Mat::zeros(self.t(), self.n());
        for j in 0..self.n() {
            for (o, v) in m.column_mut(j).iter_mut().zip(self.series(j)) {
                *o = v;
            }
        }
        m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(t: usize, n: usize) -> Vec<Vec<f64>> {
        (0..n).map(|j| (0..t).map(|i| ((i * (j + 3) + j) as f64 * 0.37).sin()).collect()).collect()
    }

    #[test]
    fn gram_is_the_plain_double_sum_of_fused_products_to_the_last_bit() {
        for (t, n) in [(1, 1), (5, 3), (40, 8), (300, 9), (513, 17), (700, 30)] {
            let series = wave(t, n);
            let g = Observations::from_columns(&series).unwrap().gram(1.0);
            for i in 0..n {
                for j in 0..n {
                    let mut plain = 0.0;
                    for (x, y) in series[i].iter().zip(&series[j]) {
                        plain = x.mul_add(*y, plain);
                    }
                    assert_eq!(g[(i, j)], plain, "T = {t}, N = {n}, element ({i}, {j})");
                }
            }
        }
    }

    #[test]
    fn the_instruction_set_does_not_change_a_bit() {
        let x = Observations::from_columns(&wave(301, 37)).unwrap();
        let mut plain = vec![0.0; 37 * 37];
        tile::gram_plain(x.factors(&x), tile::Put::Scaled(0.3), &mut plain);
        assert_eq!(x.gram(0.3).as_slice(), &plain[..]);
    }

    #[test]
    fn adding_and_taking_away_observations() {
        let x = Observations::from_columns(&wave(300, 10)).unwrap();
        let mut w = vec![1.0; 300];
        w[7] = -2.0;
        let mut g = Sym::identity(10);
        x.add_gram(&w, &mut g);
        for i in 0..10 {
            for j in 0..10 {
                let terms = x.series(i).zip(x.series(j)).zip(&w).map(|((a, b), w)| a * b * w);
                let plain: f64 = terms.sum::<f64>() + if i == j { 1.0 } else { 0.0 };
                assert!((g[(i, j)] - plain).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn combine_and_project_are_products_with_the_matrix() {
        let x = Observations::from_columns(&wave(21, 11)).unwrap();
        let y: Vec<f64> = (0..11).map(|i| f64::from(i) - 3.0).collect();
        let z: Vec<f64> = (0..21).map(|i| 1.0 / (1.0 + f64::from(i))).collect();
        let m = x.to_mat();
        for (a, b) in x.combine(&y).iter().zip(m.mul(&y)) {
            assert!((a - b).abs() < 1e-13);
        }
        for (a, b) in x.project(&z).iter().zip(m.mul_transposed(&z)) {
            assert!((a - b).abs() < 1e-13);
        }
    }
}
