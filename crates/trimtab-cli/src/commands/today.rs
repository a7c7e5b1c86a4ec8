//! `trimtab today`: what to hold now, why, the orders that lead there, and what would change it.
use crate::args::{Format, Today};
use crate::say::{self, Outcome};
use crate::today::{Morning, files, json, table};

/// Decides, writes and prints.
pub(crate) fn run(args: &Today) -> Outcome {
    let morning = Morning::new(args)?;
    if !args.voice.quiet {
        say::progress("");
    }
    if let Some(folder) = &args.out {
        files::write(folder, &morning)?;
    }
    match args.voice.format {
        Format::Json => say::json(&json::report(&morning)),
        Format::Table => say::result(&table::report(&morning)),
    }
}
