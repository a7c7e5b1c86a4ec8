//! `trimtab search --walk-forward`: what a searcher would have earned.
use serde_json::{Map, Value, json};
use trimtab_core::{Date, Result};
use trimtab_lab::search::{Space, Step, Walked, walk_forward};
use trimtab_lab::sweep::Axis;
use trimtab_lab::validation::{Start, WalkForward};
use trimtab_lab::{MetricSet, Prepared, Record, RiskFree};
use trimtab_trials::Researched;

use super::Asked;
use crate::args::Format;
use crate::commands::sweep::cash;
use crate::report::table::budget;
use crate::say::{self, Outcome};
use crate::text::{Side, columns, fixed, percent};

/// Figures of what was held, and of the strategy as it is.
const FIGURES: [(&str, &str, bool); 4] = [
    ("return_yearly_periods", "Return a year", true),
    ("volatility_yearly", "Volatility a year", true),
    ("sharpe", "Sharpe ratio", false),
    ("drawdown_max", "Largest drawdown", true),
];

/// Searches in each window, and prints what holding the best of each over the next earned.
pub(super) fn run(
    asked: &Asked<'_>,
    space: &Space,
    axes: &[Axis],
    (fit, hold): (f64, f64),
) -> Outcome {
    let calendar = asked.opened.market.calendar();
    let periods = |years: f64| (years * calendar.frequency().per_year()).round().max(1.0) as usize;
    let start = if asked.args.anchored { Start::Anchored } else { Start::Rolling };
    let plan =
        WalkForward { train: periods(fit), test: periods(hold), gap: 0, start, last_short: true };
    let cash = cash(&asked.opened.market, &asked.options, &mut Vec::new());
    let judge = asked.judge(space, &asked.options, &cash);
    judge.check()?;
    let mut look = |options: &trimtab_sim::Options, step: usize| {
        // Windows that draw the same sets would all be lucky together.
        let seed = asked.args.seed.wrapping_add(step as u64);
        asked.found(space, axes, (options, seed)).map(|found| found.all)
    };
    let walked = walk_forward(&judge, &asked.base, &plan, &mut look)?;
    if !asked.args.voice.quiet {
        say::progress("");
    }
    let held = measured(asked, &walked, &walked.returns)?;
    let own = measured(asked, &walked, &walked.own)?;
    let excess: Vec<f64> = walked.returns.iter().zip(&walked.bills).map(|(r, b)| r - b).collect();
    let mut research = asked.research(&asked.options)?;
    let researched = research.budget(walked.first.0, &walked.returns, &excess);
    match asked.args.voice.format {
        Format::Json => say::json(&as_json(asked, space, &walked, (&held, &own), &researched)),
        Format::Table => {
            say::result(&(table(asked, space, &walked, (&held, &own)) + &budget(&researched)))
        }
    }
}

fn measured(asked: &Asked<'_>, walked: &Walked, returns: &[f64]) -> Result<[Option<f64>; 4]> {
    let calendar = asked.opened.market.calendar();
    let first = walked.first.index();
    let dates = &calendar.sessions()[first..=first + returns.len()];
    let rates = RiskFree::Series(&walked.bills);
    let record = Record::new(dates, returns, rates, calendar.frequency().per_year())?;
    let found = MetricSet::of(&Prepared::new(record));
    Ok(FIGURES.map(|(key, ..)| found.get(key)))
}

fn table(
    asked: &Asked<'_>,
    space: &Space,
    walked: &Walked,
    (held, own): (&[Option<f64>; 4], &[Option<f64>; 4]),
) -> String {
    let goal = asked.goals[0].name();
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| fixed(x, 3));
    let head = ["searched", "", "held until"].map(str::to_owned).into_iter();
    let names = space.paths().iter().cloned();
    let mut rows: Vec<Vec<String>> =
        vec![head.chain(names).chain([format!("{goal} in it"), "and after".to_owned()]).collect()];
    for step in &walked.steps {
        let dates = [step.fit.0, step.fit.1, step.held.1].map(|date: Date| date.to_string());
        let set = step.set.clone().unwrap_or_else(|| vec!["as it is".into(); space.paths().len()]);
        let scores = [step.within, step.beyond].map(number);
        rows.push(dates.into_iter().chain(set).chain(scores).collect());
    }
    let tried: usize = walked.steps.iter().map(|step| step.tried).sum();
    let mut text = format!(
        "{}: {} searches by {}, {tried} sets in all\n\n",
        asked.base.name,
        walked.steps.len(),
        asked.args.by.word()
    );
    text += &columns(&rows, &vec![Side::Right; rows[0].len()]);
    let mut rows = vec![["", "Held", "As it is"].map(str::to_owned).to_vec()];
    for (ix, (_, name, fraction)) in FIGURES.iter().enumerate() {
        let write = |x: Option<f64>| match x {
            Some(x) if *fraction => percent(x),
            x => number(x),
        };
        rows.push(vec![(*name).to_owned(), write(held[ix]), write(own[ix])]);
    }
    text += &format!("\n{}", columns(&rows, &[Side::Left, Side::Right]));
    if let Some(efficiency) = walked.efficiency {
        text += &format!(
            "\nwhat was held grew {} times as much a year as the sets had grown where they were found (walk-forward efficiency)\n",
            fixed(efficiency, 2)
        );
    }
    text + "\nmoving from one set to the next costs nothing here, which flatters what was held\n"
}

fn as_json(
    asked: &Asked<'_>,
    space: &Space,
    walked: &Walked,
    (held, own): (&[Option<f64>; 4], &[Option<f64>; 4]),
    researched: &Researched,
) -> Value {
    let figures = |of: &[Option<f64>; 4]| -> Map<String, Value> {
        FIGURES.iter().zip(of).map(|((key, ..), x)| ((*key).to_owned(), json!(x))).collect()
    };
    let step = |step: &Step| {
        let set = step.set.as_ref().map(|set| -> Map<String, Value> {
            space.paths().iter().cloned().zip(set.iter().map(|v| json!(v))).collect()
        });
        json!({
            "searched": { "from": step.fit.0, "to": step.fit.1 },
            "held": { "from": step.held.0, "to": step.held.1 },
            "sets": step.tried,
            "parameters": set,
            "within": step.within,
            "beyond": step.beyond,
        })
    };
    json!({
        "strategy": asked.base.name,
        "by": asked.args.by.word(),
        "seed": asked.args.seed,
        "objective": asked.goals[0].name(),
        "steps": walked.steps.iter().map(step).collect::<Vec<_>>(),
        "held": figures(held),
        "as_it_is": figures(own),
        "efficiency": walked.efficiency,
        "returns": walked.returns,
        "budget": researched.budget,
    })
}
