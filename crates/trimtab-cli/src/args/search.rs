//! Arguments of the commands that look for parameters and of those that tell what was tried.
use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand, ValueEnum};

use super::{Account, EngineKind, Files, Format, Shipped, Subject, Voice};

/// How sets of parameters are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Like what was good so far: the tree-structured Parzen estimator
    #[default]
    Tpe,
    /// At random
    Random,
    /// All of them
    Grid,
    /// At random, on a short history; the better part on a longer one, and so on
    Halving,
}

impl By {
    /// As on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            By::Tpe => "tpe",
            By::Random => "random",
            By::Grid => "grid",
            By::Halving => "halving",
        }
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) subject: Subject,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Vary a parameter: trend.slow=100..300:10, portfolio.step=0.05..0.25 (any number between), or values as in
    /// schedule.every=month,quarter (repeatable); without it the ranges of the strategy file
    #[arg(long, value_name = "PATH=RANGE")]
    pub(crate) param: Vec<String>,
    /// How sets are chosen
    #[arg(long, value_enum, default_value_t)]
    pub(crate) by: By,
    /// What is looked for: a metric (`trimtab list metrics`), final_value, turnover_yearly or costs; several, separated by
    /// commas, end in the sets of which none is better in all
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "sharpe")]
    pub(crate) objective: Vec<String>,
    /// What must hold, of a result or of parameters: "drawdown_max <= 25%", "trend.fast < trend.slow" (repeatable)
    #[arg(long, value_name = "WORDS")]
    pub(crate) constraint: Vec<String>,
    /// Sets to try; with --by halving those of the first round; with --by grid all are tried
    #[arg(long, value_name = "N", default_value = "200", value_parser = at_least::<1>)]
    pub(crate) trials: usize,
    /// Sets that are run at the same time, and do not know of each other; their number changes the result
    #[arg(long, value_name = "N", default_value = "1", value_parser = at_least::<1>)]
    pub(crate) batch: usize,
    /// Treat parameters together, so that those that must fit each other are drawn together (tpe)
    #[arg(long)]
    pub(crate) joint: bool,
    /// The part of the sets that a round of halving keeps: one of so many
    #[arg(long, value_name = "N", default_value = "3", value_parser = at_least::<2>)]
    pub(crate) eta: usize,
    /// Begin with what the trial ledger knows of these sets, and try none of them again
    #[arg(long)]
    pub(crate) warm: bool,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Which engine runs the sets
    #[arg(long, value_enum, default_value = "light")]
    pub(crate) engine: EngineKind,
    /// Nothing goes into the trial ledger
    #[arg(long)]
    pub(crate) no_ledger: bool,
    /// Threads [default: one for each core]; their number changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Search anew in each window of so many years, and hold what was best over the next: 5:1 is five years searched, one year held; what
    /// was held, one window after the other, is what a searcher would have earned
    #[arg(long, value_name = "FIT:HOLD", value_parser = windows, conflicts_with_all = ["out", "report"])]
    pub(crate) walk_forward: Option<(f64, f64)>,
    /// Each window of --walk-forward begins where the span begins, and grows
    #[arg(long, requires = "walk_forward")]
    pub(crate) anchored: bool,
    /// Write a row for each set into this file, in the order in which they were tried, as CSV or, where its name ends so, as Parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write a page: the front of several objectives, maps of the parameters, and what stands around the best sets
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// Years of a fit and of what follows it.
fn windows(text: &str) -> Result<(f64, f64), String> {
    let years = |text: &str| text.trim().parse::<f64>().ok().filter(|y| y.is_finite() && *y > 0.0);
    let both = text.split_once(':').and_then(|(fit, hold)| Some((years(fit)?, years(hold)?)));
    both.ok_or_else(|| format!("`{text}` is not two numbers of years, as in 5:1"))
}

/// A count of `LEAST` or more.
fn at_least<const LEAST: usize>(text: &str) -> Result<usize, String> {
    let count: usize = text.parse().map_err(|_| format!("`{text}` is not a whole number"))?;
    match count >= LEAST {
        true => Ok(count),
        false => Err(format!("{count} is too few: {LEAST} or more")),
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Trials {
    /// What to do
    #[command(subcommand)]
    pub(crate) what: TrialsOf,
}

/// Questions to the trial ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum TrialsOf {
    /// All studies: a strategy, whatever its numbers, on data
    List {
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// The trials of a study, in the order of their recording
    Show {
        /// The number of the study, as listed
        study: i64,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50)]
        most: usize,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// How often a strategy was tried on data, and how many independent trials that is
    Count {
        /// A strategy of the library, a file, a symbol (SPY) or a mix (SPY=0.6,AGG=0.4@year)
        strategy: String,
        #[command(flatten)]
        data: Files,
        /// Which of the histories that ship with trimtab [default: the one that fits the strategy]
        #[arg(long, value_enum, conflicts_with = "paths")]
        history: Option<Shipped>,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write the trials of a study into a CSV file, one row each
    Export {
        /// The number of the study, as listed
        study: i64,
        /// The file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Also the returns that were kept: a column for each trial, a row for each session
        #[arg(long, value_name = "FILE")]
        returns: Option<PathBuf>,
    },
    /// Where the ledger is kept
    Where,
}
