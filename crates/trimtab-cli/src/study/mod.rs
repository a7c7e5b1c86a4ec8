//! A strategy, what it is compared with, and how they fared: all that a report prints.
mod measure;
mod rival;
mod road;

use std::path::Path;

use trimtab_core::{Date, Error, Kind, Money, Result};
use trimtab_lab::variations::{Gap, Revisions};
use trimtab_sim::{Options, run_id};
use trimtab_strategy::{FillAt, Strategy};
use trimtab_trials::Researched;

pub(crate) use measure::{Cash, Curve, GridRow, Measured, measure};
pub(crate) use rival::{Rival, conventional, like};
pub(crate) use road::Road;

use crate::args;
use crate::history::Opened;
use crate::portfolio::Source;
use crate::say;
use crate::series;

/// One backtest with its comparisons.
#[derive(Debug)]
pub(crate) struct Study {
    /// What was run.
    pub(crate) strategy: Strategy,
    /// On which data.
    pub(crate) opened: Opened,
    /// With which options.
    pub(crate) options: Options,
    /// The seed of everything random.
    pub(crate) seed: u64,
    /// What came of it; perhaps only a part, then [`Road::ended`] says why.
    pub(crate) run: Road,
    /// What it is compared with, the one that matters first.
    pub(crate) rivals: Vec<Rival>,
    /// What cash earned meanwhile.
    pub(crate) cash: Cash,
    /// What the reader must know.
    pub(crate) notices: Vec<String>,
    /// The same strategy on revised figures, where it reads any.
    pub(crate) revisions: Option<Revisions>,
    /// How far insured parts were from breaking their floors.
    pub(crate) gaps: Vec<Gap>,
    /// The run's name: the same for the same inputs.
    pub(crate) id: String,
    /// What was tried before; empty for commands that do not ask.
    pub(crate) researched: Researched,
}

impl Study {
    /// Runs the strategy and everything it is compared with.
    ///
    /// # Errors
    /// When the run cannot begin; an error on the way stands in the run.
    pub(crate) fn new(args: &args::Backtest) -> Result<Self> {
        let strategy = Source::find(&args.subject.strategy)?.strategy(&args.subject.set)?;
        let opened =
            Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &strategy)?;
        let options = options(&args.account, args.flows.as_deref())?;
        show(args, &strategy.name);
        let run = Road::new(&strategy, &opened.market, &options, !args.no_ledger)?;
        let mut notices = opened.notices.clone();
        notices.extend(run.books.iter().flat_map(|books| books.notes.iter().cloned()));
        notices.extend(waiting(&run, &opened));
        notices.extend(same_close(&strategy, &opened));
        let mut rivals = rival::all(args, &strategy, &opened, &options, &mut notices)?;
        for rival in &mut rivals {
            rival.cut(run.sessions.len());
        }
        let cash = Cash::of(&opened.market, &run, &mut notices);
        let revisions = revisions(&strategy, &opened, &options, &mut notices);
        let books = run.books.as_ref();
        // What cannot be run by itself is said by the run.
        let gaps = books.map(|books| Gap::all(&strategy, &opened.market, &options, books));
        let gaps = gaps.and_then(Result::ok).unwrap_or_default();
        notices.extend(gaps.iter().map(Gap::words));
        let id = run_id(&strategy, &opened.hash, &options, args.seed);
        let seed = args.seed;
        let researched = Researched::default();
        Ok(Self {
            strategy,
            opened,
            options,
            seed,
            run,
            rivals,
            cash,
            notices,
            revisions,
            gaps,
            id,
            researched,
        })
    }

    /// Why the run ended early, placed at its date.
    pub(crate) fn error(&self) -> Option<Error> {
        self.run.error(&self.opened.market)
    }

    /// Observations a year.
    pub(crate) fn per_year(&self) -> f64 {
        self.opened.market.calendar().frequency().per_year()
    }

    /// First and last session.
    pub(crate) fn span(&self) -> Option<(Date, Date)> {
        Some((*self.run.sessions.first()?, *self.run.sessions.last()?))
    }
}

/// What the command line asks of the account, with a file of deposits and withdrawals.
///
/// # Errors
/// When the capital is none, or the flows cannot be read.
pub(crate) fn options(args: &args::Account, flows: Option<&Path>) -> Result<Options> {
    let capital = Money::round_from(args.capital).ok().filter(|cash| *cash > Money::ZERO);
    let cash = capital.ok_or_else(|| {
        Error::new(Kind::Usage, format!("an account is not opened with {}", args.capital))
            .hint("--capital is an amount above zero, up to 9.2e12")
    })?;
    let mut options = Options {
        from: args.from,
        to: args.to,
        first_decision: args.first_decision,
        cash,
        ..Options::default()
    };
    if let Some(path) = flows {
        options.flows.dated = series::flows(path)?;
    }
    Ok(options)
}

fn show(args: &args::Backtest, name: &str) {
    if !args.voice.quiet {
        say::progress(&format!("running {name} …"));
    }
}

/// The strategy again on the latest revision of what it reads; a notice says what came of it.
fn revisions(
    strategy: &Strategy,
    opened: &Opened,
    options: &Options,
    notices: &mut Vec<String>,
) -> Option<Revisions> {
    match Revisions::of(strategy, &opened.market, options) {
        Ok(found) => {
            notices.extend(found.iter().map(Revisions::words));
            found
        }
        // The run itself says why it ended.
        Err(_) => None,
    }
}

/// Says how long the account waited before its first decision: the wait counts in every figure.
fn waiting(run: &Road, opened: &Opened) -> Option<String> {
    let first = run.books.as_ref()?.decisions.first()?.day;
    let waited = first.0.checked_sub(run.first.0).filter(|n| *n > 0)?;
    let date = opened.market.calendar().date(first);
    Some(format!(
        "the first decision was on {date}: {waited} sessions in cash before it count in every figure; \
         `--from {date}` leaves them out"
    ))
}

/// A decision at a month's only price, filled a month later, is hardly ever meant.
fn same_close(strategy: &Strategy, opened: &Opened) -> Option<String> {
    let daily = opened.market.calendar().frequency().per_year() > 52.5;
    let next = strategy.execution.fill == FillAt::NextClose;
    (next && !daily).then(|| {
        "the data have one price a week or month, and orders wait for the next one; \
         `--set execution.fill=same-close` trades at the close that decided, as published tables do"
            .to_owned()
    })
}
