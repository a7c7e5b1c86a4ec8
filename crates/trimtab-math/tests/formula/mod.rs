//! Inputs for the tests, made by formula: the same numbers on every machine.
#![allow(dead_code)]

use std::path::PathBuf;

/// Uniform numbers in (0, 1) from a linear congruential generator (Knuth's MMIX constants).
pub(crate) struct Uniform(pub(crate) u64);

impl Uniform {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Roughly normal: the sum of twelve uniforms less six.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// `t` rows of `n` returns: one common factor, three group factors and noise of various sizes.
pub(crate) fn panel(t: usize, n: usize, seed: u64) -> Vec<f64> {
    let mut u = Uniform(seed);
    let beta: Vec<f64> = (0..n).map(|_| 0.3 + u.next()).collect();
    let noise: Vec<f64> = (0..n).map(|_| 0.004 + 0.012 * u.next()).collect();
    let mut out = Vec::with_capacity(t * n);
    for _ in 0..t {
        let market = 0.0004 + 0.01 * u.normal();
        let groups = [0.006 * u.normal(), 0.006 * u.normal(), 0.006 * u.normal()];
        for i in 0..n {
            out.push(beta[i] * market + groups[i % 3] + noise[i] * u.normal());
        }
    }
    out
}

/// Sample covariance of `t` rows of `n` returns.
pub(crate) fn covariance(x: &[f64], t: usize, n: usize) -> Vec<f64> {
    let mean: Vec<f64> = means(x, t, n);
    let mut s = vec![0.0; n * n];
    for row in x.chunks_exact(n) {
        for i in 0..n {
            for j in 0..=i {
                s[i * n + j] += (row[i] - mean[i]) * (row[j] - mean[j]) / (t - 1) as f64;
            }
        }
    }
    for i in 0..n {
        for j in 0..i {
            s[j * n + i] = s[i * n + j];
        }
    }
    s
}

/// Mean of each of the `n` columns.
pub(crate) fn means(x: &[f64], t: usize, n: usize) -> Vec<f64> {
    (0..n).map(|j| x.iter().skip(j).step_by(n).sum::<f64>() / t as f64).collect()
}

/// A file of the reference folder beside the repository, or `None` with a printed note.
#[allow(clippy::print_stdout)]
pub(crate) fn shared(path: &str) -> Option<String> {
    let file: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "..", "shared", path].iter().collect();
    let text = std::fs::read_to_string(file).ok();
    if text.is_none() {
        println!("skipped: ../shared/{path} is absent");
    }
    text
}
