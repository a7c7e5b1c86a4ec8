//! A programme with its numbers: what an objective works on.
use super::{Condition, Constraint, Programme, Takes};
use crate::{AnyObjective, Estimates, TradingTerms};
use trimtab_core::{Error, Kind, Result};

/// Estimates and the conditions on weights, constraints on single weights folded into bounds.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// What is known of the assets.
    pub estimates: &'a Estimates,
    /// The sum of all weights.
    pub invested: f64,
    /// The least weight of each asset, finite.
    pub lower: Vec<f64>,
    /// The greatest weight of each asset, finite.
    pub upper: Vec<f64>,
    /// Linear conditions on more than one weight.
    pub rows: Vec<TaskRow>,
    /// The largest turnover, where there is one.
    pub turnover: Option<TaskTurnover>,
    /// Rules on positions, where there are any.
    pub positions: Option<TaskPositions>,
    /// What trading costs, where it matters.
    pub trading: Option<&'a TradingTerms>,
    /// Weights held today; zeros when nothing is.
    pub held: Vec<f64>,
    /// Who set each lower and each upper bound; none: the programme itself.
    pub(super) lower_by: Vec<Option<String>>,
    pub(super) upper_by: Vec<Option<String>>,
}

/// $l \le a^\top w \le u$ with the name of the constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRow {
    /// Whose row it is.
    pub name: String,
    /// $a$, one for each asset.
    pub coefficients: Vec<f64>,
    /// $l$; may be minus infinity.
    pub least: f64,
    /// $u$; may be infinity.
    pub most: f64,
}

/// A limit on what is bought: $\sum_i \max(w_i - w_i^0, 0) \le b$.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskTurnover {
    /// The name of the constraint.
    pub name: String,
    /// $b$, which follows from the turnover, today's cash, and the sum of weights.
    pub bought_most: f64,
}

/// Rules on which weights may be held.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskPositions {
    /// The names of the constraints.
    pub name: String,
    /// How many weights may differ from zero.
    pub most: Option<usize>,
    /// How far from zero those are at least.
    pub least: f64,
}

impl<'a> Task<'a> {
    pub(super) fn new(
        programme: &'a Programme,
        objective: &AnyObjective,
        constraints: &[Constraint],
        estimates: &'a Estimates,
    ) -> Result<Self> {
        let (n, invested) = (estimates.n(), programme.invested);
        // No weight can be larger: all others are at their least.
        let highest = invested + programme.short_most * (n as f64 - 1.0);
        let held = if programme.held.is_empty() { vec![0.0; n] } else { programme.held.clone() };
        if held.len() != n {
            return Err(Error::data(format!("{} weights held of {n} assets", held.len())));
        }
        let mut task = Self {
            estimates,
            invested,
            lower: vec![-programme.short_most; n],
            upper: vec![highest; n],
            rows: Vec::new(),
            turnover: None,
            positions: None,
            trading: programme.trading.as_ref(),
            held,
            lower_by: vec![None; n],
            upper_by: vec![None; n],
        };
        for constraint in constraints.iter().chain(&objective.as_dyn().constraints(estimates)) {
            task.add(programme, constraint)?;
        }
        task.check_kinds(objective)?;
        Ok(task)
    }

    /// The number of assets.
    pub fn n(&self) -> usize {
        self.estimates.n()
    }

    fn add(&mut self, programme: &Programme, constraint: &Constraint) -> Result<()> {
        let name = &constraint.name;
        match &constraint.of {
            Condition::Linear { coefficients, least, most } => {
                if coefficients.len() != self.n() || coefficients.iter().any(|a| !a.is_finite()) {
                    let said =
                        format!("`{name}` needs a coefficient for each of {} assets", self.n());
                    return Err(Error::spec(said));
                }
                self.add_linear(name, coefficients, *least, *most)
            }
            Condition::Turnover { .. }
                if self.held.iter().all(|w| *w == 0.0) && programme.held_elsewhere == 0.0 =>
            {
                Ok(())
            }
            Condition::Turnover { most } => {
                // With p_i = max(w_i - h_i, 0): sum |w_i - h_i| = 2 sum p_i - (invested - sum h_i).
                let before: f64 = self.held.iter().sum();
                let (elsewhere, inside) = (programme.held_elsewhere, self.invested - before);
                let cash = (inside - elsewhere).abs();
                let bought_most = most + (inside - cash - elsewhere.abs()) / 2.0;
                if self.turnover.as_ref().is_none_or(|t| bought_most < t.bought_most) {
                    self.turnover = Some(TaskTurnover { name: name.clone(), bought_most });
                }
                Ok(())
            }
            Condition::Positions { most } => {
                let rule = self.positions_of(name);
                rule.most = Some(rule.most.map_or(*most, |m| m.min(*most)));
                Ok(())
            }
            Condition::Smallest { least } => {
                let rule = self.positions_of(name);
                rule.least = rule.least.max(*least);
                Ok(())
            }
        }
    }

