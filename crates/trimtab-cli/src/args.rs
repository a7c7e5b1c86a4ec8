//! The command line, as clap reads it.
// Named in full, because the manual's generator reads this file from elsewhere.
#[path = "args/search.rs"]
pub(crate) mod search;

use std::path::PathBuf;

use clap::{Args as Arguments, Parser, Subcommand, ValueEnum};
use trimtab_core::{Date, Window};

pub(crate) use search::{Search, Trials};

/// Dynamic asset allocation: market facts in, target weights and honest backtests out.
#[derive(Debug, Parser)]
#[command(name = "trimtab", version, about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Begin with: trimtab backtest sector-breadth-monthly")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a strategy over the past and say how it fared
    Backtest(Box<Backtest>),
    /// Run a strategy with many sets of parameters
    Sweep(Box<Sweep>),
    /// Look for good parameters without trying them all
    Search(Box<Search>),
    /// What was tried so far: the ledger of all backtests, sweeps, searches and validations
    #[command(after_help = PLACE)]
    Trials(Trials),
    /// Several strategies side by side, how alike they are, and what comes of holding them together
    Compare(Box<Compare>),
    /// What to hold now, why, the orders that lead there, and what would change it
    Today(Box<Today>),
    /// Prove that a strategy does not look ahead; exit code 1 when it does
    Audit(Box<Audit>),
    /// The best weights for one date, or for estimates of your own, and what bound them
    Optimize(Box<Optimize>),
    /// All efficient portfolios, their corners, and where tastes for risk sit
    Frontier(Box<Frontier>),
    /// Ask how much of a result is luck, and what is left of it in other circumstances
    Validate(Box<Validate>),
    /// Questions to the data: which factors mattered, what persists
    #[command(subcommand)]
    Study(Study),
    /// Measure a series of returns or values from elsewhere
    Metrics(Metrics),
    /// Look at price files before trusting them
    #[command(subcommand)]
    Data(Data),
    /// What there is: strategies of the library, kinds of the strategy file, metrics
    List(List),
    /// A strategy in words, or the manual page of a kind or a metric
    Explain(Explain),
    /// Start a strategy of your own, from a template or a copy
    New(New),
    /// One strategy on one page: rule, source, result before and after publication (Markdown)
    Page(Box<Backtest>),
    /// How much risk suits you, a strategy that has it, and whether a goal is on track
    Profile(Box<Profile>),
    /// Print the JSON schema of the strategy file, for editors
    Schema,
    /// The gain that makes up for a loss
    Recover(Recover),
}

/// Where trials are kept.
const PLACE: &str = "\
Every backtest, sweep, search and validation is recorded in one SQLite file, trimtab/trials.sqlite in
the user's folder of data ($XDG_DATA_HOME or ~/.local/share; ~/Library/Application Support on macOS;
%APPDATA% on Windows). The environment variable TRIMTAB_TRIALS names another file, or none.";

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs: every number in full precision
    Json,
}

