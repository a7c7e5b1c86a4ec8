//! `trimtab frontier`: all efficient portfolios under the constraints, and where tastes for risk sit.
use std::path::Path;

use serde_json::{Map, Value, json};
use trimtab_core::{Error, Kind, Result};
use trimtab_lab::chart::{Mark, Plane, Unit, plane, standalone};
use trimtab_math::frontier::{Frontier, Point};
use trimtab_strategy::{Estimates, Programme};

use crate::args::{self, Format};
use crate::question::{self, Asked};
use crate::report::DISCLAIMER;
use crate::say::{self, Outcome};
use crate::text::{Side, columns, percent, wrap};

/// Points of the drawn curve: it looks smooth at any size that is printed.
const DRAWN: usize = 200;

/// Height of the picture, in units of a width of 1000.
const HEIGHT: f64 = 560.0;

/// Walks the frontier and prints it.
pub(crate) fn run(args: &args::Frontier) -> Outcome {
    let asked = Asked::read(&args.question, "minimum-variance")?;
    let frontier = asked.programme.frontier(&asked.estimates)?;
    let shown = spread(&frontier, args.points.max(2));
    let levels = levels(args, &asked)?;
    if let Some(path) = &args.plot {
        write(path, &standalone(&picture(&asked.estimates, &frontier, &levels)))?;
    }
    match args.question.format {
        Format::Json => say::json(&report(&asked, &frontier, &shown, &levels)),
        Format::Table => say::result(&table(&asked, &frontier, &shown, &levels)),
    }
}

/// A taste for risk on the frontier.
struct Level {
    name: &'static str,
    weights: Vec<f64>,
    mean: f64,
    volatility: f64,
    notes: Vec<String>,
}

/// The portfolios of the three risk levels; they begin from the greatest Sharpe ratio, or from the least variance where
/// no riskless return is known.
fn levels(args: &args::Frontier, asked: &Asked) -> Result<Vec<Level>> {
    let base = match asked.estimates.riskless {
        Some(_) => "maximum-sharpe",
        None => "minimum-variance",
    };
    let one = |name: &'static str| {
        let words =
            format!("{{ kind = \"frontier-level\", level = \"{name}\", base = \"{base}\" }}");
        let objective = question::objective(&args.question, &words)?;
        let programme = Programme { objective, ..asked.programme.clone() };
        let solution = programme.solve(&asked.estimates)?;
        Ok(Level {
            name,
            mean: solution.mean,
            volatility: solution.volatility,
            weights: solution.weights,
            notes: solution.notes,
        })
    };
    ["low", "medium", "high"].into_iter().map(one).collect()
}

/// So many points with equal steps of the expected return, from the least variance to the greatest return.
fn spread(frontier: &Frontier, count: usize) -> Vec<Point> {
    let corners = frontier.corners();
    let ends = corners.first().zip(corners.last());
    let Some((first, last)) = ends else { return Vec::new() };
    let step = (last.mean - first.mean) / (count - 1) as f64;
    let at = |k: usize| match k + 1 == count {
        true => Some(last.clone()),
        false => frontier.at_mean(first.mean + step * k as f64).ok(),
    };
    (0..count).filter_map(at).collect()
}

fn weights(estimates: &Estimates, weights: &[f64]) -> Value {
    let of = estimates.names.iter().cloned().zip(weights.iter().map(|w| json!(w)));
    Value::Object(of.collect::<Map<String, Value>>())
}

fn point(estimates: &Estimates, point: &Point) -> Value {
    json!({
        "expected_return": point.mean,
        "risk": point.variance.max(0.0).sqrt(),
        "variance": point.variance,
        "slope": point.gamma,
        "weights": weights(estimates, &point.x),
    })
}

fn report(asked: &Asked, frontier: &Frontier, shown: &[Point], levels: &[Level]) -> Value {
    let estimates = &asked.estimates;
    let levels: Vec<Value> = levels
        .iter()
        .map(|level| {
            json!({
                "level": level.name,
                "expected_return": level.mean,
                "risk": level.volatility,
                "weights": weights(estimates, &level.weights),
                "notes": level.notes,
            })
        })
        .collect();
    json!({
        "corners": frontier.corners().iter().map(|p| point(estimates, p)).collect::<Vec<_>>(),
        "points": shown.iter().map(|p| point(estimates, p)).collect::<Vec<_>>(),
        "levels": levels,
        "assets": estimates.names,
        "date": asked.date,
        "estimates": asked.source,
        "notices": asked.notices,
        "disclaimer": DISCLAIMER,
    })
}

