use super::RiskParityError;
use super::budgeting::{TOLERANCE, checked_budgets};
use super::descent::Descent;
use crate::symmetric::{self, dot};

/// The weights may miss one by this much in sum: rounding of the search for lambda.
const SUM_TOLERANCE: f64 = 1e-12;

/// Factors of 16 by which lambda is moved to find the sign change: 16^64 = 1e77 either way.
const EXPANSIONS: usize = 64;

/// Steps of the search inside the bracket; each at least halves it every second time.
const SEARCH_MAX: usize = 200;

/// Risk budgeting within bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundedRiskBudgeting {
    /// Weights, adding up to one.
    pub weights: Vec<f64>,
    /// Shares of risk `x_i (S x)_i / x' S x`.
    pub shares: Vec<f64>,
    /// Whether the weight lies strictly between its bounds. The shares of the free series stand
    /// in the proportions of their budgets.
    pub free: Vec<bool>,
    /// Share of risk per unit of budget of the free series, `lambda / x' S x`.
    pub share_per_budget: f64,
    /// Deviation `sqrt(x' S x)` in the unit of the covariance.
    pub volatility: f64,
    /// Largest violation of the conditions below, in shares; at most 1e-10.
    pub residual: f64,
}

/// Risk budgeting with `lower_i <= x_i <= upper_i`, `sum x = 1` (Richard, Roncalli 2019,
/// *Constrained risk budgeting portfolios*, def. 1).
///
/// x minimises `1/2 x' S x - lambda sum b_i ln x_i` within the bounds, and lambda > 0 is the one
/// that makes the weights add up to one: `x_i (S x)_i = lambda b_i` for free series, `>=` at a
/// lower, `<=` at an upper bound. So capped series pass their risk on in the proportions of the
/// budgets: two equal budgets left free keep equal contributions. (Adding `sum x = 1` as a
/// constraint of the minimisation instead gives other weights; table 1 of the paper prints those
/// of one route under the head of the other.)
///
/// For each lambda cyclical coordinate descent finds x; `ln sum x` is nearly linear in
/// `ln lambda`, where a guarded secant search runs.
///
/// # Errors
/// As [`super::risk_budgeting`]; [`RiskParityError::Bound`], [`RiskParityError::BoundsInfeasible`]
/// and [`RiskParityError::BoundsExceedBudgets`].
pub fn bounded_risk_budgeting(
    covariance: &[f64],
    n: usize,
    budgets: &[f64],
    lower: &[f64],
    upper: &[f64],
) -> Result<BoundedRiskBudgeting, RiskParityError> {
    symmetric::check(covariance, n)?;
    let b = checked_budgets(budgets, n)?;
    check_bounds(n, lower, upper)?;
    let start: Vec<f64> = (0..n).map(|i| covariance[i * n + i].sqrt().recip()).collect();
    let unit: f64 = start.iter().sum();
    let start = start.iter().map(|x| x / unit).collect();
    let mut search =
        Search { descent: Descent::from(covariance, &b, (lower.to_vec(), upper.to_vec()), start) };
    let lambda = if lower.iter().sum::<f64>() >= 1.0 - SUM_TOLERANCE {
        search.fixed(lower)
    } else if upper.iter().sum::<f64>() <= 1.0 + SUM_TOLERANCE {
        search.fixed(upper)
    } else {
        search.run(covariance, n)?
    };
    finish(&search.descent, (lower, upper), lambda)
}

fn check_bounds(n: usize, lower: &[f64], upper: &[f64]) -> Result<(), RiskParityError> {
    for len in [lower.len(), upper.len()] {
        if len != n {
            return Err(RiskParityError::Length { len, n });
        }
    }
    for index in 0..n {
        let (l, u) = (lower[index], upper[index]);
        if !(l >= 0.0 && l <= u && l.is_finite()) {
            return Err(RiskParityError::Bound { index, lower: l, upper: u });
        }
    }
    let (low, high) = (lower.iter().sum::<f64>(), upper.iter().sum::<f64>());
    if low > 1.0 + SUM_TOLERANCE || high < 1.0 - SUM_TOLERANCE {
        return Err(RiskParityError::BoundsInfeasible { lower: low, upper: high });
    }
    Ok(())
}

