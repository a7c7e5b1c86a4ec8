//! The ledger beside whoever tries: what is tried is written down, and what was tried before is counted.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use trimtab_core::{Day, Error, Kind, Market, Result};
use trimtab_lab::robustness::{Earlier, Family, Make, Member};
use trimtab_lab::validation::Budget;
use trimtab_sim::{ENGINE, Options};
use trimtab_strategy::Strategy;

use crate::{Asked, CURVES, Entry, Ledger, Name, Trial, Tried, configuration, location, shape};

/// What is tried, and where it is written down.
#[derive(Debug)]
pub struct Research {
    ledger: Option<Ledger>,
    /// Why nothing is written down, or what went wrong.
    why: Option<String>,
    failed: bool,
    shape: Name,
    strategy: String,
    hash: String,
    source: String,
    per_year: f64,
    options: Options,
    canonical: String,
    command: &'static str,
    mode: &'static str,
    seed: u64,
}

/// The data that something is tried on, and what runs are asked for.
#[derive(Clone, Copy, Debug)]
pub struct On<'a> {
    /// The market.
    pub market: &'a Market,
    /// The content hash of the data.
    pub hash: &'a str,
    /// Where they are from, in a line.
    pub source: &'a str,
    /// What each run is asked for.
    pub options: &'a Options,
}

/// How it is tried.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// The command.
    pub command: &'static str,
    /// `books` or `light`.
    pub mode: &'static str,
    /// The seed of everything random.
    pub seed: u64,
    /// Where it is written down.
    pub keep: Keep<'a>,
}

/// Where trials are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep<'a> {
    /// In the ledger of the user, see [`location`].
    Usual,
    /// Nowhere.
    Nowhere,
    /// In this file.
    In(&'a Path),
}

/// What stands in a report.
#[derive(Clone, Debug, Default)]
pub struct Researched {
    /// The researcher's budget.
    pub budget: Option<Budget>,
    /// The same in words, or why there is none.
    pub words: String,
    /// Whether a ledger was wanted and could not be used; `words` then say why.
    pub failed: bool,
}

/// The ledger of the user, unless the environment says that there is none.
///
/// # Errors
/// When it cannot be opened.
pub fn usual() -> Result<Option<Ledger>> {
    location(|name| std::env::var_os(name)).map(|path| Ledger::open(&path)).transpose()
}

impl Research {
    /// Opens the ledger. Without the usual one, or where that cannot be opened, work goes on and the report says so.
    ///
    /// # Errors
    /// When a file that was named cannot be opened.
    pub fn new(strategy: &Strategy, on: On<'_>, how: How<'_>) -> Result<Self> {
        let unknown = |why: &str| (None, Some(why.to_owned()), false);
        let (ledger, why, failed) = match how.keep {
            Keep::Nowhere => unknown("this was not recorded: how often it was tried is unknown"),
            Keep::In(path) => (Some(Ledger::open(path)?), None, false),
            Keep::Usual => match usual() {
                Ok(None) => {
                    unknown("there is no trial ledger: how often this was tried is unknown")
                }
                Ok(ledger) => (ledger, None, false),
                Err(error) => {
                    (None, Some(format!("how often this was tried is unknown: {error}")), true)
                }
            },
        };
        Ok(Self {
            ledger,
            why,
            failed,
            shape: shape(strategy)?,
            strategy: strategy.name.clone(),
            hash: on.hash.to_owned(),
            source: on.source.to_owned(),
            per_year: on.market.calendar().frequency().per_year(),
            options: on.options.clone(),
            canonical: on.options.canonical(),
            command: how.command,
            mode: how.mode,
            seed: how.seed,
        })
    }

    /// Whether trials are written down.
    pub fn open(&self) -> bool {
        self.ledger.is_some()
    }

