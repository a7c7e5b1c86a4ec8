//! `trimtab compare`: several strategies side by side, and held together.
use trimtab_core::Result;

use crate::args::{Backtest, Compare, Format, Subject};
use crate::report::{compare, files, page};
use crate::research::record_all;
use crate::say::{self, Outcome};
use crate::study::Study;

/// Runs the first strategy with the others beside it, and writes and prints all of them as equals.
pub(crate) fn run(args: &Compare) -> Outcome {
    let asked = backtest(args);
    let mut study = Study::new(&asked)?;
    if !args.voice.quiet {
        say::progress("");
    }
    if let Some(error) = study.error() {
        return Err(error.into());
    }
    record_all(&mut study, (&asked, &asked.benchmark), "compare")?;
    let wanted = args.strategies.len() - 1;
    let comparison = compare::comparison(&study, wanted)?;
    let compared = comparison.compared()?;
    let page = || -> Result<trimtab_lab::page::Page> { comparison.page(&compared) };
    if let Some(folder) = &args.out {
        files::folder(folder, &[("compare.html".to_owned(), page()?.html())])?;
    }
    if let Some(folder) = &args.charts {
        files::folder(folder, &page::drawings(&page()?))?;
    }
    match args.voice.format {
        Format::Json => say::json(&compare::json(&comparison, &compared)),
        Format::Table => say::result(&compare::table(&comparison, &compared)),
    }
}

/// The first strategy as a backtest with the others as benchmarks.
fn backtest(args: &Compare) -> Backtest {
    let mut strategies = args.strategies.iter().cloned();
    Backtest {
        subject: Subject {
            strategy: strategies.next().unwrap_or_default(),
            data: args.data.clone(),
            history: args.history,
            set: Vec::new(),
        },
        account: args.account,
        flows: None,
        benchmark: strategies.collect(),
        seed: 0,
        no_ledger: args.no_ledger,
        out: None,
        charts: None,
        voice: args.voice,
    }
}
