//! The trial ledger beside a command: what it tries is written down, and what was tried before is counted.
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use trimtab_core::{Error, Kind, Result};
use trimtab_lab::validation::Budget;
use trimtab_sim::{ENGINE, Options};
use trimtab_strategy::Strategy;
use trimtab_trials::{
    Asked, CURVES, Entry, Ledger, Name, Trial, Tried, configuration, location, shape,
};

use crate::history::Opened;
use crate::portfolio::Source;

/// What a command tries, and where it is written down.
#[derive(Debug)]
pub(crate) struct Research<'a> {
    ledger: Option<Ledger>,
    /// Why nothing is written down, or what went wrong.
    why: Option<String>,
    shape: Name,
    strategy: &'a Strategy,
    opened: &'a Opened,
    options: &'a Options,
    canonical: String,
    how: How<'a>,
}

/// How a command tries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How<'a> {
    /// Its name.
    pub(crate) command: &'a str,
    /// `books` or `light`.
    pub(crate) mode: &'a str,
    /// The seed of everything random.
    pub(crate) seed: u64,
    /// Whether it is to be written down.
    pub(crate) recorded: bool,
}

/// What stands in a report.
#[derive(Clone, Debug, Default)]
pub(crate) struct Researched {
    /// The researcher's budget.
    pub(crate) budget: Option<Budget>,
    /// The same in words, or why there is none.
    pub(crate) words: String,
}

/// The ledger of the user, unless the environment says that there is none.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn ledger() -> Result<Option<Ledger>> {
    location(|name| std::env::var_os(name)).map(|path| Ledger::open(&path)).transpose()
}

impl<'a> Research<'a> {
    /// Opens the ledger. Without one, or where it cannot be opened, the command goes on and the report says so.
    ///
    /// # Errors
    /// None as a rule: a strategy has a name.
    pub(crate) fn new(
        strategy: &'a Strategy,
        opened: &'a Opened,
        options: &'a Options,
        how: How<'a>,
    ) -> Result<Self> {
        let (ledger, why) = match how.recorded.then(ledger) {
            None => {
                (None, Some("this was not recorded: how often it was tried is unknown".to_owned()))
            }
            Some(Ok(None)) => (
                None,
                Some("there is no trial ledger: how often this was tried is unknown".to_owned()),
            ),
            Some(Ok(ledger)) => (ledger, None),
            Some(Err(error)) => {
                (None, Some(format!("how often this was tried is unknown: {error}")))
            }
        };
        let (shape, canonical) = (shape(strategy)?, options.canonical());
        Ok(Self { ledger, why, shape, strategy, opened, options, canonical, how })
    }

    /// Whether trials are written down.
    pub(crate) fn open(&self) -> bool {
        self.ledger.is_some()
    }

