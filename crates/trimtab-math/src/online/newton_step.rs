use super::{OnlineError, OnlinePortfolio, Period, uniform, within};
use crate::linalg::Sym;
use crate::qp::{self, Problem, Row};
use crate::symmetric::{axpy, dot, solve};

/// Online Newton step (Agarwal, Hazan, Kale, Schapire 2006, *Algorithms for portfolio management
/// based on the Newton method*, fig. 1).
///
/// With the gradients `g = x / b'x`: `A = I + sum g g'`, `p = (1 + 1/beta) sum g`; the weights are
/// `(1 - eta) q + eta / n`, q the point of the simplex nearest to `delta A^-1 p` in the norm of A.
#[derive(Clone, Debug)]
pub struct OnlineNewtonStep {
    mix: f64,
    beta: f64,
    delta: f64,
    a: Vec<f64>,
    p: Vec<f64>,
    weights: Vec<f64>,
    /// q, where the next projection starts.
    last: Vec<f64>,
}

impl OnlineNewtonStep {
    /// From equal weights. The paper takes eta = 0, beta = 1, delta = 1/8; `mix` is eta.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(n: usize, mix: f64, beta: f64, delta: f64) -> Result<Self, OnlineError> {
        let weights = uniform(n)?;
        Ok(Self {
            mix: within("eta", mix, 0.0, 1.0)?,
            beta: within("beta", beta, 1e-12, 1e12)?,
            delta: within("delta", delta, 1e-12, 1e12)?,
            a: (0..n * n).map(|k| f64::from(u8::from(k / n == k % n))).collect(),
            p: vec![0.0; n],
            last: weights.clone(),
            weights,
        })
    }
}

impl OnlinePortfolio for OnlineNewtonStep {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let n = self.weights.len();
        let x = period.of(n)?;
        let growth = dot(&self.weights, x);
        let g: Vec<f64> = x.iter().map(|x| x / growth).collect();
        for (row, g_i) in self.a.chunks_exact_mut(n).zip(&g) {
            axpy(*g_i, &g, row);
        }
        axpy(1.0 + 1.0 / self.beta, &g, &mut self.p);
        let newton = solve(&self.a, n, &self.p).ok_or(OnlineError::Stalled)?;
        let goal: Vec<f64> = newton.iter().map(|v| v * self.delta).collect();
        self.last = nearest(&self.a, &goal, &self.last)?;
        let even = self.mix / n as f64;
        self.weights = self.last.iter().map(|q| (1.0 - self.mix) * q + even).collect();
        Ok(())
    }
}

/// The point of the simplex nearest to `goal` in the norm of A.
fn nearest(a: &[f64], goal: &[f64], start: &[f64]) -> Result<Vec<f64>, OnlineError> {
    let n = goal.len();
    let mut linear = vec![0.0; n];
    crate::symmetric::multiply(a, n, goal, &mut linear);
    let quadratic = Sym::from_column_major(n, a.to_vec()).map_err(|_| OnlineError::Stalled)?;
    let problem = Problem {
        quadratic: &quadratic,
        linear: &linear,
        lower: &vec![0.0; n],
        upper: &vec![1.0; n],
        rows: &[Row::budget(n, 1.0)],
    };
    qp::solve(&problem, Some(start)).map(|s| s.x).map_err(|_| OnlineError::Stalled)
}
