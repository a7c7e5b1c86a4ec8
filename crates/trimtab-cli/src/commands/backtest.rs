//! `trimtab backtest`: a strategy through the past.
use std::time::Instant;

use trimtab_core::Result;
use trimtab_lab::page::Page;
use trimtab_trials::{How, Researched};

use crate::args::{Backtest, Format};
use crate::report::{files, json, page, table};
use crate::research::{keep, record, research};
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
    if measured.is_some() {
        study.researched = researched(args, &study)?;
    }
    if !args.voice.quiet {
        say::progress("");
    }
    let error = study.error();
    let report = match (&args.out, args.voice.format) {
        (None, Format::Table) => None,
        _ => Some(json::report(&study, measured.as_ref())),
    };
    let wanted = args.out.is_some() || args.charts.is_some();
    let page = match measured.as_ref().filter(|_| wanted) {
        Some(_) => Some(made(args, &study)?),
        None => None,
    };
    if let (Some(folder), Some(report)) = (&args.out, &report) {
        let html = page.as_ref().map(Page::html);
        files::write(folder, &study, report, html)?;
    }
    if let (Some(folder), Some(page)) = (&args.charts, &page) {
        files::folder(folder, &page::drawings(page))?;
    }
    match (args.voice.format, &report) {
        (Format::Json, Some(report)) => say::json(report)?,
        _ => say::result(&table::report(&study, measured.as_ref()))?,
    }
    error.map_or(Ok(()), |error| Err(error.into()))
}

/// Writes the run into the trial ledger, and counts what was tried before.
fn researched(args: &Backtest, study: &Study) -> Result<Researched> {
    let mode = if args.no_ledger { "light" } else { "books" };
    let how = How { command: "backtest", mode, seed: args.seed, keep: keep(args.no_ledger) };
    let mut research = research(&study.strategy, &study.opened, &study.options, how)?;
    let run = &study.run;
    let own = (args.subject.strategy.as_str(), &study.strategy, args.subject.set.as_slice());
    record(&mut research, (study, run), own)?;
    Ok(research.budget(run.first.0, &run.returns, &study.cash.excess(&run.returns)))
}

/// The page, with a note on what it took.
fn made(args: &Backtest, study: &Study) -> Result<Page> {
    let begun = Instant::now();
    let variations = page::variations(study);
    let certificate = page::certificate(study);
    if let (Err(error), false) = (&certificate, args.voice.quiet) {
        say::note(&format!("no audit: {error}"));
    }
    let doubts = page::doubts(study)?;
    let before = begun.elapsed();
    let page = page::page(study, &variations, certificate.ok(), doubts)?;
    if !args.voice.quiet {
        let runs = variations.map_or(0, |variations| variations.runs);
        say::note(&format!(
            "the report was made in {:.1} ms, after {runs} more runs of the strategy, an audit and a check of the files in {:.0} ms",
            (begun.elapsed() - before).as_secs_f64() * 1e3,
            before.as_secs_f64() * 1e3
        ));
    }
    Ok(page)
}