    /// Names what is evaluated.
    ///
    /// # Errors
    /// None as a rule.
    pub(crate) fn configuration(&self, strategy: &Strategy) -> Result<Name> {
        configuration(strategy, self.options)
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            shape: self.shape,
            data: &self.opened.hash,
            strategy: &self.strategy.name,
            source: &self.opened.source,
            engine: ENGINE,
            mode: self.how.mode,
            command: self.how.command,
            seed: self.how.seed,
            options: &self.canonical,
            per_year: self.opened.market.calendar().frequency().per_year(),
        }
    }

    /// Writes trials down. A failure ends the record, not the command.
    pub(crate) fn record(&mut self, trials: &[Trial]) {
        let Some(mut ledger) = self.ledger.take() else { return };
        match ledger.record(&self.asked(), trials) {
            Ok(_) => self.ledger = Some(ledger),
            Err(error) => self.fail(&error),
        }
    }

    /// The trials of the strategy under the same circumstances.
    ///
    /// # Errors
    /// When the ledger cannot be read, or there is none.
    pub(crate) fn alike(&self) -> Result<Vec<Entry>> {
        match &self.ledger {
            Some(ledger) => ledger.alike(&self.asked()),
            None => Err(Error::new(Kind::Usage, "a warm start needs the trial ledger")
                .hint("leave --warm or --no-ledger away")),
        }
    }

    fn fail(&mut self, error: &trimtab_core::Error) {
        self.ledger = None;
        self.why =
            Some(format!("how often this was tried is unknown: {error}").replace('\n', "; "));
    }

    /// All that was tried of the strategy.
    pub(crate) fn tried(&mut self) -> Option<Tried> {
        let found = self.ledger.as_ref()?.tried(self.shape, &self.opened.hash);
        found.map_err(|error| self.fail(&error)).ok()
    }

    /// The budget of a result, itself recorded before: its returns after session `first`, and those above cash.
    pub(crate) fn budget(&mut self, first: u32, returns: &[f64], excess: &[f64]) -> Researched {
        let per_year = self.opened.market.calendar().frequency().per_year();
        let budget = self.tried().and_then(|tried| {
            let correlation = tried.correlation(first, returns.len()).ok()?;
            let sharpes = tried.sharpes_over(returns.len());
            Budget::of(excess, (tried.trials, tried.elsewhere), &sharpes, correlation, per_year)
        });
        let words = match (&budget, &self.why) {
            (Some(budget), _) => budget.words(),
            (None, Some(why)) => why.clone(),
            (None, None) => "there is nothing to deflate: the returns never vary".to_owned(),
        };
        Researched { budget, words }
    }
}

/// How often trials are written down, and a kill loses no more than that: a transaction waits for the disk.
const PAUSE: Duration = Duration::from_secs(1);

/// Writes trials down in batches: figures of all, returns of an even sample (see [`trimtab_trials`]) and of one that is asked for.
#[derive(Debug)]
pub(crate) struct Keeper<'a> {
    research: Research<'a>,
    waiting: Vec<Trial>,
    written: Instant,
    sample: BTreeMap<Name, Trial>,
}

impl<'a> Keeper<'a> {
    pub(crate) fn new(research: Research<'a>) -> Self {
        let (waiting, sample) = (Vec::new(), BTreeMap::new());
        Self { research, waiting, written: Instant::now(), sample }
    }

    /// Takes trials with their returns.
    pub(crate) fn keep(&mut self, trials: impl Iterator<Item = Trial>) {
        if !self.research.open() {
            return;
        }
        for trial in trials {
            self.waiting.push(Trial { returns: None, ..trial.clone() });
            self.sample.insert(trial.configuration, trial);
            if self.sample.len() > CURVES {
                self.sample.pop_last();
            }
        }
        if self.written.elapsed() >= PAUSE {
            self.research.record(&std::mem::take(&mut self.waiting));
            self.written = Instant::now();
        }
    }

    /// Writes the rest down, and what is `best` with its returns, and says what that leaves of it.
    pub(crate) fn finish(mut self, best: Option<Trial>, excess: &[f64]) -> Researched {
        self.research.record(&self.waiting);
        let own = best.as_ref();
        let first = own.map_or(0, |own| own.first);
        let returns = own.and_then(|own| own.returns.clone()).unwrap_or_default();
        let curves: Vec<Trial> = self.sample.into_values().chain(best).collect();
        self.research.record(&curves);
        self.research.budget(first, &returns, excess)
    }
}

/// Configurations of trials, to leave them out.
pub(crate) fn names(trials: &[Trial]) -> BTreeSet<Name> {
    trials.iter().map(|trial| trial.configuration).collect()
}

/// The parameters that were chosen: those with a range in the strategy file, and those of the command line, which win.
pub(crate) fn chosen(
    source: &Source,
    strategy: &Strategy,
    set: &[(String, String)],
) -> BTreeMap<String, String> {
    let own = |path: &String| {
        Some((path.clone(), format!("{}", Strategy::number_at(&source.text, path)?)))
    };
    let mut all: BTreeMap<String, String> = strategy.range.keys().filter_map(own).collect();
    all.extend(set.iter().cloned());
    all
}
