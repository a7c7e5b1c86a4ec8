//! Which prices a command works on: the user's files, or the history that ships with the program.
use std::path::PathBuf;

use trimtab_core::{Market, Result};
use trimtab_data::{Loaded, Repairs, SeriesFile};
use trimtab_strategy::Strategy;

use crate::args::{Backtest, Files};

/// A market with all that a report says about it.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The market.
    pub(crate) market: Market,
    /// Identifies its content.
    pub(crate) hash: String,
    /// Where it is from, in a line.
    pub(crate) source: String,
    /// What was lost, repaired or assumed.
    pub(crate) notices: Vec<String>,
}

impl Opened {
    /// Opens what the command line names, or the shipped history that fits the strategy.
    ///
    /// # Errors
    /// When files cannot be loaded, or no shipped history has what the strategy asks for.
    pub(crate) fn open(args: &Backtest, strategy: &Strategy) -> Result<Self> {
        let _ = strategy;
        let bills = args.bills.as_deref().map(SeriesFile::bills).transpose()?;
        Self::files(&args.data, bills)
    }

    /// Loads files.
    ///
    /// # Errors
    /// Those of the data.
    pub(crate) fn files(files: &Files, bills: Option<SeriesFile>) -> Result<Self> {
        let options = trimtab_data::Options {
            repairs: repairs(&files.repair)?,
            bills,
            meta: files.meta.clone(),
            ..trimtab_data::Options::default()
        };
        let loaded = trimtab_data::load(&files.paths, &options)?;
        Ok(Self::of(loaded, shown(&files.paths)))
    }

    fn of(loaded: Loaded, source: String) -> Self {
        Self {
            market: loaded.market,
            hash: loaded.hash.to_string(),
            source,
            notices: loaded.log.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The repairs that the command line allows.
///
/// # Errors
/// For a word that is no repair.
pub(crate) fn repairs(words: &[String]) -> Result<Repairs> {
    let mut repairs = Repairs::default();
    for word in words {
        repairs.add(word)?;
    }
    Ok(repairs)
}

fn shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
