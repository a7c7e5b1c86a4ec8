//! What an optimiser answers.
use super::{Task, shape::Shape};
use trimtab_core::{Error, Kind};
use trimtab_math::frontier::Point;
use trimtab_math::qp::{self, QpError};

/// Distances from a limit below this part of it (or of one) are rounding: the limit binds.
const AT_LIMIT: f64 = 1e-9;

/// Weights from an objective, before they are held against the constraints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// In the order of the assets.
    pub weights: Vec<f64>,
    /// What the objective makes of them: its name and the number.
    pub measures: Vec<(&'static str, f64)>,
    /// What the constraints cost, where the kernel knows it.
    pub prices: Option<Prices>,
    /// What should be said: fallbacks, certificates.
    pub notes: Vec<String>,
}

/// By how much the objective changes per unit by which a limit is raised; zero where it does not bind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices {
    /// Of the sum of weights.
    pub invested: f64,
    /// Of each row of the task.
    pub rows: Vec<f64>,
    /// Of what may be bought.
    pub turnover: f64,
    /// Of the bound of each weight.
    pub bounds: Vec<f64>,
}

/// The weights of a programme and what bound them.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// In the order of the assets.
    pub weights: Vec<f64>,
    /// Their expected return, in the unit of the means.
    pub mean: f64,
    /// Their volatility, in the unit of the covariance.
    pub volatility: f64,
    /// What the objective makes of them: its name and the number.
    pub measures: Vec<(&'static str, f64)>,
    /// The limits that hold the weights where they are.
    pub binding: Vec<Binding>,
    /// What was done on the way: constraints that gave way, fallbacks, certificates.
    pub notes: Vec<String>,
}

/// A limit that binds.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The name of the constraint; none for a bound of the programme itself, such as no short positions.
    pub constraint: Option<String>,
    /// The asset whose weight is bound; none for a condition on several.
    pub asset: Option<String>,
    /// Which side of it.
    pub side: Side,
    /// Where it stands.
    pub limit: f64,
    /// By how much the objective's number changes per unit by which the limit is raised; none where the kernel does
    /// not know it.
    pub price: Option<f64>,
}

/// A side of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The lower limit.
    Least,
    /// The upper limit.
    Most,
}

impl Answer {
    /// Weights alone.
    pub fn of(weights: Vec<f64>) -> Self {
        Self { weights, ..Self::default() }
    }

    /// From a quadratic programme; `factor` turns its prices into those of the number `measure`.
    pub fn quadratic(shape: &Shape, found: &qp::Solution, factor: f64) -> Self {
        let prices = shape.prices(&found.row_prices, &found.bound_prices, factor);
        Self { weights: shape.weights(&found.x), prices: Some(prices), ..Self::default() }
    }

    /// From a point of a frontier.
    pub fn point(shape: &Shape, found: &Point, factor: f64) -> Self {
        let prices = shape.prices(&found.row_prices, &found.bound_prices, factor);
        Self { weights: shape.weights(&found.x), prices: Some(prices), ..Self::default() }
    }

    /// Adds what the objective makes of the weights.
    pub fn measured(mut self, name: &'static str, value: f64) -> Self {
        self.measures.push((name, value));
        self
    }

    /// Adds what should be said.
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn into_solution(self, task: &Task<'_>) -> Solution {
        let binding = binding(task, &self.weights, self.prices.as_ref());
        Solution {
            mean: task.estimates.mean_of(&self.weights),
            volatility: task.estimates.volatility_of(&self.weights),
            weights: self.weights,
            measures: self.measures,
            binding,
            notes: self.notes,
        }
    }
}

/// The limits that the weights stand at.
fn binding(task: &Task<'_>, weights: &[f64], prices: Option<&Prices>) -> Vec<Binding> {
    let mut found = Vec::new();
    let at = |value: f64, limit: f64| {
        limit.is_finite() && (value - limit).abs() <= AT_LIMIT * (1.0 + limit.abs())
    };
    for (i, row) in task.rows.iter().enumerate() {
        let value: f64 = row.coefficients.iter().zip(weights).map(|(a, w)| a * w).sum();
        let price = prices.map(|p| p.rows[i]);
        for (side, limit) in [(Side::Least, row.least), (Side::Most, row.most)] {
            if at(value, limit) {
                let constraint = Some(row.name.clone());
                found.push(Binding { constraint, asset: None, side, limit, price });
            }
        }
    }
    if let Some(turnover) = &task.turnover {
        let bought: f64 = weights.iter().zip(&task.held).map(|(w, h)| (w - h).max(0.0)).sum();
        if at(bought, turnover.bought_most) {
            found.push(Binding {
                constraint: Some(turnover.name.clone()),
                asset: None,
                side: Side::Most,
                limit: turnover.bought_most,
                price: prices.map(|p| p.turnover),
            });
        }
    }
    for (i, w) in weights.iter().enumerate() {
        let sides = [
            (Side::Least, task.lower[i], &task.lower_by[i]),
            (Side::Most, task.upper[i], &task.upper_by[i]),
        ];
        for (side, limit, by) in sides {
            if at(*w, limit) {
                let asset = Some(task.estimates.names[i].clone());
                let price = prices.map(|p| p.bounds[i]);
                found.push(Binding { constraint: by.clone(), asset, side, limit, price });
            }
        }
    }
    found
}

/// A failure of the quadratic kernel; conflicts get their names later.
pub(crate) fn quadratic_failed(error: QpError) -> Error {
    match error {
        QpError::Infeasible { .. } => {
            Error::new(Kind::Infeasible, "no weights keep all constraints")
        }
        QpError::NotConvex { .. } => Error::new(Kind::Numeric, error.to_string())
            .hint("repair the covariance by name: covariance = { kind = \"repaired\", … }"),
        other => Error::new(Kind::Numeric, other.to_string()),
    }
}
