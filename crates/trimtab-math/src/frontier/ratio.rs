//! The point of greatest `mu'x / sqrt(x'Q x)`: with mu the means in excess of the riskless rate,
//! the portfolio of greatest Sharpe ratio.

use super::trace::Walk;
use super::{Point, between, point, start};
use crate::qp::{self, Problem, QpError, Quadratic, Row};

/// Variance below this part of `(sum sqrt(Q_jj) |x_j|)²`, what it would be without correlation, is
/// rounding: the point is riskless.
const RISKLESS: f64 = 1e-26;

/// The outcome of [`max_ratio`].
#[derive(Clone, Debug, PartialEq)]
pub enum BestRatio {
    /// The point of greatest ratio; its `gamma` is `variance / mean`.
    Tangency(Point),
    /// No feasible point has a positive mean; the one of greatest mean. A ratio of negative means
    /// would reward risk, so none is maximised.
    NonePositive(Point),
    /// A feasible point without variance has a positive mean: the ratio is infinite.
    Riskless(Point),
    /// The ratio grows along a ray without reaching its limit.
    Unattained {
        /// the limit
        limit: f64,
    },
}

/// Maximises `mu'x / sqrt(x'Q x)` under the limits of a problem, `problem.linear` being mu.
///
/// With bounds `x >= 0`, one row `x_1 + ... + x_n = b` and no other limit that matters it is the
/// single programme `min y'Q y, mu'y = 1, y >= 0` with `x = b y / sum y` (R. H. Tutuncu and
/// G. Cornuejols, Optimization Methods in Finance, Cambridge 2007, section 8.2). Otherwise the
/// frontier is walked up to the point where `x'Q x = gamma mu'x`.
///
/// # Errors
/// [`QpError`].
pub fn max_ratio<Q: Quadratic>(
    problem: &Problem<'_, Q>,
    start: Option<&[f64]>,
) -> Result<BestRatio, QpError> {
    problem.check()?;
    match plain_budget(problem) {
        Some(budget) => homogeneous(problem, budget, start),
        None => walk(problem),
    }
}

/// The budget b, if the limits are `x >= 0` and `sum x = b > 0` alone.
fn plain_budget<Q: Quadratic>(problem: &Problem<'_, Q>) -> Option<f64> {
    let [row] = problem.rows else { return None };
    let a = *row.coefficients.first()?;
    let budget = row.lower / a;
    let plain = row.lower == row.upper
        && budget > 0.0
        && budget.is_finite()
        && row.coefficients.iter().all(|c| *c == a)
        && problem.lower.iter().all(|l| *l == 0.0)
        && problem.upper.iter().all(|u| *u >= budget)
        && problem.linear.len() == row.coefficients.len();
    plain.then_some(budget)
}

fn homogeneous<Q: Quadratic>(
    problem: &Problem<'_, Q>,
    budget: f64,
    start: Option<&[f64]>,
) -> Result<BestRatio, QpError> {
    let (n, mean) = (problem.quadratic.n(), problem.linear);
    let most = mean.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most <= 0.0 {
        return Ok(BestRatio::NonePositive(greatest_mean(problem)?));
    }
    // The row is set so that y has the size of x.
    let rows = [Row::equal(mean.to_vec(), most * budget)];
    let far = vec![f64::INFINITY; n];
    let cone = Problem { linear: &[], upper: &far, rows: &rows, ..*problem };
    let scaled: Option<Vec<f64>> = start.and_then(|x| {
        let along: f64 = x.iter().zip(mean).map(|(x, m)| x * m).sum();
        let scale = most * budget / along;
        (scale > 0.0 && scale.is_finite()).then(|| x.iter().map(|x| x * scale).collect())
    });
    let s = qp::solve(&cone, scaled.as_deref())?;
    let scale = budget / s.x.iter().sum::<f64>();
    let x: Vec<f64> = s.x.iter().map(|y| y * scale).collect();
    let mean_reached = most * budget * scale;
    let best = Point {
        mean: mean_reached,
        variance: s.quadratic * scale * scale,
        gamma: s.row_prices[0] * scale,
        row_prices: vec![0.0],
        bound_prices: s.bound_prices.iter().map(|z| z * scale).collect(),
        x,
    };
    Ok(if is_riskless(problem, &best) {
        BestRatio::Riskless(best)
    } else {
        BestRatio::Tangency(best)
    })
}

/// Walks the frontier while `variance - gamma mean`, which has the sign of the ratio's slope,
/// stays positive. On a piece between corners it is linear in the part t of the way.
fn walk<Q: Quadratic>(problem: &Problem<'_, Q>) -> Result<BestRatio, QpError> {
    let mut tracer = start(problem)?;
    let mut before = point(&tracer);
    loop {
        if before.mean > 0.0 && is_riskless(problem, &before) {
            return Ok(BestRatio::Riskless(before));
        }
        let step = tracer.step()?;
        let next = point(&tracer);
        match step {
            Walk::Flat(index) => return Err(QpError::Unbounded { index }),
            Walk::Top if before.mean > 0.0 => return Ok(BestRatio::Tangency(before)),
            Walk::Top => return Ok(BestRatio::NonePositive(before)),
            Walk::Corner | Walk::Ray => {}
        }
        let here = before.variance - before.gamma * before.mean;
        let fall =
            (next.gamma - before.gamma) * before.mean - before.gamma * (next.mean - before.mean);
        if fall > 0.0 && (fall > here || step == Walk::Ray) {
            let cross = tracer.covariance_with(&before.x);
            let best = between(&before, &next, cross, (here / fall).max(0.0));
            return Ok(BestRatio::Tangency(best));
        }
        if step == Walk::Ray {
            let rate = (next.mean - before.mean) / (next.gamma - before.gamma);
            return Ok(BestRatio::Unattained { limit: rate.max(0.0).sqrt() });
        }
        before = next;
    }
}

/// The point of greatest mean, of least variance among several.
fn greatest_mean<Q: Quadratic>(problem: &Problem<'_, Q>) -> Result<Point, QpError> {
    let mut tracer = start(problem)?;
    loop {
        match tracer.step()? {
            Walk::Corner => {}
            Walk::Top | Walk::Ray => return Ok(point(&tracer)),
            Walk::Flat(index) => return Err(QpError::Unbounded { index }),
        }
    }
}

fn is_riskless<Q: Quadratic>(problem: &Problem<'_, Q>, p: &Point) -> bool {
    let sum: f64 =
        p.x.iter().enumerate().map(|(j, x)| problem.quadratic.diagonal(j).sqrt() * x.abs()).sum();
    p.variance <= RISKLESS * sum * sum
}
