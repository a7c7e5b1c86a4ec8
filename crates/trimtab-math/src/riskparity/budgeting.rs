use super::descent::Descent;
use super::{RiskParityError, inverse::normalised};
use crate::symmetric::{self, axpy, dot, multiply};

/// A share may miss its budget by this much at most; the iteration goes on to [`FINE`] where
/// rounding lets it.
pub(super) const TOLERANCE: f64 = 1e-10;

/// Where the iteration stops: safely inside [`TOLERANCE`], and above the rounding of many series.
const FINE: f64 = 1e-13;

/// Relative steps below this move x and S x along a line; above, x moves by its logarithm, which
/// costs a product with S and brings the next error down by more.
const LINEAR: f64 = 1e-3;

/// Newton steps before the covariance is called too close to singular. Far starts take about 15.
const STEPS_MAX: usize = 200;

/// Weights whose shares of risk are the budgets.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskBudgeting {
    /// Weights x, positive where the budget is, adding up to one.
    pub weights: Vec<f64>,
    /// Shares of risk `x_i (S x)_i / x' S x`, adding up to one.
    pub shares: Vec<f64>,
    /// Deviation `sqrt(x' S x)` in the unit of the covariance.
    pub volatility: f64,
    /// Largest `|share - budget|`, at most 1e-10.
    pub residual: f64,
    /// Newton steps, or passes of coordinate descent where a budget is zero.
    pub steps: usize,
}

/// Equal risk contribution: [`risk_budgeting`] with the same budget for all (Maillard, Roncalli,
/// Teiletche 2010, *The properties of equally weighted risk contribution portfolios*).
///
/// # Errors
/// As [`risk_budgeting`].
pub fn equal_risk_contribution(
    covariance: &[f64],
    n: usize,
) -> Result<RiskBudgeting, RiskParityError> {
    risk_budgeting(covariance, n, &vec![1.0; n])
}

/// Long-only risk budgeting: the unique x > 0, `sum x = 1`, with `x_i (S x)_i / x' S x = b_i`.
///
/// `covariance` is S, n x n; only the ratios of `budgets` matter, b is what they make of one.
/// A budget of zero is the limit of a small one: the weight is zero, or, where the series hedges
/// the others, what makes its contribution vanish (Bruder, Roncalli 2012, s. 2.4).
///
/// x is, up to scale, the minimum of `1/2 x' S x - sum b_i ln x_i` (Spinu 2013, eq. 13). Newton's
/// steps are scaled by x, `(X S X + B) p = b - x * S x`; `M = X S X` has row sums b at the
/// solution, so conjugate gradients, scaled by the diagonal, meet a spectrum near [1, 2] and need
/// a few products with S, whatever n (the step is shortened as in Spinu 2013, s. 3).
///
/// # Errors
/// [`RiskParityError::Covariance`], [`RiskParityError::Length`], [`RiskParityError::Budget`] for
/// the inputs; [`RiskParityError::Riskless`], [`RiskParityError::Indefinite`] or
/// [`RiskParityError::NotConverged`] where no solution exists to be found.
pub fn risk_budgeting(
    covariance: &[f64],
    n: usize,
    budgets: &[f64],
) -> Result<RiskBudgeting, RiskParityError> {
    symmetric::check(covariance, n)?;
    let b = checked_budgets(budgets, n)?;
    if b.contains(&0.0) {
        return Descent::free(covariance, n, &b).solve();
    }
    Newton::start(covariance, n, &b).solve()
}

/// Shares of risk `x_i (S x)_i / x' S x` of any weights; they add up to one.
///
/// # Errors
/// [`RiskParityError::Covariance`], [`RiskParityError::Length`];
/// [`RiskParityError::Riskless`] where the weights have no variance.
pub fn risk_shares(
    covariance: &[f64],
    n: usize,
    weights: &[f64],
) -> Result<Vec<f64>, RiskParityError> {
    symmetric::check(covariance, n)?;
    if weights.len() != n {
        return Err(RiskParityError::Length { len: weights.len(), n });
    }
    let mut shares = vec![0.0; n];
    multiply(covariance, n, weights, &mut shares);
    let variance = dot(weights, &shares);
    if variance.is_nan() || variance <= 0.0 {
        return Err(RiskParityError::Riskless);
    }
    for (s, x) in shares.iter_mut().zip(weights) {
        *s *= x / variance;
    }
    Ok(shares)
}