fn table(asked: &Asked, frontier: &Frontier, shown: &[Point], levels: &[Level]) -> String {
    let mut text = format!("efficient frontier, from {}", asked.source);
    if let Some(date) = asked.date {
        text += &format!(" at the close of {date}");
    }
    let names = &asked.estimates.names;
    let row = |name: String, mean: f64, volatility: f64, weights: &[f64]| {
        let numbers = [mean, volatility].map(percent);
        vec![name, numbers[0].clone(), numbers[1].clone(), held(names, weights)]
    };
    let of = |name: String, p: &Point| {
        row(name, p.mean, p.variance.max(0.0).sqrt(), &p.x[..names.len()])
    };
    let head = |what: &str| [what, "expected", "volatility", "weights"].map(str::to_owned).to_vec();
    let sides = [Side::Left, Side::Right, Side::Right, Side::Left];
    let mut rows = vec![head("point")];
    rows.extend(shown.iter().enumerate().map(|(k, p)| of((k + 1).to_string(), p)));
    text += &format!("\n\n{}", columns(&rows, &sides));
    let mut rows = vec![head("corner")];
    let corners = frontier.corners().iter().enumerate();
    rows.extend(corners.map(|(k, p)| of((k + 1).to_string(), p)));
    text += &format!(
        "\nBetween two corners weights lie on a straight line.\n{}",
        columns(&rows, &sides)
    );
    let mut rows = vec![head("risk level")];
    rows.extend(levels.iter().map(|l| row(l.name.to_owned(), l.mean, l.volatility, &l.weights)));
    text += &format!("\n{}", columns(&rows, &sides));
    for note in levels.iter().flat_map(|l| &l.notes).chain(&asked.notices) {
        text += &wrap(note, 100, "  ");
    }
    text + &format!("\n{DISCLAIMER}\n")
}

/// The positions above a tenth of a percent, largest first, as far as a line goes.
fn held(names: &[String], weights: &[f64]) -> String {
    const SHOWN: usize = 6;
    let mut held: Vec<usize> = (0..weights.len()).filter(|j| weights[*j].abs() >= 5e-4).collect();
    held.sort_by(|a, b| weights[*b].abs().total_cmp(&weights[*a].abs()).then(a.cmp(b)));
    let more = held.len().saturating_sub(SHOWN);
    let one = |j: &usize| format!("{} {:.1}", names[*j], 100.0 * weights[*j]);
    let mut text = held.iter().take(SHOWN).map(one).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text += &format!(" and {more} more");
    }
    text
}

/// The curve, each asset and each level, by volatility and expected return.
fn picture(estimates: &Estimates, frontier: &Frontier, levels: &[Level]) -> String {
    let curve: Vec<(f64, f64)> =
        spread(frontier, DRAWN).iter().map(|p| (p.variance.max(0.0).sqrt(), p.mean)).collect();
    let corners: Vec<Mark<'_>> = frontier
        .corners()
        .iter()
        .map(|p| Mark { name: "", x: p.variance.max(0.0).sqrt(), y: p.mean })
        .collect();
    let assets: Vec<Mark<'_>> = (estimates.names.iter().enumerate())
        .map(|(j, name)| Mark {
            name,
            x: estimates.covariance[(j, j)].sqrt(),
            y: estimates.mean[j],
        })
        .collect();
    let levels: Vec<Mark<'_>> =
        levels.iter().map(|l| Mark { name: l.name, x: l.volatility, y: l.mean }).collect();
    plane(&Plane {
        label: "Efficient frontier: expected return by volatility",
        curves: &[("frontier", &curve)],
        marks: &[("corners", &corners), ("assets", &assets), ("risk levels", &levels)],
        x_name: "volatility",
        y_name: "expected return",
        units: [Unit::Percent; 2],
        height: HEIGHT,
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|e| Error::new(Kind::Io, e.to_string()).place(path.display().to_string()))
}