    /// Names what is evaluated.
    ///
    /// # Errors
    /// None as a rule.
    pub fn configuration(&self, strategy: &Strategy) -> Result<Name> {
        configuration(strategy, &self.options)
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            shape: self.shape,
            data: &self.hash,
            strategy: &self.strategy,
            source: &self.source,
            engine: ENGINE,
            mode: self.mode,
            command: self.command,
            seed: self.seed,
            options: &self.canonical,
            per_year: self.per_year,
        }
    }

    /// Writes trials down. A failure ends the record, not the work.
    pub fn record(&mut self, trials: &[Trial]) {
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
    pub fn alike(&self) -> Result<Vec<Entry>> {
        match &self.ledger {
            Some(ledger) => ledger.alike(&self.asked()),
            None => Err(Error::new(Kind::Usage, "a warm start needs the trial ledger")
                .hint("leave --warm or --no-ledger away")),
        }
    }

    fn fail(&mut self, error: &Error) {
        self.ledger = None;
        self.failed = true;
        self.why =
            Some(format!("how often this was tried is unknown: {error}").replace('\n', "; "));
    }

    /// All that was tried of the strategy.
    pub fn tried(&mut self) -> Option<Tried> {
        let found = self.ledger.as_ref()?.tried(self.shape, &self.hash);
        found.map_err(|error| self.fail(&error)).ok()
    }

    /// Writes the family of a validation down, `base` being what its sets have in common, and says what was tried altogether.
    ///
    /// # Errors
    /// When a set of the family makes no strategy.
    pub fn family(
        &mut self,
        family: &Family,
        from: Day,
        (make, base): (Make<'_>, &BTreeMap<String, String>),
    ) -> Result<Option<Earlier>> {
        if !self.open() {
            return Ok(None);
        }
        let trial = |member: &Member| -> Result<Trial> {
            let set: Vec<(String, String)> =
                member.set.iter().map(|(path, value)| (path.clone(), format!("{value}"))).collect();
            let f = member.figures;
            let mut parameters = base.clone();
            parameters.extend(set.iter().cloned());
            Ok(Trial {
                configuration: self.configuration(&make(&set)?)?,
                parameters: parameters.into_iter().collect(),
                first: from.0,
                periods: member.curve.returns.len(),
                figures: Entry::FIGURES.map(|key| match key {
                    "return_yearly_periods" => Some(f.return_yearly),
                    "volatility_yearly" => Some(f.volatility_yearly),
                    "sharpe" => Some(f.sharpe),
                    "drawdown_max" => Some(f.drawdown_max),
                    "turnover_yearly" => Some(f.turnover_yearly),
                    _ => None,
                }),
                returns: Some(member.curve.returns.clone()),
            })
        };
        let trials: Vec<Trial> = family.members.iter().map(trial).collect::<Result<_>>()?;
        self.record(&trials);
        let periods = family.members[0].curve.returns.len();
        let own: BTreeSet<Name> = trials.iter().map(|trial| trial.configuration).collect();
        Ok(self.tried().map(|tried| Earlier {
            trials: tried.trials,
            sharpes: tried.sharpes_over(periods),
            curves: tried.over(from.0, periods, &own).into_iter().map(<[f64]>::to_vec).collect(),
        }))
    }

    /// The budget of a result, itself recorded before: its returns after session `first`, and those above cash.
    pub fn budget(&mut self, first: u32, returns: &[f64], excess: &[f64]) -> Researched {
        let budget = self.tried().and_then(|tried| {
            let correlation = tried.correlation(first, returns.len()).ok()?;
            let sharpes = tried.sharpes_over(returns.len());
            let counts = (tried.trials, tried.elsewhere);
            Budget::of(excess, counts, &sharpes, correlation, self.per_year)
        });
        let words = match (&budget, &self.why) {
            (Some(budget), _) => budget.words(),
            (None, Some(why)) => why.clone(),
            (None, None) => "there is nothing to deflate: the returns never vary".to_owned(),
        };
        Researched { budget, words, failed: self.failed }
    }
}

/// How often trials are written down, and a kill loses no more than that: a transaction waits for the disk.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// Writes trials down in batches: figures of all, returns of an even sample (see the crate) and of one that is asked for.
#[derive(Debug)]
pub struct Keeper {
    research: Research,
    waiting: Vec<Trial>,
    written: Instant,
    sample: BTreeMap<Name, Trial>,
}

impl Keeper {
    /// Nothing yet.
    pub fn new(research: Research) -> Self {
        let (waiting, sample) = (Vec::new(), BTreeMap::new());
        Self { research, waiting, written: Instant::now(), sample }
    }

    /// Takes trials with their returns.
    pub fn keep(&mut self, trials: impl Iterator<Item = Trial>) {
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
    pub fn finish(mut self, best: Option<Trial>, excess: &[f64]) -> Researched {
        self.research.record(&self.waiting);
        let own = best.as_ref();
        let first = own.map_or(0, |own| own.first);
        let returns = own.and_then(|own| own.returns.clone()).unwrap_or_default();
        let curves: Vec<Trial> = self.sample.into_values().chain(best).collect();
        self.research.record(&curves);
        self.research.budget(first, &returns, excess)
    }
}

/// The parameters that were chosen: those with a range in the strategy file, whose text is `text`, and those in `set`, which win.
pub fn chosen(
    text: &str,
    strategy: &Strategy,
    set: &[(String, String)],
) -> BTreeMap<String, String> {
    let own = |path: &String| Some((path.clone(), format!("{}", Strategy::number_at(text, path)?)));
    let mut all: BTreeMap<String, String> = strategy.range.keys().filter_map(own).collect();
    all.extend(set.iter().cloned());
    all
}