/// The budgets divided by their sum.
pub(super) fn checked_budgets(budgets: &[f64], n: usize) -> Result<Vec<f64>, RiskParityError> {
    if budgets.len() != n {
        return Err(RiskParityError::Length { len: budgets.len(), n });
    }
    if let Some((index, &value)) =
        budgets.iter().enumerate().find(|(_, b)| !(b.is_finite() && **b >= 0.0))
    {
        return Err(RiskParityError::Budget { index, value });
    }
    if budgets.iter().all(|&b| b == 0.0) {
        return Err(RiskParityError::Budget { index: 0, value: 0.0 });
    }
    Ok(normalised(budgets.to_vec()))
}

/// Weights of any scale to the result: normalised, with shares and residual recomputed from S.
pub(super) fn finish(
    covariance: &[f64],
    b: &[f64],
    x: Vec<f64>,
    steps: usize,
) -> Result<RiskBudgeting, RiskParityError> {
    let n = b.len();
    let weights = normalised(x);
    let mut shares = vec![0.0; n];
    multiply(covariance, n, &weights, &mut shares);
    let variance = dot(&weights, &shares);
    if variance.is_nan() || variance <= 0.0 {
        return Err(RiskParityError::Riskless);
    }
    let mut residual = 0.0_f64;
    for i in 0..n {
        shares[i] *= weights[i] / variance;
        residual = residual.max((shares[i] - b[i]).abs());
    }
    if residual.is_nan() || residual > TOLERANCE {
        return Err(RiskParityError::NotConverged { residual });
    }
    Ok(RiskBudgeting { weights, shares, volatility: variance.sqrt(), residual, steps })
}

/// The Newton iteration: x, S x and the work space of the conjugate gradients.
struct Newton<'a> {
    s: &'a [f64],
    b: &'a [f64],
    x: Vec<f64>,
    /// S x.
    sx: Vec<f64>,
    /// Diagonal D beside `X S X`: x * S x in logarithms, b in Spinu's form.
    d: Vec<f64>,
    /// Step, relative to x, and S times the step itself.
    p: Vec<f64>,
    sp: Vec<f64>,
    /// Residual, direction, and S times the direction of the conjugate gradients.
    r: Vec<f64>,
    q: Vec<f64>,
    sq: Vec<f64>,
    scale: Vec<f64>,
    work: Vec<f64>,
}

impl<'a> Newton<'a> {
    /// `x_i ~ sqrt(b_i) / s_i`, exact for equal budgets and correlations, at `x' S x = 1`.
    fn start(s: &'a [f64], n: usize, b: &'a [f64]) -> Self {
        let mut x: Vec<f64> = (0..n).map(|i| (b[i] / s[i * n + i]).sqrt()).collect();
        let mut sx = vec![0.0; n];
        multiply(s, n, &x, &mut sx);
        let variance = dot(&x, &sx);
        if variance > 0.0 {
            let unit = variance.sqrt().recip();
            x.iter_mut().chain(&mut sx).for_each(|v| *v *= unit);
        }
        let zero = || vec![0.0; n];
        let (d, p, sp, r, q) = (zero(), zero(), zero(), zero(), zero());
        Self { s, b, x, sx, d, p, sp, r, q, sq: zero(), scale: zero(), work: zero() }
    }

    fn solve(mut self) -> Result<RiskBudgeting, RiskParityError> {
        let (mut best, mut stalled, mut logarithmic) = (f64::INFINITY, 0, true);
        for step in 0..STEPS_MAX {
            let mut error = self.error();
            if error <= FINE {
                // The running product has gathered rounding: the last word has a fresh one.
                multiply(self.s, self.b.len(), &self.x, &mut self.sx);
                error = self.error();
            }
            if !error.is_finite() {
                return Err(RiskParityError::Riskless);
            }
            stalled = if error < 0.5 * best { 0 } else { stalled + 1 };
            best = best.min(error);
            if error <= FINE || (error <= TOLERANCE && stalled >= 2) {
                return finish(self.s, self.b, self.x, step);
            }
            logarithmic &= stalled < 2;
            self.step(logarithmic && self.sx.iter().all(|v| *v > 0.0))?;
        }
        if dot(&self.x, &self.sx) < 0.5 {
            // At the solution x' S x = 1; it runs to 0 where x grows without bound.
            return Err(RiskParityError::Riskless);
        }
        Err(RiskParityError::NotConverged { residual: best })
    }

