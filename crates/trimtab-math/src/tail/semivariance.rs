use super::linear::LinearError;
use super::set::{Feasible, Panel};
use super::{TailError, TailMinimum, semivariance};
use crate::linalg::Sym;
use crate::qp::{self, Problem, QpError};
use crate::symmetric::{axpy, dot};

/// Newton steps. The scenarios below the target settle in about five; with fewer of them than
/// series they may never.
const NEWTON_MAX: usize = 25;

/// Programmes with a variable per shortfall. Each adds the scenarios that the last one missed.
const ROUNDS: usize = 1000;

/// How far the risk may stand above its proved bound: this share of it, or of the square of the
/// largest return where there is next to no risk.
const TOLERANCE: f64 = 1e-10;
const NOTHING: f64 = 1e-20;

/// Least semivariance below `target`, `sum_t max(0, target - (X x)_t)^2 / T` (Markowitz 1959,
/// ch. IX).
///
/// While the scenarios below the target stay the same, this is a quadratic programme; Newton's
/// method solves one after the other, with an exact search along the line between, until they
/// settle. Where they do not, the shortfalls become variables of one quadratic programme, which is
/// finite but slower. The objective is convex, so its slope at the end, minimised over the set by a
/// linear programme, proves the bound.
///
/// # Errors
/// [`TailError`].
pub fn minimum_semivariance(
    panel: &[f64],
    n: usize,
    target: f64,
    set: &Feasible<'_>,
) -> Result<TailMinimum, TailError> {
    let panel = Panel::new(panel, n)?;
    set.check(n)?;
    if !target.is_finite() {
        return Err(TailError::Target { value: target });
    }
    // The weights add up to one, so each shortfall is a scalar product: row t is target - X_t.
    let rows: Vec<f64> = panel.x.iter().map(|x| (target - x) * panel.scale).collect();
    let shortfall = Shortfall { panel: &panel, set, rows, constraints: constraints(&panel, set) };
    let mut x = least_linear(&panel, set, &vec![0.0; n])?;
    for steps in 1..=NEWTON_MAX {
        let goal = shortfall.least_square(&x)?;
        let t = shortfall.search(&x, &goal);
        for (x, g) in x.iter_mut().zip(&goal) {
            *x = if t == 1.0 { *g } else { *x + t * (g - *x) };
        }
        if let Some(proved) = shortfall.proved(&x, target, steps)? {
            return Ok(proved);
        }
    }
    let (x, steps) = shortfall.with_variables(x)?;
    let proved = shortfall.proved(&x, target, NEWTON_MAX + steps)?;
    proved.ok_or(TailError::Stalled { steps: NEWTON_MAX + steps })
}

/// The constraints of the set as rows of a quadratic programme.
pub(crate) fn constraints(panel: &Panel<'_>, set: &Feasible<'_>) -> Vec<qp::Row> {
    let mut rows = vec![qp::Row::budget(panel.n, 1.0)];
    if let Some(least) = set.mean_least {
        let mean = panel.means().iter().map(|m| m * panel.scale).collect();
        rows.push(qp::Row::at_least(mean, least * panel.scale));
    }
    rows.extend(set.rows.iter().map(|r| qp::Row {
        coefficients: r.coefficients.clone(),
        lower: r.lower,
        upper: r.upper,
    }));
    rows
}

/// The weights of the set with the least `cost' x`.
pub(crate) fn least_linear(
    panel: &Panel<'_>,
    set: &Feasible<'_>,
    cost: &[f64],
) -> Result<Vec<f64>, TailError> {
    let mut engine = set.engine_with_cost(panel, cost, &[])?;
    engine.minimise().map_err(|e: LinearError| set.explain(e))?;
    Ok(engine.optimum().x)
}

/// The problem is feasible and bounded below: only rounding can keep it from a solution.
pub(crate) fn stalled(e: QpError) -> TailError {
    match e {
        QpError::Stalled { steps, .. } => TailError::Stalled { steps },
        _ => TailError::Stalled { steps: 0 },
    }
}

/// `sum_t max(0, rows_t' x)^2 / T` over the set.
struct Shortfall<'a> {
    panel: &'a Panel<'a>,
    set: &'a Feasible<'a>,
    rows: Vec<f64>,
    constraints: Vec<qp::Row>,
}

