use super::{OnlineError, OnlinePortfolio, Period, within};
use crate::symmetric::dot;

/// A rule's way through a table of price relatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Wealth at the end of each period, from 1.
    pub wealth: Vec<f64>,
    /// Weights at the start of each period.
    pub weights: Vec<Vec<f64>>,
}

/// Runs a rule over `relatives`, one row of n per period, with proportional costs.
///
/// The growth of a period is `b'x (1 - cost / 2 sum_i |b_i - d_i|)`, d the weights the last period
/// drifted to, `b_i x_i / growth`, and zero before the first (Li, Sahoo, Hoi 2016, *OLPS: a toolbox
/// for on-line portfolio selection*, s. 2.2). The rule learns with the growth after costs.
///
/// # Errors
/// [`OnlineError`]; a cost outside [0, 1) is a parameter out of range.
pub fn run(
    rule: &mut dyn OnlinePortfolio,
    relatives: &[f64],
    cost: f64,
) -> Result<Run, OnlineError> {
    within("cost", cost, 0.0, 0.999)?;
    let n = rule.weights().len();
    let mut out = Run { wealth: vec![], weights: vec![] };
    let mut drifted = vec![0.0; n];
    let mut wealth = 1.0;
    for row in relatives.chunks(n) {
        // A short last row is refused by the rule.
        Period::new(row, 1.0)?.of(n)?;
        let b = rule.weights();
        let traded: f64 = b.iter().zip(&drifted).map(|(b, d)| (b - d).abs()).sum();
        let growth = dot(b, row) * (1.0 - 0.5 * cost * traded);
        for ((d, b), x) in drifted.iter_mut().zip(b).zip(row) {
            *d = b * x / growth;
        }
        wealth *= growth;
        out.wealth.push(wealth);
        out.weights.push(b.to_vec());
        rule.learn(Period::new(row, growth)?)?;
    }
    Ok(out)
}

/// Weights for the period after `past`, one row of n relatives per period, without costs: a
/// function of the past alone.
///
/// # Errors
/// As [`run`].
pub fn weights_after(
    rule: &mut dyn OnlinePortfolio,
    past: &[f64],
) -> Result<Vec<f64>, OnlineError> {
    let n = rule.weights().len();
    for row in past.chunks(n) {
        Period::new(row, 1.0)?.of(n)?;
        let growth = dot(rule.weights(), row);
        rule.learn(Period::new(row, growth)?)?;
    }
    Ok(rule.weights().to_vec())
}
