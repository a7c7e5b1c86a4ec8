//! `trimtab backtest`: a strategy through the past.
use crate::args::{Backtest, Format};
use std::time::Instant;

use crate::report::{files, json, page, table};
use crate::say::{self, Outcome};
use crate::study::{Study, measure};

/// Runs, measures, writes and prints. A strategy that fails on the way is reported as far as it came, then its error.
pub(crate) fn run(args: &Backtest) -> Outcome {
    let mut study = Study::new(args)?;
    let measured = match measure(&study) {
        Ok(measured) => Some(measured),
        Err(error) => {
            study.notices.push(format!("no figures: {error}"));
            None
        }
    };
    if !args.quiet {
        say::progress("");
    }
    let error = study.error();
    let report = match (&args.out, args.format) {
        (None, Format::Table) => None,
        _ => Some(json::report(&study, measured.as_ref())),
    };
    if let (Some(folder), Some(report)) = (&args.out, &report) {
        let page = measured.as_ref().map(|_| html(args, &study)).transpose()?;
        files::write(folder, &study, report, page)?;
    }
    match (args.format, &report) {
        (Format::Json, Some(report)) => say::json(report)?,
        _ => say::result(&table::report(&study, measured.as_ref()))?,
    }
    error.map_or(Ok(()), |error| Err(error.into()))
}

/// The page, with a note on what it took.
fn html(args: &Backtest, study: &Study) -> trimtab_core::Result<String> {
    let begun = Instant::now();
    let variations = page::variations(study);
    let run = begun.elapsed();
    let html = page::page(study, &variations)?.html();
    if !args.quiet {
        let runs = variations.map_or(0, |variations| variations.runs);
        say::note(&format!(
            "report.html: {} KB, made in {:.1} ms after {runs} more runs in {:.0} ms",
            html.len() / 1000,
            (begun.elapsed() - run).as_secs_f64() * 1e3,
            run.as_secs_f64() * 1e3
        ));
    }
    Ok(html)
}
