use super::{OnlineError, OnlinePortfolio, Period, uniform, within};
use crate::symmetric::dot;

/// Anticor (Borodin, El-Yaniv, Gogan 2004, *Can we learn to beat the best stock*, fig. 1), bought
/// and held over all windows from 2 to `windows` ("BAH(Anticor)").
///
/// For one window w: the logarithms of the relatives of the last two windows give means m1, m2 and
/// the cross-correlations c_ij of series i in the first with j in the second. Where `m2_i >= m2_j`
/// and `c_ij > 0`, i owes j the claim `c_ij + max(0, -c_ii) + max(0, -c_jj)`; the weight of i is
/// passed on in proportion to its claims. Each window keeps its own weights, which drift with the
/// prices before they are passed on; the weights of the rule are their mean by wealth.
#[derive(Clone, Debug)]
pub struct Anticor {
    windows: usize,
    experts: Vec<Expert>,
    /// Logarithms of the relatives, the last `2 windows` periods, in order.
    logs: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

/// Anticor over Anticor (the same paper, s. 4): the portfolios of the windows from 2 to `windows`
/// are taken as series, and [`Anticor`] over the same windows shares the wealth between them. This
/// is the "Anticor" of the published comparisons.
#[derive(Clone, Debug)]
pub struct CompoundAnticor {
    inner: Anticor,
    outer: Anticor,
    weights: Vec<f64>,
}

impl CompoundAnticor {
    /// From equal weights. The survey of Li and Hoi takes windows up to 30.
    ///
    /// # Errors
    /// As [`Anticor::new`]; at least 3 windows, or there is nothing to share.
    pub fn new(n: usize, windows: usize) -> Result<Self, OnlineError> {
        within("windows", windows as f64, 3.0, 1e5)?;
        let inner = Anticor::new(n, windows)?;
        let outer = Anticor::new(windows - 1, windows)?;
        Ok(Self { weights: inner.weights.clone(), inner, outer })
    }
}

impl OnlinePortfolio for CompoundAnticor {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        let growths: Vec<f64> = self.inner.experts.iter().map(|e| dot(&e.weights, x)).collect();
        self.inner.learn(period)?;
        self.outer.learn(Period::new(&growths, period.growth())?)?;
        self.weights.fill(0.0);
        for (e, share) in self.inner.experts.iter().zip(self.outer.weights()) {
            crate::symmetric::axpy(*share, &e.weights, &mut self.weights);
        }
        let sum: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|b| *b /= sum);
        Ok(())
    }
}

#[derive(Clone, Debug)]
struct Expert {
    window: usize,
    weights: Vec<f64>,
    wealth: f64,
}

impl Anticor {
    /// From equal weights. The paper takes windows up to 30.
    ///
    /// # Errors
    /// [`OnlineError::Empty`], [`OnlineError::Parameter`].
    pub fn new(n: usize, windows: usize) -> Result<Self, OnlineError> {
        within("windows", windows as f64, 2.0, 1e5)?;
        let weights = uniform(n)?;
        let experts = (2..=windows)
            .map(|window| Expert { window, weights: weights.clone(), wealth: 1.0 })
            .collect();
        Ok(Self { windows, experts, logs: vec![], weights })
    }

    /// One window alone.
    ///
    /// # Errors
    /// As [`Anticor::new`].
    pub fn single(n: usize, window: usize) -> Result<Self, OnlineError> {
        let mut all = Self::new(n, window)?;
        all.experts.retain(|e| e.window == window);
        Ok(all)
    }
}

impl OnlinePortfolio for Anticor {
    fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn learn(&mut self, period: Period<'_>) -> Result<(), OnlineError> {
        let x = period.of(self.weights.len())?;
        self.logs.push(x.iter().map(|x| libm::log(*x)).collect());
        if self.logs.len() > 2 * self.windows {
            self.logs.remove(0);
        }
        let mut total = 0.0;
        for e in &mut self.experts {
            let growth = dot(&e.weights, x);
            e.wealth *= growth;
            total += e.wealth;
            for (b, x) in e.weights.iter_mut().zip(x) {
                *b *= x / growth;
            }
        }
        self.weights.fill(0.0);
        for e in &mut self.experts {
            e.wealth /= total;
            let seen = self.logs.len();
            if seen >= 2 * e.window {
                let (first, second) = self.logs[seen - 2 * e.window..].split_at(e.window);
                e.transfer(first, second);
            }
            crate::symmetric::axpy(e.wealth, &e.weights, &mut self.weights);
        }
        let sum: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|b| *b /= sum);
        Ok(())
    }
}

impl Expert {
    /// Moves weight along the claims.
    fn transfer(&mut self, first: &[Vec<f64>], second: &[Vec<f64>]) {
        let n = self.weights.len();
        let (_, a) = standardised(first, n);
        let (mean, b) = standardised(second, n);
        let c: Vec<f64> = (0..n * n).map(|k| dot(&a[k / n], &b[k % n])).collect();
        let against = |i: usize| (-c[i * n + i]).max(0.0);
        let mut moved = self.weights.clone();
        for i in 0..n {
            let claims: Vec<f64> = (0..n)
                .map(|j| match mean[i] >= mean[j] && c[i * n + j] > 0.0 {
                    true => c[i * n + j] + against(i) + against(j),
                    false => 0.0,
                })
                .collect();
            let sum: f64 = claims.iter().sum();
            if sum > 0.0 {
                for j in 0..n {
                    let transfer = self.weights[i] * claims[j] / sum;
                    moved[i] -= transfer;
                    moved[j] += transfer;
                }
            }
        }
        // What is passed on adds up to the weight but for rounding.
        self.weights = moved.iter().map(|b| b.max(0.0)).collect();
    }
}

/// Means, and each series less its mean over the root of its sum of squares; zeros for a series
/// that does not move.
fn standardised(rows: &[Vec<f64>], n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let count = rows.len() as f64;
    (0..n)
        .map(|j| {
            let column: Vec<f64> = rows.iter().map(|r| r[j]).collect();
            let mean = column.iter().sum::<f64>() / count;
            let apart: Vec<f64> = column.iter().map(|v| v - mean).collect();
            let norm = dot(&apart, &apart).sqrt();
            let unit = if norm > 0.0 { 1.0 / norm } else { 0.0 };
            (mean, apart.iter().map(|v| v * unit).collect())
        })
        .unzip()
}
