//! `trimtab sweep`: a strategy with many sets of parameters.
pub(super) mod rows;
mod tally;

use std::path::Path;

use trimtab_core::{Date, Day, Error, Kind, Market, Result};
use trimtab_lab::landscape::{Landscape, Report};
use trimtab_lab::sweep::{Axis, Design, Engine, Sweep};
use trimtab_sim::{ENGINE, Options, SHORT};
use trimtab_strategy::Strategy;
use trimtab_trials::{How, Recorder, SetFigures, Sets, chosen};

use crate::args::{self, EngineKind, Format};
use crate::history::Opened;
use crate::portfolio::Source;
use crate::report::DISCLAIMER;
use crate::report::table::budget;
use crate::research::{keep, research};
use crate::say::{self, Outcome};
use crate::study::{Cash, options};

use rows::{Rows, cells, figures};
use tally::Tally;

/// Sets that are run before their rows are written: enough to keep all cores busy, and what a kill loses at most.
const CHUNK: usize = 256;

/// The number of threads of all work to come: to be said before any is done.
pub(super) fn threads(jobs: Option<u16>) -> Result<()> {
    let Some(jobs) = jobs else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs));
    pool.build_global().map_err(|error| Error::new(Kind::Usage, error.to_string()))
}

/// Runs all sets in order, writes a row for each, and prints the best.
pub(crate) fn run(args: &args::Sweep) -> Outcome {
    threads(args.jobs)?;
    let source = Source::find(&args.subject.strategy)?;
    let mut template = source.template()?;
    for (path, value) in &args.subject.set {
        template.fix(path, value)?;
    }
    let base = source.strategy(&args.subject.set)?;
    let design = design(args, &base)?;
    let opened = Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &base)?;
    let options = options(&args.account, args.flows.as_deref())?;
    let mut notices = opened.notices.clone();
    let cash = cash(&opened.market, &options, &mut notices);
    let engine = match args.no_ledger || args.engine == EngineKind::Light {
        true => Engine::Light,
        false => Engine::Books,
    };
    let (market, risk_free) = (&opened.market, cash.risk_free());
    let sweep = Sweep::new(&template, &design, market, &options, engine, risk_free)?;
    let id = id(&base, &opened, &options, engine, &design);
    let mode = if engine == Engine::Light { "light" } else { "books" };
    let how = How { command: "sweep", mode, seed: args.seed, keep: keep(args.no_ledger) };
    let mut recorder = Recorder::new(research(&base, &opened, &options, how)?);
    let chosen = chosen(&source.text, &base, &args.subject.set);
    let sets =
        Sets { template: &template, design: &design, market, options: &options, chosen: &chosen };
    let (tally, scores) = all(args, &sweep, (&sets, &id), &mut recorder)?;
    let researched = recorder.finish(&sets, tally.best(), |returns| sweep.excess(returns));
    if !args.voice.quiet {
        say::progress("");
        notices.iter().for_each(|notice| say::note(notice));
    }
    if let Some(path) = &args.report {
        let about = format!("{} sets on {}, sweep {}.", design.len(), opened.source, &id[..SHORT]);
        report(path, (&base.name, about), &design, scores, (&researched.words, &notices))?;
    }
    let around = tally.around(&sweep);
    match args.voice.format {
        Format::Json => say::json(&tally.json(&base.name, &id, around, &researched)),
        Format::Table => say::result(&(tally.table(&base.name, around) + &budget(&researched))),
    }
}

/// Runs the sets that were not run before, in order: what they say together, and the Sharpe ratio of each.
fn all<'d>(
    args: &args::Sweep,
    sweep: &Sweep<'_>,
    (sets, id): (&Sets<'d>, &str),
    recorder: &mut Recorder,
) -> Result<(Tally<'d>, Vec<Option<f64>>)> {
    let design = sets.design;
    let figures = |rows: &[Vec<String>]| {
        rows.iter().map(|row| figures(design, row)).collect::<Vec<SetFigures>>()
    };
    let mut tally = Tally::new(design);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut out = match &args.out {
        Some(path) => Some(Rows::open(path, design, id, |row| {
            tally.count(row);
            rows.push(row.to_vec());
        })?),
        None => None,
    };
    let mut scores: Vec<Option<f64>> = Vec::new();
    scores.extend(rows.iter().map(|row| sharpe(design, row)));
    recorder.record(sets, 0, &figures(&rows));
    rows.clear();
    let resumed = tally.counted();
    if resumed > 0 && !args.voice.quiet {
        say::note(&format!("{resumed} sets were run before and are not run again"));
    }
    while tally.counted() < design.len() {
        let first = tally.counted();
        let chunk = first..design.len().min(first + CHUNK);
        for (ix, row) in chunk.clone().zip(sweep.rows(chunk)) {
            let cells = cells(design.set(ix), &row);
            if let Some(out) = &mut out {
                out.write(&cells)?;
            }
            tally.count(&cells);
            rows.push(cells);
        }
        if let Some(out) = &mut out {
            out.flush()?;
        }
        scores.extend(rows.iter().map(|row| sharpe(design, row)));
        recorder.record(sets, first, &figures(&rows));
        rows.clear();
        if !args.voice.quiet {
            say::progress(&format!("{} of {} sets …", tally.counted(), design.len()));
        }
    }
    if let Some(out) = out {
        out.finish()?;
    }
    Ok((tally, scores))
}