struct Search<'a> {
    descent: Descent<'a>,
}

impl Search<'_> {
    /// Where the bounds leave one point, there is nothing to share out: lambda is unknown, NaN.
    fn fixed(&mut self, x: &[f64]) -> f64 {
        self.descent.x.copy_from_slice(x);
        self.descent.refresh();
        f64::NAN
    }

    /// `ln sum x(lambda)` at `theta = ln lambda`; the descent starts where the last one ended.
    fn log_sum(&mut self, theta: f64) -> Result<f64, RiskParityError> {
        self.descent.descend(theta.exp())?;
        Ok(self.descent.x.iter().sum::<f64>().ln())
    }

    /// Lambda with `sum x(lambda) = 1`; the descent is left there.
    fn run(&mut self, s: &[f64], n: usize) -> Result<f64, RiskParityError> {
        const STEP: f64 = 2.772_588_722_239_781; // ln 16
        let variance = symmetric::quadratic(s, n, &self.descent.x);
        if variance.is_nan() || variance <= 0.0 {
            return Err(RiskParityError::Indefinite);
        }
        let mut a = (variance.ln(), self.log_sum(variance.ln())?);
        let mut b = a;
        let step = if a.1 > 0.0 { -STEP } else { STEP };
        for _ in 0..EXPANSIONS {
            if (a.1 > 0.0) != (b.1 > 0.0) || b.1 == 0.0 {
                return self.bisect(a, b);
            }
            a = b;
            b.0 += step;
            b.1 = self.log_sum(b.0)?;
        }
        Err(RiskParityError::BoundsExceedBudgets)
    }

    /// Regula falsi with the Anderson-Bjorck weight, and bisection where it is slow.
    fn bisect(&mut self, mut a: (f64, f64), mut b: (f64, f64)) -> Result<f64, RiskParityError> {
        for k in 0..SEARCH_MAX {
            if b.1.abs() <= 2.0 * f64::EPSILON || (b.0 - a.0).abs() <= 1e-15 * b.0.abs().max(1.0) {
                break;
            }
            let secant = b.0 - b.1 * (b.0 - a.0) / (b.1 - a.1);
            let theta = if k % 8 == 7 || !secant.is_finite() { 0.5 * (a.0 + b.0) } else { secant };
            let c = (theta, self.log_sum(theta)?);
            if (c.1 > 0.0) == (b.1 > 0.0) {
                let m = 1.0 - c.1 / b.1;
                a.1 *= if m > 0.0 { m } else { 0.5 };
            } else {
                a = b;
            }
            b = c;
        }
        Ok(b.0.exp())
    }
}

fn finish(
    descent: &Descent<'_>,
    (lower, upper): (&[f64], &[f64]),
    lambda: f64,
) -> Result<BoundedRiskBudgeting, RiskParityError> {
    let x = &descent.x;
    let variance = dot(x, &descent.sx);
    if variance.is_nan() || variance <= 0.0 {
        return Err(RiskParityError::Riskless);
    }
    let residual = if lambda.is_nan() { 0.0 } else { descent.residual(lambda) };
    let sum_error = (x.iter().sum::<f64>() - 1.0).abs();
    if residual.is_nan() || residual > TOLERANCE || sum_error > SUM_TOLERANCE {
        return Err(RiskParityError::NotConverged { residual: residual.max(sum_error) });
    }
    Ok(BoundedRiskBudgeting {
        weights: x.clone(),
        shares: x.iter().zip(&descent.sx).map(|(x, sx)| x * sx / variance).collect(),
        free: (0..x.len()).map(|i| x[i] > lower[i] && x[i] < upper[i]).collect(),
        share_per_budget: lambda / variance,
        volatility: variance.sqrt(),
        residual,
    })
}