impl Shortfall<'_> {
    /// The minimum with its proof, if x is one.
    fn proved(
        &self,
        x: &[f64],
        target: f64,
        steps: usize,
    ) -> Result<Option<TailMinimum>, TailError> {
        let risk = semivariance(&self.panel.portfolio(x), target);
        let unit = self.panel.scale * self.panel.scale;
        // No semivariance is below zero, which proves more where there is next to none.
        let gap = (self.gain(x)? / unit).min(risk);
        let proved = gap <= TOLERANCE * risk + NOTHING / unit;
        let bound = risk - gap;
        Ok(proved.then(|| TailMinimum { weights: x.to_vec(), risk, bound, steps }))
    }

    /// The least sum of squares of the rows now positive.
    fn least_square(&self, x: &[f64]) -> Result<Vec<f64>, TailError> {
        let n = x.len();
        let mut h = vec![0.0; n * n];
        let mut count = 0;
        for row in self.rows.chunks_exact(n).filter(|row| dot(row, x) > 0.0) {
            count += 1;
            for (i, line) in h.chunks_exact_mut(n).enumerate() {
                axpy(row[i], row, line);
            }
        }
        if count == 0 {
            return Ok(x.to_vec());
        }
        let size = (0..n).map(|i| h[i * n + i]).sum::<f64>() / n as f64;
        h.iter_mut().for_each(|h| *h /= size);
        let quadratic =
            Sym::from_column_major(n, h).map_err(|_| TailError::Stalled { steps: 0 })?;
        let problem = Problem {
            quadratic: &quadratic,
            linear: &[],
            lower: self.set.lower,
            upper: self.set.upper,
            rows: &self.constraints,
        };
        qp::solve(&problem, Some(x)).map(|s| s.x).map_err(stalled)
    }

    /// `min sum_t u_t^2`, `u_t >= rows_t' x`, u >= 0, for the t that were positive in some round.
    fn with_variables(&self, mut x: Vec<f64>) -> Result<(Vec<f64>, usize), TailError> {
        let n = x.len();
        let mut short: Vec<usize> = vec![];
        let mut steps = 0;
        for _ in 0..ROUNDS {
            let rows = self.rows.chunks_exact(n).enumerate();
            let missed: Vec<usize> = rows
                .filter(|(t, row)| dot(row, &x) > 0.0 && !short.contains(t))
                .map(|(t, _)| t)
                .collect();
            if missed.is_empty() {
                break;
            }
            short.extend(missed);
            let width = n + short.len();
            let mut rows = self.constraints.clone();
            rows.iter_mut().for_each(|r| r.coefficients.resize(width, 0.0));
            for (k, &t) in short.iter().enumerate() {
                let mut a: Vec<f64> = self.rows[t * n..(t + 1) * n].iter().map(|a| -a).collect();
                a.resize(width, 0.0);
                a[n + k] = 1.0;
                rows.push(qp::Row::at_least(a, 0.0));
            }
            let mut diagonal = vec![0.0; n];
            diagonal.resize(width, 1.0);
            let widened = |bounds: &[f64], more: f64| {
                let mut b = bounds.to_vec();
                b.resize(width, more);
                b
            };
            let problem = Problem {
                quadratic: &Sym::from_diagonal(&diagonal),
                linear: &[],
                lower: &widened(self.set.lower, 0.0),
                upper: &widened(self.set.upper, f64::INFINITY),
                rows: &rows,
            };
            let mut start = x.clone();
            let value = |&t: &usize| dot(&self.rows[t * n..(t + 1) * n], &x).max(0.0);
            start.extend(short.iter().map(value));
            let solution = qp::solve(&problem, Some(&start)).map_err(stalled)?;
            steps += solution.steps;
            x = solution.x[..n].to_vec();
        }
        Ok((x, steps))
    }

    /// The t in [0, 1] with the least objective at `x + t (goal - x)`.
    fn search(&self, x: &[f64], goal: &[f64]) -> f64 {
        let n = x.len();
        let pairs: Vec<(f64, f64)> = self
            .rows
            .chunks_exact(n)
            .map(|row| (dot(row, x), dot(row, goal)))
            .map(|(a, b)| (a, b - a))
            .collect();
        let slope = |t: f64| pairs.iter().map(|(a, b)| b * (a + t * b).max(0.0)).sum::<f64>();
        if slope(1.0) <= 0.0 {
            return 1.0;
        }
        let mut kinks: Vec<f64> =
            pairs.iter().map(|(a, b)| -a / b).filter(|t| *t > 0.0 && *t < 1.0).collect();
        kinks.sort_unstable_by(f64::total_cmp);
        // The slope rises in straight lines between kinks: where it crosses zero is exact.
        let at = kinks.partition_point(|t| slope(*t) < 0.0);
        let low = if at == 0 { 0.0 } else { kinks[at - 1] };
        let high = kinks.get(at).copied().unwrap_or(1.0);
        let (s0, s1) = (slope(low), slope(high));
        if s1 > s0 { (low - s0 * (high - low) / (s1 - s0)).clamp(low, high) } else { low }
    }

    /// How much the objective at x could fall at most, by its slope.
    fn gain(&self, x: &[f64]) -> Result<f64, TailError> {
        let n = x.len();
        let mut slope = vec![0.0; n];
        for row in self.rows.chunks_exact(n) {
            let short = dot(row, x);
            if short > 0.0 {
                axpy(2.0 * short / self.panel.len() as f64, row, &mut slope);
            }
        }
        let size = slope.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        if size == 0.0 {
            return Ok(0.0);
        }
        let cost: Vec<f64> = slope.iter().map(|s| s / size).collect();
        let least = least_linear(self.panel, self.set, &cost)?;
        Ok((dot(&slope, x) - dot(&slope, &least)).max(0.0))
    }
}
