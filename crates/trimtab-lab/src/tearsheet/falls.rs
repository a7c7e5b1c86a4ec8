//! The worst of it.
use trimtab_core::Result;

use super::{Prepares, table};
use crate::page::{Block, Section};
use crate::tables::{CRISES, StretchRow, benchmark_falls, drawdowns, months_missed, stretches};
use crate::words::percent;

/// Drawdowns that are listed.
const WORST: usize = 10;

/// Falls of the benchmark that are listed.
const FALLS: usize = 5;

/// Months left out, best and worst.
const MISSED: [usize; 3] = [3, 10, 20];

pub(super) fn section(all: &Prepares<'_>) -> Result<Section> {
    let worst = drawdowns(&all.run, WORST).into_iter().map(|row| {
        vec![
            percent(row.depth),
            row.peak.to_string(),
            row.trough.to_string(),
            row.recovery.map_or("not yet".to_owned(), |date| date.to_string()),
            format!("{:.0}", row.days_falling),
            row.days_recovering.map_or("-".to_owned(), |days| format!("{days:.0}")),
            percent(row.gain_needed),
        ]
    });
    let head =
        ["Depth", "Peak", "Trough", "Back", "Days down", "Days up", "Gain needed at the trough"];
    let mut blocks = vec![table("The deepest drawdowns", head, worst.collect())];
    if all.run.versus.is_some() {
        let falls = benchmark_falls(&all.run, FALLS)?;
        blocks.push(stretch_table(
            "The deepest falls of the first comparison, and the run meanwhile",
            &falls,
        ));
    }
    let crises = stretches(&all.run, &CRISES);
    if !crises.is_empty() {
        blocks.push(stretch_table("Falls of the S&P 500 by 18 % or more", &crises));
    }
    let missed = months_missed(&all.run, &MISSED).into_iter().filter(|row| row.count > 0);
    let missed = missed.map(|row| {
        let cells = [
            row.without_worst,
            row.without_worst_drawdown,
            row.without_best,
            row.without_best_drawdown,
            row.without_both,
            row.without_both_drawdown,
        ];
        std::iter::once(row.count.to_string()).chain(cells.map(percent)).collect()
    });
    let head = [
        "Months",
        "Without the worst",
        "drawdown",
        "Without the best",
        "drawdown",
        "Without both",
        "drawdown",
    ];
    let caption =
        "Return a year and largest drawdown with the worst and the best months spent in cash";
    blocks.push(Block::Fold(
        "The best and the worst months left out".to_owned(),
        vec![table(caption, head, missed.collect())],
    ));
    Ok(Section::new("Drawdowns", blocks))
}

fn stretch_table(caption: &str, rows: &[StretchRow]) -> Block {
    let rows = rows.iter().map(|row| {
        vec![
            row.name.clone(),
            row.from.to_string(),
            row.to.to_string(),
            row.benchmark.map_or("-".to_owned(), percent),
            percent(row.value),
            percent(row.drawdown_max),
        ]
    });
    let head = ["", "From", "To", "Comparison", "Run", "Run's drawdown within"];
    table(caption, head, rows.collect())
}
