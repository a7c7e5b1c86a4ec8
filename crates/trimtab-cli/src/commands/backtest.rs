//! `trimtab backtest`: a strategy through the past.
use crate::args::{Backtest, Format};
use crate::report::{files, json, table};
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
        files::write(folder, &study, report)?;
    }
    match (args.format, &report) {
        (Format::Json, Some(report)) => say::json(report)?,
        _ => say::result(&table::report(&study, measured.as_ref()))?,
    }
    error.map_or(Ok(()), |error| Err(error.into()))
}
