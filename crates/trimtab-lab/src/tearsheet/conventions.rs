//! How everything was counted, and what other programs would print.
use super::{Prepares, TearSheet, prose, table};
use crate::figures::HEAD;
use crate::metrics::find;
use crate::page::{Block, Section};
use crate::rosetta::{Tool, rosetta};
use crate::words::{fixed, percent};

pub(super) fn section(sheet: &TearSheet<'_>, all: &Prepares<'_>) -> Section {
    let provenance = &sheet.strategy.provenance;
    let mut blocks = vec![others(all), own(sheet)];
    let rows = HEAD.iter().filter_map(|figure| {
        let metric = find(figure.key)?;
        Some(vec![figure.name.to_owned(), metric.convention.to_owned()])
    });
    blocks.push(table(
        "Formulas of the figures at the head",
        ["Figure", "How it is computed"],
        rows.collect(),
    ));
    blocks.push(Block::Fold(
        "The strategy in words".to_owned(),
        vec![Block::Code(sheet.strategy.explain())],
    ));
    if !provenance.source.is_empty() {
        blocks.push(prose(format!(
            "The strategy comes from: {}.",
            provenance.source.trim_end_matches('.')
        )));
    }
    Section::new("Conventions", blocks)
}

/// The same run in the words of other programs.
fn others(all: &Prepares<'_>) -> Block {
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| fixed(x, 3));
    let share = |x: Option<f64>| x.map_or("-".to_owned(), percent);
    let rows = rosetta(&all.run).into_iter().map(|t| {
        vec![
            format!("{} ({})", tool(t.tool), t.version),
            share(t.return_yearly),
            share(t.volatility_yearly),
            number(t.sharpe),
            number(t.sortino),
            share(t.drawdown_max),
        ]
    });
    let head =
        ["As … would say", "Return a year", "Volatility", "Sharpe", "Sortino", "Largest drawdown"];
    table(
        "The same run as other programs print it, called with their defaults",
        head,
        rows.collect(),
    )
}

fn tool(tool: Tool) -> &'static str {
    match tool {
        Tool::Quantstats => "quantstats",
        Tool::Empyrical => "empyrical",
        Tool::Ffn => "ffn",
        Tool::Bt => "bt",
        Tool::Vectorbt => "vectorbt",
        Tool::PortfolioVisualizer => "Portfolio Visualizer",
    }
}

fn own(sheet: &TearSheet<'_>) -> Block {
    let mut rows: Vec<String> = match sheet.books {
        Some(run) => run.conventions.clone(),
        None => vec![
            format!("decides {}", sheet.strategy.schedule.words()),
            sheet.strategy.execution.words(),
            "floats instead of books: the same values to the rounding of shares and money"
                .to_owned(),
        ],
    };
    rows.push(format!("cash and the risk-free rate: {}", sheet.risk_free));
    rows.push(format!("{} periods a year", sheet.record.periods_yearly()));
    rows.push("returns are those of the account with dividends and costs, deposits and withdrawals taken out".to_owned());
    table("This run", ["Convention"], rows.into_iter().map(|row| vec![row]).collect())
}
