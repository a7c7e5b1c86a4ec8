//! What a strategy is compared with: mixes bought in the same simulator, other strategies, curves from elsewhere.
use std::path::Path;

use trimtab_core::{Error, Kind, Market, Result};
use trimtab_sim::Options;
use trimtab_strategy::{Benchmark, Strategy};

use super::{Road, show};
use crate::args;
use crate::history::Opened;
use crate::portfolio::{Source, SourceKind};
use crate::series::{self, Column};

/// Something to compare with, session by session.
#[derive(Clone, Debug)]
pub(crate) struct Rival {
    /// What it is called.
    pub(crate) name: String,
    /// What it is, in a line.
    pub(crate) about: String,
    /// Returns between the sessions of the run.
    pub(crate) returns: Vec<f64>,
    /// Its own run; none for a curve from elsewhere.
    pub(crate) run: Option<Road>,
    /// What was run.
    pub(crate) strategy: Option<Strategy>,
}

/// Where a comparison is run: the same data, options and engine as the strategy.
struct On<'a> {
    opened: &'a Opened,
    options: &'a Options,
    books: bool,
}

/// The conventional mix that every report compares with, for each kind of data it can be bought in.
const SIXTY_FORTY: [(&str, &str); 3] = [("SPY", "AGG"), ("VTI", "BND"), ("US", "T10")];

/// The name of the conventional mix.
const CONVENTIONAL: &str = "sixty-forty";

impl Rival {
    /// Cuts it to the first `sessions` sessions, when the run ended early.
    pub(crate) fn cut(&mut self, sessions: usize) {
        self.returns.truncate(sessions.saturating_sub(1));
    }

    fn of(name: &str, strategy: &Strategy, on: &On<'_>) -> Result<Self> {
        let market = &on.opened.market;
        let run = Road::new(strategy, market, on.options, on.books)?;
        if let Some(error) = run.error(market) {
            return Err(error);
        }
        let about = match strategy.title.is_empty() {
            true => strategy.schedule.words(),
            false => strategy.title.clone(),
        };
        Ok(Self {
            name: name.to_owned(),
            about,
            returns: run.returns.clone(),
            run: Some(run),
            strategy: Some(strategy.clone()),
        })
    }
}

/// Everything to compare with: first what the command line asks for, then the conventional mix if it can be bought,
/// then what the strategy file asks for. What the file asks for and the data cannot give becomes a notice.
///
/// # Errors
/// When something that the command line asks for cannot be had.
pub(super) fn all(
    args: &args::Backtest,
    strategy: &Strategy,
    opened: &Opened,
    options: &Options,
    notices: &mut Vec<String>,
) -> Result<Vec<Rival>> {
    let on = On { opened, options, books: !args.no_ledger };
    let mut rivals: Vec<Rival> = Vec::new();
    for spec in &args.benchmark {
        show(args, spec);
        rivals.push(asked(spec, strategy, &on, notices).map_err(|e| e.at(spec))?);
    }
    let mut wanted: Vec<(&str, Strategy)> = Vec::new();
    if let Some(mix) = conventional(strategy, &opened.market)? {
        wanted.push((CONVENTIONAL, mix));
    }
    let own =
        strategy.benchmark.iter().map(|(name, own)| (name.as_str(), like(strategy, name, own)));
    wanted.extend(own);
    for (name, portfolio) in wanted {
        if rivals.iter().any(|rival| rival.name == name) {
            continue;
        }
        show(args, name);
        match Rival::of(name, &portfolio, &on) {
            Ok(rival) => rivals.push(rival),
            Err(error) => {
                notices.push(format!("no comparison with {name}: {error}").replace('\n', "; "))
            }
        }
    }
    Ok(rivals)
}

