use super::TailError;
use super::linear::{Engine, LinearError, Program, Row};

/// Weights to choose from: `sum x = 1`, bounds, and what else is asked.
#[derive(Clone, Copy, Debug)]
pub struct Feasible<'a> {
    /// Lower bounds, finite; negative ones allow short positions.
    pub lower: &'a [f64],
    /// Upper bounds, finite.
    pub upper: &'a [f64],
    /// Least mean return of the portfolio over the panel.
    pub mean_least: Option<f64>,
    /// Further rows.
    pub rows: &'a [LinearRow],
}

/// `lower <= coefficients' x <= upper`; infinite limits are none.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearRow {
    /// One coefficient per series.
    pub coefficients: Vec<f64>,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// A checked panel in units of its largest return, with its means.
pub(crate) struct Panel<'a> {
    pub(crate) x: &'a [f64],
    pub(crate) n: usize,
    /// `1 / max |x|`; 1 for a panel of zeros.
    pub(crate) scale: f64,
}

impl<'a> Panel<'a> {
    pub(crate) fn new(x: &'a [f64], n: usize) -> Result<Self, TailError> {
        if n == 0 || x.is_empty() || !x.len().is_multiple_of(n) {
            return Err(TailError::Panel { len: x.len(), n });
        }
        if let Some(k) = x.iter().position(|v| !v.is_finite()) {
            return Err(TailError::NotFinite { row: k / n, column: k % n });
        }
        let largest = x.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        Ok(Self { x, n, scale: if largest > 0.0 { largest.recip() } else { 1.0 } })
    }

    /// Scenarios T.
    pub(crate) fn len(&self) -> usize {
        self.x.len() / self.n
    }

    pub(crate) fn means(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.n];
        for row in self.x.chunks_exact(self.n) {
            crate::symmetric::axpy(1.0, row, &mut mean);
        }
        let t = self.len() as f64;
        mean.iter().map(|m| m / t).collect()
    }

    /// Returns of a portfolio, scenario by scenario.
    pub(crate) fn portfolio(&self, weights: &[f64]) -> Vec<f64> {
        self.x.chunks_exact(self.n).map(|row| crate::symmetric::dot(row, weights)).collect()
    }
}

impl Feasible<'_> {
    pub(super) fn check(&self, n: usize) -> Result<(), TailError> {
        for len in [self.lower.len(), self.upper.len()] {
            if len != n {
                return Err(TailError::Length { len, n });
            }
        }
        for index in 0..n {
            let (lower, upper) = (self.lower[index], self.upper[index]);
            if !(lower <= upper && (upper - lower).is_finite()) {
                return Err(TailError::Bound { index, lower, upper });
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            if row.coefficients.len() != n {
                return Err(TailError::Length { len: row.coefficients.len(), n });
            }
            let finite = row.coefficients.iter().all(|a| a.is_finite());
            let some = row.coefficients.iter().any(|a| *a != 0.0);
            let ordered = row.lower <= row.upper
                && row.lower < f64::INFINITY
                && row.upper > f64::NEG_INFINITY;
            if !(finite && some && ordered) {
                return Err(TailError::Row { index });
            }
        }
        Ok(())
    }

    /// No portfolio's weights add up, in absolute terms, to more than this.
    pub(super) fn gross_most(&self) -> f64 {
        1.0 + 2.0 * self.lower.iter().map(|l| (-l).max(0.0)).sum::<f64>()
    }

    /// An engine over the weights, then `extra` variables (cost, lower, upper), with the
    /// constraints of the set as its first rows.
    pub(super) fn engine(
        &self,
        panel: &Panel<'_>,
        extra: &[(f64, f64, f64)],
    ) -> Result<Engine, TailError> {
        self.engine_with_cost(panel, &vec![0.0; panel.n], extra)
    }

    /// As [`Feasible::engine`], with a cost for each weight.
    pub(super) fn engine_with_cost(
        &self,
        panel: &Panel<'_>,
        cost: &[f64],
        extra: &[(f64, f64, f64)],
    ) -> Result<Engine, TailError> {
        let mut cost = cost.to_vec();
        let (mut lower, mut upper) = (self.lower.to_vec(), self.upper.to_vec());
        for &(c, l, u) in extra {
            cost.push(c);
            lower.push(l);
            upper.push(u);
        }
        let width = cost.len();
        let padded = |a: &[f64], by: f64| {
            let mut row = vec![0.0; width];
            row.iter_mut().zip(a).for_each(|(r, a)| *r = a * by);
            row
        };
        let mut p = Program::new(cost, lower, upper).map_err(|e| self.explain(e))?;
        let mut add = |a: Vec<f64>, row| p.add_row(a, row).map_err(|e| self.explain(e));
        add(padded(&vec![1.0; panel.n], 1.0), Row::between(1.0, 1.0))?;
        if let Some(least) = self.mean_least {
            let row = Row::between(least * panel.scale, f64::INFINITY);
            add(padded(&panel.means(), panel.scale), row)?;
        }
        for row in self.rows {
            let largest = row.coefficients.iter().fold(0.0_f64, |m, a| m.max(a.abs()));
            let limits = Row::between(row.lower / largest, row.upper / largest);
            add(padded(&row.coefficients, 1.0 / largest), limits)?;
        }
        Ok(Engine::new(p))
    }

    /// Rows of the programme taken by the constraints.
    pub(super) fn constraints(&self) -> usize {
        1 + usize::from(self.mean_least.is_some()) + self.rows.len()
    }

    /// A failure in the words of the set.
    pub(super) fn explain(&self, e: LinearError) -> TailError {
        let before = self.constraints() - self.rows.len();
        match e {
            LinearError::Infeasible(proof) => {
                let of = |i: usize| {
                    proof.rows.iter().find(|(row, _)| *row == i).map_or(0.0, |(_, y)| *y)
                };
                TailError::Infeasible {
                    sum: of(0),
                    mean: if before == 2 { of(1) } else { 0.0 },
                    rows: proof
                        .rows
                        .iter()
                        .filter(|(row, _)| *row >= before)
                        .map(|(row, y)| (row - before, *y))
                        .collect(),
                }
            }
            LinearError::Stalled { steps } => TailError::Stalled { steps },
            // The set and the panel were checked before.
            _ => TailError::Stalled { steps: 0 },
        }
    }
}