#[derive(Debug, Arguments)]
pub(crate) struct Backtest {
    #[command(flatten)]
    pub(crate) subject: Subject,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Deposits and withdrawals: a CSV file with the columns date,amount
    #[arg(long, value_name = "FILE")]
    pub(crate) flows: Option<PathBuf>,
    /// Compare with: a strategy, a file, a mix, a symbol, or a CSV file of returns or values (repeatable)
    #[arg(long, value_name = "SPEC")]
    pub(crate) benchmark: Vec<String>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// The fast engine: floats instead of books to the cent, and no list of trades; nothing goes into the trial ledger
    #[arg(long)]
    pub(crate) no_ledger: bool,
    /// Write report.html, run.json, equity.csv, weights.csv, trades.csv and decisions.csv into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write every chart of the report into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// A strategy, and the market it looks at.
#[derive(Debug, Arguments)]
pub(crate) struct Subject {
    /// A strategy of the library, a file, a symbol (SPY), a mix (SPY=0.6,AGG=0.4@year) or a CSV table of weights
    pub(crate) strategy: String,
    #[command(flatten)]
    pub(crate) data: Files,
    /// Which of the histories that ship with trimtab [default: the one that fits the strategy]
    #[arg(long, value_enum, conflicts_with = "paths")]
    pub(crate) history: Option<Shipped>,
    /// Replace a parameter, as in trend.slow=150 or schedule.session=1 (repeatable)
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub(crate) set: Vec<(String, String)>,
}

/// How a command speaks.
#[derive(Clone, Copy, Debug, Arguments)]
pub(crate) struct Voice {
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No notes and no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Which engine runs a strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineKind {
    /// Books to the cent
    #[default]
    Books,
    /// Floats: the same numbers to the rounding of shares and money, in a tenth of the time
    Light,
}

/// The account that a strategy is run with, and the span of the run.
#[derive(Clone, Copy, Debug, Arguments)]
pub(crate) struct Account {
    /// First session of the equity curve [default: the first of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last session [default: the last of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// What the account begins with, in currency units
    #[arg(long, value_name = "AMOUNT", default_value_t = 100_000.0)]
    pub(crate) capital: f64,
    /// No decision before this day; the account waits in cash
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) first_decision: Option<Date>,
}

#[derive(Debug, Arguments)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) subject: Subject,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Deposits and withdrawals: a CSV file with the columns date,amount
    #[arg(long, value_name = "FILE")]
    pub(crate) flows: Option<PathBuf>,
    /// Vary a parameter: trend.slow=100..300:10, or values as in schedule.every=month,quarter (repeatable); without it the
    /// ranges of the strategy file
    #[arg(long, value_name = "PATH=RANGE", conflicts_with = "design")]
    pub(crate) param: Vec<String>,
    /// Try the sets of a CSV file: a column for each parameter, named as in trend.slow, and a row for each set
    #[arg(long, value_name = "FILE")]
    pub(crate) design: Option<PathBuf>,
    /// Draw so many sets, each value by itself, in place of the whole grid
    #[arg(long, value_name = "N", conflicts_with_all = ["design", "latin"])]
    pub(crate) random: Option<u32>,
    /// Draw so many sets that meet every part of every range (Latin hypercube)
    #[arg(long, value_name = "N", conflicts_with = "design")]
    pub(crate) latin: Option<u32>,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Which engine runs the sets
    #[arg(long, value_enum, default_value_t)]
    pub(crate) engine: EngineKind,
    /// The fast engine, and nothing goes into the trial ledger
    #[arg(long, conflicts_with = "engine")]
    pub(crate) no_ledger: bool,
    /// Threads [default: one for each core]; their number changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Write a row for each set into this file, in the order of the sets, as CSV or, where its name ends so, as Parquet;
    /// a sweep that was cut off goes on where it stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write a page with maps of the parameters and what stands around the best sets
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

#[derive(Debug, Arguments)]
pub(crate) struct Compare {
    /// Strategies of the library, files, symbols, mixes (SPY=0.6,AGG=0.4@year), CSV files of returns; mixes trade at
    /// the costs of the first
    #[arg(required = true, num_args = 2..)]
    pub(crate) strategies: Vec<String>,
    #[command(flatten)]
    pub(crate) data: Files,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Which of the histories that ship with trimtab [default: the one that fits the first strategy]
    #[arg(long, value_enum, conflicts_with = "paths")]
    pub(crate) history: Option<Shipped>,
    /// The fast engine, and nothing goes into the trial ledger
    #[arg(long)]
    pub(crate) no_ledger: bool,
    /// Write compare.html into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write every chart into this folder, as SVG
    #[arg(long, value_name = "DIR")]
    pub(crate) charts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// What the files of `--out` hold.
const FILES: &str = "\
Files of --out:
  weights.csv  one row a decision, the newest last: date (YYYY-MM-DD, at whose close), cash, then the
               share of the portfolio that each symbol gets; a row adds up to 1. Nothing indicative.
               `trimtab backtest weights.csv` runs it without the rule.
  ticket.csv   one row an order: symbol, side, shares, limit, close, value and fees at that close,
               held before, and the shares by cause: signal, drift, cash_flow, rounding
  today.json   everything";

#[derive(Debug, Arguments)]
#[command(after_help = FILES)]
pub(crate) struct Today {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// What you hold: a CSV file with the columns symbol,quantity; the rows CASH, DEPOSIT (comes in) and WITHDRAWAL
    /// (is wanted out) hold money [default: what the backtest holds]
    #[arg(long, value_name = "FILE")]
    pub(crate) holdings: Option<PathBuf>,
    /// Decide at the last close on or before this date [default: the last of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// First session of the backtest that rebuilds what the strategy remembers [default: the first of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// What that backtest begins with, in currency units
    #[arg(long, value_name = "AMOUNT", default_value_t = 100_000.0)]
    pub(crate) capital: f64,
    /// How far beyond the close limits lie, in basis points, unless the strategy says
    #[arg(long, value_name = "BPS", default_value_t = 50.0)]
    pub(crate) limit_bps: f64,
    /// Write today.json, ticket.csv and weights.csv (every decision so far) into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

#[derive(Debug, Arguments)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// First session of the run [default: the first of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last session [default: the last of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// After how many decisions the future is cut off and scrambled
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) dates: usize,
    /// Seed of the scrambled prices
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

#[derive(Debug, Arguments)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) subject: Subject,
    /// First session [default: the first of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last session [default: the last of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// What it must be better than: a strategy, a file, a mix or a symbol [default: 60/40, or the file's benchmark]
    #[arg(long, value_name = "SPEC")]
    pub(crate) benchmark: Option<String>,
    /// Parameter sets to try, from the ranges of the strategy file
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) trials: usize,
    /// Markets of each kind to make; 0 for none
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) markets: usize,
    /// Leave the other strategies of the library out
    #[arg(long)]
    pub(crate) no_library: bool,
    /// Neither count nor record anything in the trial ledger
    #[arg(long)]
    pub(crate) no_ledger: bool,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// Where prices come from.
