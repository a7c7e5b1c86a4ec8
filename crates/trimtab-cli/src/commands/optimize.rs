//! `trimtab optimize`: the best weights for one date, or for estimates from anywhere, and what bound them.
use serde_json::{Map, Value, json};
use trimtab_core::{Error, Kind};
use trimtab_strategy::{Binding, Estimates, Side as LimitSide, Solution};

use crate::args::{Format, Optimize};
use crate::question::Asked;
use crate::report::DISCLAIMER;
use crate::say::{self, Outcome, Stop};
use crate::text::{Side, columns, percent, wrap};

/// Lines of text are at most this long.
const WIDTH: usize = 100;

/// Solves the question and prints the answer. When no weights keep all constraints, the report names those that exclude
/// each other, and the exit code is that of [`Kind::Infeasible`].
pub(crate) fn run(args: &Optimize) -> Outcome {
    let asked = Asked::read(&args.question, &args.objective)?;
    match asked.programme.solve(&asked.estimates) {
        Ok(solution) => {
            let risks = risks(&asked.estimates, &solution.weights);
            match args.question.format {
                Format::Json => say::json(&report(&asked, &solution, &risks)),
                Format::Table => say::result(&table(&asked, &solution, &risks)),
            }
        }
        Err(error) => {
            if args.question.format == Format::Json && error.kind() == Kind::Infeasible {
                say::json(&refusal(&asked, &error)?)?;
            }
            Err(Stop::Error(asked.advised(error)))
        }
    }
}

/// What an asset adds to the risk.
struct Risk {
    /// $\partial \sigma / \partial w_i = (\Sigma w)_i / \sigma$.
    marginal: f64,
    /// $w_i (\Sigma w)_i / \sigma$; they add up to the volatility.
    contribution: f64,
    /// The contribution over the volatility.
    share: f64,
}

/// The risk of each asset; zeros when the whole has none.
fn risks(estimates: &Estimates, weights: &[f64]) -> Vec<Risk> {
    let volatility = estimates.volatility_of(weights);
    let slopes = estimates.covariance.mul(weights);
    let one = |(slope, weight): (f64, &f64)| match volatility > 0.0 {
        true => {
            let contribution = weight * slope / volatility;
            let share = contribution / volatility;
            Risk { marginal: slope / volatility, contribution, share }
        }
        false => Risk { marginal: 0.0, contribution: 0.0, share: 0.0 },
    };
    slopes.into_iter().zip(weights).map(one).collect()
}

/// The answer as JSON. Numbers are in the unit of the estimates: a year, when they were made from prices.
fn report(asked: &Asked, solution: &Solution, risks: &[Risk]) -> Value {
    let estimates = &asked.estimates;
    let weights: Map<String, Value> =
        estimates.names.iter().cloned().zip(solution.weights.iter().map(|w| json!(w))).collect();
    let measures: Map<String, Value> =
        solution.measures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let risks = risks.iter().enumerate().map(|(ix, risk)| {
        json!({
            "asset": estimates.names[ix],
            "weight": solution.weights[ix],
            "expected_return": estimates.mean[ix],
            "volatility": estimates.covariance[(ix, ix)].sqrt(),
            "marginal": risk.marginal,
            "contribution": risk.contribution,
            "share": risk.share,
        })
    });
    json!({
        "objective": asked.programme.objective,
        "weights": weights,
        "cash": 1.0 - solution.weights.iter().sum::<f64>(),
        "expected_return": solution.mean,
        "risk": solution.volatility,
        "variance": solution.volatility * solution.volatility,
        "measures": measures,
        "binding": solution.binding.iter().map(binding).collect::<Vec<_>>(),
        "risks": risks.collect::<Vec<_>>(),
        "notes": solution.notes,
        "date": asked.date,
        "estimates": asked.source,
        "notices": asked.notices,
        "disclaimer": DISCLAIMER,
    })
}

fn binding(binding: &Binding) -> Value {
    json!({
        "constraint": binding.constraint,
        "asset": binding.asset,
        "side": side(binding.side),
        "limit": binding.limit,
        "shadow_price": binding.price,
    })
}

fn side(side: LimitSide) -> &'static str {
    match side {
        LimitSide::Least => "least",
        LimitSide::Most => "most",
    }
}

/// The refusal as JSON: constraints that exclude each other, by name. Leaving out any one makes the others possible.
fn refusal(asked: &Asked, error: &Error) -> trimtab_core::Result<Value> {
    let conflict = asked.programme.conflict(&asked.estimates)?;
    let names = conflict.unwrap_or_default();
    let names: Vec<&str> = names.iter().map(|name| name.trim_matches('`')).collect();
    Ok(json!({
        "weights": null,
        "error": error.message(),
        "hint": error.advice(),
        "conflict": names,
        "date": asked.date,
        "estimates": asked.source,
        "notices": asked.notices,
    }))
}

fn table(asked: &Asked, solution: &Solution, risks: &[Risk]) -> String {
    let mut text = format!("{}, from {}", asked.programme.objective.kind(), asked.source);
    if let Some(date) = asked.date {
        text += &format!(" at the close of {date}");
    }
    text += "\n\n";
    let head = ["", "weight", "expected", "volatility", "marginal", "share of risk"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let estimates = &asked.estimates;
    for (ix, risk) in risks.iter().enumerate().filter(|(ix, _)| solution.weights[*ix] != 0.0) {
        let volatility = estimates.covariance[(ix, ix)].sqrt();
        let numbers =
            [solution.weights[ix], estimates.mean[ix], volatility, risk.marginal, risk.share];
        rows.push([estimates.names[ix].clone()].into_iter().chain(numbers.map(percent)).collect());
    }
    let none = solution.weights.iter().filter(|w| **w == 0.0).count();
    let whole = [solution.weights.iter().sum(), solution.mean, solution.volatility];
    rows.push(["all".to_owned()].into_iter().chain(whole.map(percent)).collect());
    text += &columns(&rows, &[Side::Left, Side::Right]);
    if none > 0 {
        text += &format!("{none} assets are not held.\n");
    }
    for (name, value) in &solution.measures {
        text += &format!("{name}: {value:.6}\n");
    }
    text += &bound_by(&solution.binding);
    for note in solution.notes.iter().chain(&asked.notices) {
        text += &wrap(note, WIDTH, "  ");
    }
    text + &format!("\n{DISCLAIMER}\n")
}

/// The limits that bind, those with a price first.
fn bound_by(binding: &[Binding]) -> String {
    // A bound at zero of an asset that is not held says nothing unless it was asked for.
    let telling = |b: &&Binding| b.constraint.is_some();
    let mut rows: Vec<Vec<String>> = binding
        .iter()
        .filter(telling)
        .map(|b| {
            let name = b.constraint.clone().unwrap_or_default();
            let of = b.asset.as_deref().filter(|asset| *asset != name).unwrap_or_default();
            let price = b.price.map_or_else(String::new, |price| format!("{price:.6}"));
            vec![name, of.to_owned(), side(b.side).to_owned(), format!("{:.6}", b.limit), price]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    rows.insert(0, ["", "", "side", "limit", "shadow price"].map(str::to_owned).to_vec());
    format!("\nBound by\n{}", columns(&rows, &[Side::Left, Side::Left, Side::Left, Side::Right]))
}
