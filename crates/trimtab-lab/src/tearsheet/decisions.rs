//! What was decided, and why.
use trimtab_core::Market;
use trimtab_sim::Decision;

use super::{TearSheet, prose, table};
use crate::page::{Block, Section};

/// Bytes of older decisions on the page. Twenty years of monthly decisions fit; daily ones do not, and would not be read.
const BYTES_MAX: usize = 160_000;

pub(super) fn section(sheet: &TearSheet<'_>) -> Option<Section> {
    let run = sheet.books?;
    let newest = run.last_decision()?;
    let market = sheet.market;
    let mut blocks = vec![
        prose(format!(
            "The newest of {} decisions, at the close of {}: {}.",
            run.decisions.len(),
            market.calendar().date(newest.day),
            target(newest, market)
        )),
        table(
            "Its reasons",
            ["Node of the strategy", "Why"],
            newest.because.iter().map(|note| vec![note.node.clone(), note.why.clone()]).collect(),
        ),
    ];
    let mut bytes = 0;
    let rows: Vec<Vec<String>> = run
        .decisions
        .iter()
        .rev()
        .map(|decision| row(decision, market))
        .take_while(|row| {
            bytes += row.iter().map(String::len).sum::<usize>();
            bytes <= BYTES_MAX
        })
        .collect();
    let left = run.decisions.len() - rows.len();
    let caption = match left {
        0 => "Every decision, the newest first".to_owned(),
        n => format!("The newest decisions first; {n} older ones stand in decisions.csv"),
    };
    let head = ["At the close of", "Occasion", "Target", "Reasons"];
    let fold = format!("{} decisions with their reasons", rows.len());
    blocks.push(Block::Fold(fold, vec![table(caption, head, rows)]));
    Some(Section::new("Decisions", blocks))
}

fn row(decision: &Decision, market: &Market) -> Vec<String> {
    let because: Vec<String> =
        decision.because.iter().map(|note| format!("{}: {}", note.node, note.why)).collect();
    vec![
        market.calendar().date(decision.day).to_string(),
        decision.why.word().to_owned(),
        target(decision, market),
        because.join("; "),
    ]
}

/// The weights wanted in words, the largest first.
fn target(decision: &Decision, market: &Market) -> String {
    let mut wanted: Vec<_> = decision.target.iter().collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut parts: Vec<String> = wanted
        .iter()
        .map(|(asset, weight)| format!("{} {:.1} %", market.symbol(*asset), weight * 100.0))
        .collect();
    let cash = 1.0 - decision.target.invested();
    // Less than a hundredth of a percent is rounding on the eye.
    if cash.abs() > 1e-4 {
        parts.push(format!("cash {:.1} %", cash * 100.0));
    }
    parts.join(", ")
}