#[derive(Clone, Debug, Default, Arguments)]
pub(crate) struct Files {
    /// A price file, a folder of them, or a store: store:DIR, store:DIR@SNAPSHOT (repeatable) [default: the history that ships with trimtab]
    #[arg(long = "data", id = "paths", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Mend what is known to be wrong, as in sort or drop-duplicates=last (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(crate) repair: Vec<String>,
    /// A table of the assets: renames, delistings, fund rules
    #[arg(long, value_name = "FILE")]
    pub(crate) meta: Option<PathBuf>,
    /// Bill rates, percent a year: FILE.csv, or FILE.csv:COLUMN
    #[arg(long, value_name = "FILE[:COLUMN]")]
    pub(crate) bills: Option<String>,
    /// Readings that strategies may look at, published so many days later (repeatable)
    #[arg(long, value_name = "[NAME=]FILE[:COLUMN][+DAYS]")]
    pub(crate) series: Vec<String>,
}

impl Files {
    /// An option that says something about files, while no file is named.
    pub(crate) fn lone(&self) -> Option<&'static str> {
        let given = [
            (!self.repair.is_empty(), "--repair"),
            (self.meta.is_some(), "--meta"),
            (self.bills.is_some(), "--bills"),
            (!self.series.is_empty(), "--series"),
        ];
        let none = self.paths.is_empty();
        given.into_iter().find(|(given, _)| none && *given).map(|(_, option)| option)
    }
}

/// The histories that ship with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shipped {
    /// Month-ends from 1953 to 2017: stocks, twelve industries, Treasuries
    Monthly,
    /// Sessions from 1990 to 2017: stocks and Treasuries
    Daily,
}