/// The Sharpe ratio among the cells of a set.
fn sharpe(design: &Design, row: &[String]) -> Option<f64> {
    let at = rows::FIGURES.iter().position(|figure| *figure == "sharpe")?;
    row.get(design.paths().len() + at)?.parse().ok()
}

/// Writes the page.
fn report(
    path: &Path,
    (strategy, about): (&str, String),
    design: &Design,
    scores: Vec<Option<f64>>,
    (budget, notices): (&str, &[String]),
) -> Result<()> {
    let sets: Vec<Vec<String>> = (0..design.len()).map(|ix| design.set(ix)).collect();
    let landscape = Landscape::new(design.paths(), &sets, scores);
    let report = Report {
        strategy,
        landscape: &landscape,
        score: "Sharpe ratio",
        about,
        budget,
        front: None,
        notices,
        disclaimer: DISCLAIMER,
    };
    std::fs::write(path, report.page().html())
        .map_err(|e| Error::new(Kind::Io, e.to_string()).place(path.display().to_string()))
}

/// The sets that the command line asks for.
fn design(args: &args::Sweep, base: &Strategy) -> Result<Design> {
    if let Some(path) = &args.design {
        return table(path);
    }
    let axes = axes(&args.param, base)?;
    match (args.random, args.latin) {
        (Some(count), _) => Design::random(axes, count, args.seed),
        (None, Some(count)) => Design::latin_hypercube(axes, count, args.seed),
        (None, None) => Design::grid(axes),
    }
}

/// The ranges of the command line, or else those of the strategy file.
pub(super) fn axes(param: &[String], base: &Strategy) -> Result<Vec<Axis>> {
    match param.is_empty() {
        false => param.iter().map(|text| Axis::parse(text)).collect(),
        true => {
            let own = base.range.iter().map(|(path, range)| {
                Axis::range(path.clone(), range.from, range.to, range.step)
                    .map_err(|why| Error::spec(format!("the range of `{path}`: {why}")))
            });
            own.collect()
        }
    }
}

/// A design from a CSV file.
fn table(path: &Path) -> Result<Design> {
    let place = path.display().to_string();
    let bad = |error: csv::Error| {
        let kind = if error.is_io_error() { Kind::Io } else { Kind::Data };
        Error::new(kind, format!("cannot read the design: {error}")).place(&place)
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(bad)?;
    let names = reader.headers().map_err(bad)?.iter().map(str::to_owned).collect();
    let row = |record: csv::Result<csv::StringRecord>| {
        Ok(record.map_err(bad)?.iter().map(str::to_owned).collect())
    };
    let rows: Vec<Vec<String>> = reader.records().map(row).collect::<Result<_>>()?;
    if rows.is_empty() {
        return Err(Error::data("the design has no set")
            .place(place)
            .hint("a column for each parameter, named as in trend.slow, and a row for each set"));
    }
    Design::table(names, rows).map_err(|error| error.place(place))
}

/// What cash earns in each period of the runs.
pub(super) fn cash(market: &Market, options: &Options, notices: &mut Vec<String>) -> Cash {
    let calendar = market.calendar();
    let first = options.from.and_then(|date: Date| calendar.on_or_after(date)).unwrap_or(Day(0));
    let last = options.to.and_then(|date| calendar.on_or_before(date)).unwrap_or(calendar.last());
    let sessions = calendar.sessions().get(first.index()..=last.index()).unwrap_or_default();
    Cash::over(market, first, sessions, notices)
}

/// A name for a sweep: equal for equal strategy, data, options, engine and sets. As of a run, see
/// [`trimtab_sim::run_id`].
fn id(
    base: &Strategy,
    opened: &Opened,
    options: &Options,
    engine: Engine,
    design: &Design,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut put = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    for part in [ENGINE, &base.canonical(), &opened.hash, &options.canonical()] {
        put(part);
    }
    put(match engine {
        Engine::Books => "books",
        Engine::Light => "light",
    });
    design.paths().iter().for_each(|path| put(path));
    (0..design.len()).flat_map(|ix| design.set(ix)).for_each(|value| put(&value));
    hasher.finalize().to_hex().to_string()
}