    /// Largest `|x_i (S x)_i - b_i|`, NaN if any is.
    fn error(&self) -> f64 {
        let shares = self.x.iter().zip(&self.sx).map(|(x, sx)| x * sx);
        shares
            .zip(self.b)
            .map(|(s, b)| (s - b).abs())
            .fold(0.0, |e, m| if e.is_nan() || m <= e { e } else { m })
    }

    /// One step of Newton's method, in logarithms of x where all of S x is positive.
    ///
    /// Logarithm and exponential are replaced by their first Pade forms, `2 (q - 1) / (q + 1)` and
    /// `(2 + p) / (2 - p)`: the error of third order is below that of the step itself.
    fn step(&mut self, logarithmic: bool) -> Result<(), RiskParityError> {
        let n = self.b.len();
        let (b, x, sx) = (&self.b[..n], &mut self.x[..n], &mut self.sx[..n]);
        let (d, r) = (&mut self.d[..n], &mut self.r[..n]);
        for i in 0..n {
            let share = x[i] * sx[i];
            let gap = b[i] - share;
            d[i] = if logarithmic { share } else { b[i] };
            r[i] = if logarithmic { 2.0 * share * gap / (b[i] + share) } else { gap };
        }
        self.conjugate_gradients()?;
        let (x, sx) = (&mut self.x[..n], &mut self.sx[..n]);
        let (p, sp) = (&self.p[..n], &self.sp[..n]);
        let longest = p.iter().fold(0.0_f64, |m, p| m.max(p.abs()));
        // Up to 1/2 the full step halves the error or better; beyond, Spinu's damping holds.
        let t = if longest <= 0.5 { 1.0 } else { 1.0 / (1.0 + longest) };
        if logarithmic && longest > LINEAR {
            for i in 0..n {
                x[i] *= (2.0 + t * p[i]) / (2.0 - t * p[i]);
            }
            multiply(self.s, n, x, sx);
            return Ok(());
        }
        for i in 0..n {
            x[i] += t * x[i] * p[i];
            sx[i] += t * sp[i];
        }
        Ok(())
    }

    /// `(X S X + D) p = r` by conjugate gradients, scaled by the diagonal; leaves `sp = S X p`.
    fn conjugate_gradients(&mut self) -> Result<(), RiskParityError> {
        let n = self.b.len();
        self.p.fill(0.0);
        self.sp.fill(0.0);
        for i in 0..n {
            self.scale[i] = 1.0 / (self.d[i] + self.x[i] * self.x[i] * self.s[i * n + i]);
            self.q[i] = self.scale[i] * self.r[i];
        }
        let mut rho = dot(&self.r, &self.q);
        // The square of the error is what Newton's method leaves; more would be lost.
        let enough = (rho * rho.clamp(1e-14, 0.01)).max(0.01 * FINE * FINE);
        for _ in 0..2 * n + 10 {
            let curvature = self.apply();
            if curvature.is_nan() || curvature <= 0.0 {
                return Err(RiskParityError::Indefinite);
            }
            let alpha = rho / curvature;
            axpy(alpha, &self.q, &mut self.p);
            axpy(alpha, &self.sq, &mut self.sp);
            axpy(-alpha, &self.work, &mut self.r);
            for ((z, r), s) in self.work.iter_mut().zip(&self.r).zip(&self.scale) {
                *z = r * s;
            }
            let next = dot(&self.r, &self.work);
            if next <= enough {
                break;
            }
            let beta = next / rho;
            rho = next;
            for (q, z) in self.q.iter_mut().zip(&self.work) {
                *q = z + beta * *q;
            }
        }
        Ok(())
    }

    /// `sq = S X q`, `work = (X S X + D) q`; returns `q' work`.
    fn apply(&mut self) -> f64 {
        let n = self.b.len();
        for ((w, x), q) in self.work.iter_mut().zip(&self.x).zip(&self.q) {
            *w = x * q;
        }
        multiply(self.s, n, &self.work, &mut self.sq);
        let (x, d, q, sq) = (&self.x[..n], &self.d[..n], &self.q[..n], &self.sq[..n]);
        for (i, w) in self.work[..n].iter_mut().enumerate() {
            *w = x[i] * sq[i] + d[i] * q[i];
        }
        dot(&self.q, &self.work)
    }
}