#[derive(Debug, Arguments)]
pub(crate) struct Metrics {
    /// A CSV file: dates, and returns (fractions) or values
    pub(crate) file: PathBuf,
    /// Returns or values to compare with
    #[arg(long, value_name = "FILE")]
    pub(crate) benchmark: Option<PathBuf>,
    /// What cash earns: percent a year, or a CSV file of rates in percent a year [default: nothing]
    #[arg(long, value_name = "RATE|FILE")]
    pub(crate) rf: Option<String>,
    /// Periods a year [default: 252, 52 or 12, from the dates]
    #[arg(long, value_name = "N")]
    pub(crate) per_year: Option<f64>,
    /// What the numbers of FILE are [default: from the name of the column and the numbers]
    #[arg(long, value_enum)]
    pub(crate) kind: Option<SeriesKind>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Arguments)]
pub(crate) struct Optimize {
    /// What weights are best at: a name (`trimtab list objectives`), or a table as in a strategy file
    #[arg(long, value_name = "NAME|TABLE")]
    pub(crate) objective: String,
    #[command(flatten)]
    pub(crate) question: Question,
}

#[derive(Debug, Arguments)]
pub(crate) struct Frontier {
    /// How many points of equal steps of return are shown
    #[arg(long, value_name = "N", default_value_t = 11)]
    pub(crate) points: usize,
    /// Write the picture to this SVG file
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) question: Question,
}