/// What the command line names: a strategy as it stands in its file, a mix at the costs of the strategy, or a curve.
fn asked(spec: &str, strategy: &Strategy, on: &On<'_>, notices: &mut Vec<String>) -> Result<Rival> {
    if is_curve(spec) {
        return curve(spec, on, notices);
    }
    let source = Source::find(spec)?;
    let mut portfolio = source.strategy(&[])?;
    if source.kind == SourceKind::Mix {
        portfolio.costs = strategy.costs.clone();
        portfolio.execution = strategy.execution.clone();
    }
    Rival::of(&portfolio.name.clone(), &portfolio, on)
}

fn is_curve(spec: &str) -> bool {
    let (path, _) = series::split_spec(spec);
    let name = path.to_string_lossy();
    [".csv", ".csv.gz", ".txt", ".tsv"].iter().any(|ending| name.ends_with(ending))
}

fn curve(spec: &str, on: &On<'_>, notices: &mut Vec<String>) -> Result<Rival> {
    let (path, column) = series::split_spec(spec);
    let column = Column::read(&path, column)?;
    let kind = column.kind(None)?;
    let name = match column.name.is_empty() {
        true => stem(&path).to_owned(),
        false => format!("{} {}", stem(&path), column.name),
    };
    let sessions = on.opened.sessions(on.options)?;
    let (returns, carried) = column.returns(kind)?.on(sessions, &name)?;
    if carried > 0 {
        notices
            .push(format!("{name} has no value on {carried} sessions; the last one stands there"));
    }
    let about = format!("from {}", path.display());
    Ok(Rival { about, name, returns, run: None, strategy: None })
}

fn stem(path: &Path) -> &str {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("curve");
    name.split('.').next().unwrap_or(name)
}

/// The conventional mix, unless the market cannot give it, or the file brings its own, or the strategy is it.
pub(crate) fn conventional(strategy: &Strategy, market: &Market) -> Result<Option<Strategy>> {
    if strategy.benchmark.contains_key(CONVENTIONAL) {
        let own = &strategy.benchmark[CONVENTIONAL];
        return Ok(Some(like(strategy, CONVENTIONAL, own)));
    }
    let held =
        |(stocks, bonds): &&(&str, &str)| market.find(stocks).is_ok() && market.find(bonds).is_ok();
    let Some((stocks, bonds)) = SIXTY_FORTY.iter().find(held) else { return Ok(None) };
    let mut mix = Source::find(&format!("{stocks}=0.6,{bonds}=0.4"))?.strategy(&[])?;
    mix.title = format!("60 % {stocks}, 40 % {bonds}, every month");
    mix.costs = strategy.costs.clone();
    mix.execution = strategy.execution.clone();
    let same = mix.root.inner() == strategy.root.inner() && mix.schedule == strategy.schedule;
    Ok((!same).then_some(mix))
}

/// A benchmark of the file as a strategy: the same costs and the same execution, no limits.
pub(crate) fn like(strategy: &Strategy, name: &str, own: &Benchmark) -> Strategy {
    Strategy {
        name: name.to_owned(),
        title: String::new(),
        universe: strategy.universe.clone(),
        root: own.of.clone(),
        limits: Vec::new(),
        benchmark: Default::default(),
        schedule: own.schedule.clone(),
        execution: strategy.execution.clone(),
        costs: strategy.costs.clone(),
        provenance: Default::default(),
        range: Default::default(),
    }
}

impl Opened {
    /// The sessions that a run with these options has.
    fn sessions(&self, options: &Options) -> Result<&[trimtab_core::Date]> {
        let calendar = self.market.calendar();
        let first = options.from.map_or(Some(0), |d| calendar.on_or_after(d).map(|d| d.index()));
        let last = options.to.map_or(Some(calendar.last()), |d| calendar.on_or_before(d));
        match (first, last) {
            (Some(first), Some(last)) if first <= last.index() => {
                Ok(&calendar.sessions()[first..=last.index()])
            }
            _ => Err(Error::new(Kind::Data, "there is no session in that span")),
        }
    }
}