    /// The rules on positions, with `name` among their names.
    fn positions_of(&mut self, name: &str) -> &mut TaskPositions {
        let fresh = || TaskPositions { name: String::new(), most: None, least: 0.0 };
        let rule = self.positions.get_or_insert_with(fresh);
        if !rule.name.is_empty() {
            rule.name.push_str("` and `");
        }
        rule.name.push_str(name);
        rule
    }

    fn add_linear(&mut self, name: &str, a: &[f64], least: f64, most: f64) -> Result<()> {
        let mut used = a.iter().enumerate().filter(|(_, a)| **a != 0.0);
        match (used.next(), used.next()) {
            // No asset at hand: the sum is zero.
            (None, _) if least <= 0.0 && most >= 0.0 => Ok(()),
            (None, _) => Err(Error::new(
                Kind::Infeasible,
                format!("`{name}` asks for a weight, and none of its assets is at hand"),
            )),
            (Some((ix, a)), None) => {
                let (low, high) =
                    if *a > 0.0 { (least / a, most / a) } else { (most / a, least / a) };
                if low > self.lower[ix] {
                    (self.lower[ix], self.lower_by[ix]) = (low, Some(name.to_owned()));
                }
                if high < self.upper[ix] {
                    (self.upper[ix], self.upper_by[ix]) = (high, Some(name.to_owned()));
                }
                Ok(())
            }
            _ => {
                let (name, coefficients) = (name.to_owned(), a.to_vec());
                self.rows.push(TaskRow { name, coefficients, least, most });
                Ok(())
            }
        }
    }

    fn check_kinds(&self, objective: &AnyObjective) -> Result<()> {
        let takes = objective.as_dyn().takes();
        let bounded = self.lower_by.iter().chain(&self.upper_by).flatten().next();
        if let (Some(turnover), Some(positions)) = (&self.turnover, &self.positions) {
            let said =
                format!("`{}` and `{}` cannot be kept at once", turnover.name, positions.name);
            return Err(Error::spec(said).hint("leave one of them to the limits of the strategy"));
        }
        let (needs, name) = match (&self.positions, &self.turnover, self.rows.first(), bounded) {
            (Some(positions), ..) => (Takes::Positions, &positions.name),
            (None, Some(turnover), ..) => (Takes::Turnover, &turnover.name),
            (None, None, Some(row), _) => (Takes::Linear, &row.name),
            (None, None, None, Some(name)) => (Takes::Bounds, name),
            (None, None, None, None) => return Ok(()),
        };
        if needs <= takes {
            return Ok(());
        }
        let can = match takes {
            Takes::Nothing => "keeps no constraints",
            Takes::Bounds => "keeps bounds on single weights only",
            Takes::Linear => "keeps linear conditions only",
            Takes::Turnover | Takes::Positions => "keeps linear conditions and turnover only",
        };
        let said = format!("the objective `{}` cannot keep `{name}`: it {can}", objective.kind());
        Err(Error::spec(said).hint("leave that to the limits of the strategy"))
    }

    /// The bounds as parts of what is invested: for kernels whose weights add up to one.
    pub(crate) fn bounds_of_one(&self) -> (Vec<f64>, Vec<f64>) {
        let part = |bounds: &[f64]| bounds.iter().map(|b| b / self.invested).collect();
        (part(&self.lower), part(&self.upper))
    }

    /// Weights that add up to what is invested, from weights that add up to one.
    pub(crate) fn of_one(&self, weights: Vec<f64>) -> Vec<f64> {
        weights.into_iter().map(|w| w * self.invested).collect()
    }

    /// Whether the bounds are those of a long-only portfolio and nothing more.
    pub(crate) fn is_plain(&self) -> bool {
        self.lower_by.iter().chain(&self.upper_by).all(Option::is_none)
            && self.lower.iter().all(|l| *l == 0.0)
    }
}