/// Estimates and constraints.
#[derive(Debug, Arguments)]
pub(crate) struct Question {
    #[command(flatten)]
    pub(crate) data: Files,
    /// Which of the histories that ship with trimtab [default: monthly]
    #[arg(long, value_enum, conflicts_with = "paths")]
    pub(crate) history: Option<Shipped>,
    /// The assets to choose from [default: all of the data]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) assets: Vec<String>,
    /// Estimate from what was known at the close of this day [default: the last of the data]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) date: Option<Date>,
    /// Returns to look back over: 252, "26 weeks", "12 months" [default: 252 days, 104 weeks or 60 months]
    #[arg(long, value_name = "WINDOW")]
    pub(crate) window: Option<Window>,
    /// How expected returns are estimated: a kind or a table [default: historical-mean]
    #[arg(long, value_name = "NAME|TABLE")]
    pub(crate) mean_by: Option<String>,
    /// How the covariance is estimated: a kind or a table [default: sample-covariance]
    #[arg(long, value_name = "NAME|TABLE")]
    pub(crate) covariance_by: Option<String>,
    /// Expected returns of your own: a CSV file of names and numbers
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "history", "mean_by", "window", "date", "assets"])]
    pub(crate) means: Option<PathBuf>,
    /// A covariance of your own: a CSV file with or without names
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "history", "covariance_by", "window", "date", "assets"])]
    pub(crate) covariance: Option<PathBuf>,
    /// What money earns without risk, as a fraction, in the unit of the expected returns
    #[arg(long, value_name = "RATE")]
    pub(crate) riskless: Option<f64>,
    /// The target of `target-return` or `target-volatility`, as a fraction
    #[arg(long, value_name = "X")]
    pub(crate) target: Option<f64>,
    /// A condition: "stocks <= 0.6", "0.1 <= SPY + EFA <= 0.5", "each <= 30%", "positions <= 8" (repeatable)
    #[arg(long, value_name = "WORDS")]
    pub(crate) constraint: Vec<String>,
    /// A name for several assets, as in stocks=SPY,EFA (repeatable)
    #[arg(long, value_name = "NAME=A,B", value_parser = assignment)]
    pub(crate) group: Vec<(String, String)>,
    /// What is held today, as in SPY=0.6 (repeatable); limits on turnover count from it
    #[arg(long, value_name = "ASSET=WEIGHT", value_parser = assignment)]
    pub(crate) held: Vec<(String, String)>,
    /// A constraint that gives way when no weights keep all, in this order (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) relax: Vec<String>,
    /// The sum of all weights; the rest is cash
    #[arg(long, value_name = "SUM", default_value_t = 1.0)]
    pub(crate) invested: f64,
    /// How far a weight may be below zero
    #[arg(long, value_name = "WEIGHT", default_value_t = 0.0)]
    pub(crate) short: f64,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What the numbers of an external series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeriesKind {
    /// The simple return of the period that ends on the date: 0.01 is one per cent
    Returns,
    /// What the portfolio is worth on the date
    Values,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Data {
    /// Read everything, refuse nothing, and report what looks wrong
    Check {
        /// Price files, folders and stores (store:DIR)
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// From which difference of two sources' returns on it is listed, in percent
        #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
        apart: f64,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Ask a source for what the store does not have yet
    Fetch(Box<Fetch>),
    /// Put files of your own into a store
    Import {
        /// Price files, files of readings, tables of corporate actions, and folders of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The folder of the store; made where there is none
        #[arg(long, value_name = "DIR")]
        store: PathBuf,
        /// What the store calls where they are from
        #[arg(long, value_name = "NAME", default_value = "files")]
        source: String,
        /// Mend what is known to be wrong, as in sort or drop-duplicates=last (repeatable)
        #[arg(long, value_name = "RULE")]
        repair: Vec<String>,
        /// A table of the assets: renames, delistings, fund rules, proxies
        #[arg(long, value_name = "FILE")]
        meta: Option<PathBuf>,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Name what a store holds now, so that backtests can read the same for ever: --data store:DIR@NAME
    Snapshot {
        /// The name: letters, digits, `-`, `_` and `.`
        name: String,
        /// The folder of the store
        #[arg(long, value_name = "DIR")]
        store: PathBuf,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Assets, spans and notices of a market
    Show {
        #[command(flatten)]
        data: Files,
        /// Which of the histories that ship with trimtab
        #[arg(long, value_enum, conflicts_with = "paths", default_value = "monthly")]
        history: Shipped,
        /// Where the shipped history comes from, column by column
        #[arg(long, conflicts_with = "paths")]
        provenance: bool,
        /// How the result is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// What to ask of whom.
#[derive(Debug, Arguments)]
pub(crate) struct Fetch {
    /// Where from: yahoo, stooq, tiingo, alpha-vantage, fred, alfred, treasury, shiller, french or cboe
    pub(crate) source: String,
    /// Symbols or series [default: what the store has of this source]
    pub(crate) names: Vec<String>,
    /// A file with more names, one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
    /// The folder of the store; made where there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// Nothing before this day [default: all there is]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Nothing after this day [default: yesterday, in UTC: today may not be over]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// Ask for everything again, also for what the store has
    #[arg(long)]
    pub(crate) whole: bool,
    /// Keys and settings of sources [default: trimtab/sources.toml in the folder of configurations]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Ask this address instead of the source's own
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// At most so many requests a minute [default: what the source bears]
    #[arg(long, value_name = "N")]
    pub(crate) per_minute: Option<f64>,
    /// How often a request that failed is tried in all
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) tries: u32,
    /// Seconds before the second try; each further wait is twice as long
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub(crate) wait: f64,
    /// Seconds until a request counts as failed
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub(crate) timeout: f64,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

#[derive(Debug, Arguments)]
pub(crate) struct List {
    /// What to list; everything without it
    #[arg(value_enum)]
    pub(crate) what: Option<Topic>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// The library
    Strategies,
    /// Opinions on each asset
    Signals,
    /// Numbers for the whole market
    Gauges,
    /// Ways to a portfolio
    Allocators,
    /// Conditions on the final weights
    Limits,
    /// What optimised weights are best at
    Objectives,
    /// How expected returns are estimated
    Means,
    /// How covariances are estimated
    Covariances,
    /// What is measured of a run
    Metrics,
}

#[derive(Debug, Arguments)]
pub(crate) struct Explain {
    /// A strategy of the library, a file, a kind (sma-ratio) or a metric (sharpe)
    pub(crate) name: String,
}

#[derive(Debug, Arguments)]
pub(crate) struct New {
    /// The new strategy: writes NAME.toml, never over an existing file
    pub(crate) name: String,
    /// What it begins as: a strategy of the library or a file [default: a template with comments]
    #[arg(long, value_name = "STRATEGY")]
    pub(crate) like: Option<String>,
}

#[derive(Debug, Arguments)]
pub(crate) struct Profile {
    /// A TOML file of answers; without it the questions are asked
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// Answer what follows from a common situation
    #[arg(long, value_enum)]
    pub(crate) preset: Option<Preset>,
    /// Write the strategy of the plan here, never over an existing file
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) write: Option<PathBuf>,
    /// The symbol of stocks in the strategy
    #[arg(long, value_name = "SYMBOL", default_value = "SPY")]
    pub(crate) stocks: String,
    /// The symbol of bonds
    #[arg(long, value_name = "SYMBOL", default_value = "AGG")]
    pub(crate) bonds: String,
    /// The symbol of bills
    #[arg(long, value_name = "SYMBOL", default_value = "BIL")]
    pub(crate) bills: String,
    /// A goal: this amount, in today's money
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) goal_target: Option<f64>,
    /// In so many years [default: when the money is needed]
    #[arg(long, value_name = "YEARS", requires = "goal_target")]
    pub(crate) goal_years: Option<f64>,
    /// What is there already
    #[arg(long, value_name = "AMOUNT", default_value_t = 0.0)]
    pub(crate) goal_now: f64,
    /// What is added each month
    #[arg(long, value_name = "AMOUNT", default_value_t = 0.0)]
    pub(crate) goal_monthly: f64,
    /// Seed of the futures that are drawn
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Answers and shape for a common situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// Lives on the money: two years of withdrawals in bills, the rest to last
    Retiree,
    /// New to rules: a core, and a tenth that follows the 12-month average
    Starter,
    /// A sheltered account (IRA, 401(k)): trades are not taxed, the sleeve may grow
    Ira,
    /// A taxed account: few trades, dearest lots first
    Taxable,
}

#[derive(Debug, Arguments)]
pub(crate) struct Recover {
    /// The loss in percent: 50
    pub(crate) loss: f64,
    /// Also say how long it takes at this return, in percent a year
    #[arg(long, value_name = "RETURN")]
    pub(crate) at: Option<f64>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Questions to the data, not to a strategy.
#[derive(Debug, Subcommand)]
pub(crate) enum Study {
    /// Which factors mattered for an asset: alone, together, out of sample, corrected for their number
    Factors(Factors),
    /// Whether momentum, value and volatility persist in the data
    Persistence(Persistence),
}

#[derive(Debug, Arguments)]
pub(crate) struct Factors {
    /// The asset whose returns are to be explained
    pub(crate) asset: String,
    #[command(flatten)]
    pub(crate) data: Files,
    /// Which of the histories that ship with trimtab [default: the one that has the asset]
    #[arg(long, value_enum, conflicts_with = "paths")]
    pub(crate) history: Option<Shipped>,
    /// A factor: a series of the data, or a gauge as in a strategy file, as in trend='{ kind = "score-of", … }' (repeatable)
    /// [default: the asset's own past, and a year's change of every series]
    #[arg(long, value_name = "NAME=SERIES|TABLE", value_parser = assignment)]
    pub(crate) factor: Vec<(String, String)>,
    /// Months ahead
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 3, 12])]
    pub(crate) horizon: Vec<usize>,
    /// First month
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last month
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No notes
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct Persistence {
    #[command(flatten)]
    pub(crate) data: Files,
    /// Which of the histories that ship with trimtab [default: monthly]
    #[arg(long, value_enum, conflicts_with = "paths")]
    pub(crate) history: Option<Shipped>,
    /// The assets to ask [default: all of the data]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) assets: Vec<String>,
    /// Months ahead
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 3, 12])]
    pub(crate) horizon: Vec<usize>,
    /// First session
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) from: Option<Date>,
    /// Last session
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) to: Option<Date>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No notes
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a date as 2004-01-31".to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() && !value.trim().is_empty() => {
            Ok((path.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write PATH=VALUE, as in trend.slow=150".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
