//! Which prices a command works on: the user's files, or the history that ships with the program.
use std::path::PathBuf;

use trimtab_core::{Error, Frequency, Kind, Market, Result};
use trimtab_data::{FileRead, Loaded, Repairs, SeriesFile, StoreRead, caveat, embedded};
use trimtab_strategy::{Book, Cx, Every, Memory, Strategy};

use crate::args::{Files, Shipped};
use crate::say;

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
    /// What was read.
    pub(crate) files: Vec<FileRead>,
    /// The files and folders that were named; none for the shipped history.
    pub(crate) paths: Vec<PathBuf>,
    /// The stores among it, each with the hash that names it.
    pub(crate) stores: Vec<StoreRead>,
}

impl Opened {
    /// Opens what the command line names, or the shipped history that fits the strategy.
    ///
    /// # Errors
    /// When files cannot be loaded, or no shipped history has what the strategy asks for.
    pub(crate) fn open(
        files: &Files,
        history: Option<Shipped>,
        quiet: bool,
        strategy: &Strategy,
    ) -> Result<Self> {
        if !files.paths.is_empty() {
            return Self::files(files);
        }
        if let Some(option) = files.lone() {
            return Err(Error::new(Kind::Usage, format!("{option} belongs to files of your own"))
                .hint("name them with --data PATH"));
        }
        let opened = Self::fitting(history, strategy)?;
        if !quiet {
            say::note(&format!("{}; {}", opened.source, caveat()));
        }
        Ok(opened)
    }

    /// The shipped history that holds the strategy's assets: monthly, unless the strategy decides more often.
    fn fitting(wanted: Option<Shipped>, strategy: &Strategy) -> Result<Self> {
        let often = matches!(strategy.schedule.every, Every::Session | Every::Week);
        let order: &[Shipped] = match wanted {
            Some(Shipped::Monthly) => &[Shipped::Monthly],
            Some(Shipped::Daily) => &[Shipped::Daily],
            None if often => &[Shipped::Daily, Shipped::Monthly],
            None => &[Shipped::Monthly, Shipped::Daily],
        };
        let mut missing = None;
        for shipped in order {
            let opened = Self::shipped(*shipped)?;
            match unknown_asset(strategy, &opened.market) {
                None => return Ok(opened),
                Some(error) => missing = missing.or(Some(error)),
            }
        }
        let missing = missing.unwrap_or_else(|| Error::spec("there is no history"));
        Err(missing.hint(
            "without --data the history that ships with trimtab is used: US stocks, industries and Treasuries \
             (`trimtab data show`); name your own prices with --data PATH",
        ))
    }

    /// The shipped history.
    ///
    /// # Errors
    /// None but for a damaged program.
    pub(crate) fn shipped(shipped: Shipped) -> Result<Self> {
        let (frequency, name) = match shipped {
            Shipped::Monthly => (Frequency::Monthly, "monthly from 1953 to 2017"),
            Shipped::Daily => (Frequency::Daily, "daily from 1990 to 2017"),
        };
        Ok(Self::of(embedded(frequency)?, format!("the history that ships with trimtab, {name}")))
    }

    /// Loads files.
    ///
    /// # Errors
    /// Those of the data.
    pub(crate) fn files(files: &Files) -> Result<Self> {
        let options = trimtab_data::Options {
            repairs: repairs(&files.repair)?,
            bills: files.bills.as_deref().map(SeriesFile::bills).transpose()?,
            series: files.series.iter().map(|words| words.parse()).collect::<Result<_>>()?,
            meta: files.meta.clone(),
            ..trimtab_data::Options::default()
        };
        let loaded = trimtab_data::load(&files.paths, &options)?;
        let opened = Self::of(loaded, shown(&files.paths));
        Ok(Self { paths: files.paths.clone(), ..opened })
    }

    fn of(loaded: Loaded, source: String) -> Self {
        Self {
            market: loaded.market,
            hash: loaded.hash.to_string(),
            source,
            notices: loaded.log.iter().map(ToString::to_string).collect(),
            files: loaded.files,
            paths: Vec::new(),
            stores: loaded.stores,
        }
    }
}

/// Whether the newest decision of the strategy asks for an asset that the market does not have.
fn unknown_asset(strategy: &Strategy, market: &Market) -> Option<Error> {
    let past = market.as_of(market.calendar().last());
    let (book, mut memory) = (Book::default(), Memory::default());
    let mut cx = Cx::silent(past, &book, &mut memory, &strategy.universe);
    let named = || strategy.universe.iter().find_map(|symbol| market.find(symbol).err());
    let unknown =
        |error: &Error| error.kind() == Kind::Spec && error.message().starts_with("unknown asset");
    named().or_else(|| strategy.weights(&mut cx).err()).filter(unknown)
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
