//! `trimtab search`: good parameters without trying them all.
mod files;
mod walk;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value, json};
use trimtab_core::{Date, Error, Kind, Result};
use trimtab_lab::search::condition::Condition;
use trimtab_lab::search::goal::Goal;
use trimtab_lab::search::{
    Judge, Judged, Method, Point, Rung, Sampler, Space, Told, Tpe, best, rungs, search,
};
use trimtab_lab::sweep::{Axis, Design, Engine, Figures};
use trimtab_sim::Options;
use trimtab_strategy::{Strategy, Template};
use trimtab_trials::{Entry, How, Keeper, Research, Researched, Trial, chosen};

use super::sweep::{axes, cash, threads};
use crate::args::search::By;
use crate::args::{self, EngineKind, Format};
use crate::history::Opened;
use crate::portfolio::Source;
use crate::report::table::budget;
use crate::research::{keep, research};
use crate::say::{self, Outcome};
use crate::study::options;
use crate::text::{Side, columns, fixed};

/// How many sets a table shows.
const SHOWN: usize = 10;

/// The smallest part of a history that successive halving looks at, in years: less says nothing of a strategy.
const YEARS_LEAST: f64 = 2.0;

/// All that a search needs besides its space.
struct Asked<'a> {
    args: &'a args::Search,
    template: Template,
    base: Strategy,
    opened: &'a Opened,
    options: Options,
    chosen: BTreeMap<String, String>,
    goals: Vec<Goal>,
    conditions: Vec<Condition>,
}

/// What came of a search.
struct Found {
    /// Sets of the last round, which ran over the whole history.
    all: Vec<Judged>,
    /// Rounds before it: how many sets, on how much of the history.
    rounds: Vec<Rung>,
    /// Trials known before.
    warm: usize,
    researched: Researched,
}

/// Searches, records, and prints the best.
pub(crate) fn run(args: &args::Search) -> Outcome {
    threads(args.jobs)?;
    let source = Source::find(&args.subject.strategy)?;
    let mut template = source.template()?;
    for (path, value) in &args.subject.set {
        template.fix(path, value)?;
    }
    let base = source.strategy(&args.subject.set)?;
    let axes = axes(&args.param, &base)?;
    let opened = Opened::open(&args.subject.data, args.subject.history, args.voice.quiet, &base)?;
    let asked = Asked {
        args,
        template,
        chosen: chosen(&source.text, &base, &args.subject.set),
        base,
        opened: &opened,
        options: options(&args.account, None)?,
        goals: args.objective.iter().map(|name| Goal::objective(name)).collect::<Result<_>>()?,
        conditions: args.constraint.iter().map(|c| Condition::parse(c)).collect::<Result<_>>()?,
    };
    let space = Space::new(axes.clone())?;
    if let Some(windows) = args.walk_forward {
        return walk::run(&asked, &space, &axes, windows);
    }
    let begun = Instant::now();
    let found = asked.found(&space, &axes, (&asked.options, args.seed))?;
    if !args.voice.quiet {
        say::progress("");
        let spent = begun.elapsed().as_secs_f64();
        say::note(&format!("{} sets in {spent:.2} s", found.all.len()));
    }
    if let Some(path) = &args.out {
        files::rows(path, &asked, &space, &found)?;
    }
    if let Some(path) = &args.report {
        files::report(path, &asked, &space, &found, &asked.notes(&found))?;
    }
    match args.voice.format {
        Format::Json => say::json(&asked.json(&space, &found)),
        Format::Table => say::result(&asked.table(&space, &found)),
    }
}

impl Asked<'_> {
    fn judge<'j>(
        &'j self,
        space: &'j Space,
        options: &'j Options,
        cash: &'j crate::study::Cash,
    ) -> Judge<'j> {
        Judge {
            template: &self.template,
            space,
            market: &self.opened.market,
            options,
            engine: if self.args.engine == EngineKind::Light {
                Engine::Light
            } else {
                Engine::Books
            },
            risk_free: cash.risk_free(),
            goals: &self.goals,
            conditions: &self.conditions,
        }
    }

    fn research(&self, options: &Options) -> Result<Research> {
        let mode = if self.args.engine == EngineKind::Light { "light" } else { "books" };
        let (seed, keep) = (self.args.seed, keep(self.args.no_ledger));
        research(&self.base, self.opened, options, How { command: "search", mode, seed, keep })
    }

    fn show(&self, done: usize, all: usize) {
        if !self.args.voice.quiet {
            say::progress(&format!("{done} of {all} sets …"));
        }
    }

    /// Searches within the span of `options`.
    fn found(&self, space: &Space, axes: &[Axis], over: (&Options, u64)) -> Result<Found> {
        match self.args.by {
            By::Grid => self.grid(space, axes, over.0),
            By::Halving => self.halving(space, over),
            By::Random | By::Tpe => self.sampled(space, over),
        }
    }

    /// Suggestions, one batch after the other.
    fn sampled(&self, space: &Space, (options, seed): (&Options, u64)) -> Result<Found> {
        let cash = cash(&self.opened.market, options, &mut Vec::new());
        let judge = self.judge(space, options, &cash);
        judge.check()?;
        let method = match self.args.by {
            By::Tpe => Method::Tpe(Tpe { joint: self.args.joint, ..Tpe::default() }),
            _ => Method::Random,
        };
        let mut sampler = Sampler::new(space, method, seed);
        let research = self.research(options)?;
        if self.args.warm {
            sampler.warm(self.known(&judge, &research)?);
        }
        let mut keeper = Keeper::new(research);
        let trials = self.args.trials;
        let mut done = 0;
        let all = search(&judge, &mut sampler, (trials, self.args.batch), |batch| {
            keeper.keep(batch.iter().filter_map(|one| self.trial(&judge, one)));
            done += batch.len();
            self.show(done, trials);
        });
        let researched = self.budget(keeper, &judge, &all);
        Ok(Found { warm: sampler.known(), all, rounds: Vec::new(), researched })
    }

    /// Every set.
    fn grid(&self, space: &Space, axes: &[Axis], options: &Options) -> Result<Found> {
        let design = Design::grid(axes.to_vec())?;
        let cash = cash(&self.opened.market, options, &mut Vec::new());
        let judge = self.judge(space, options, &cash);
        judge.check()?;
        let mut keeper = Keeper::new(self.research(options)?);
        let points = (0..design.len()).filter_map(|ix| space.point(&design.set(ix)));
        let points: Vec<Point> = points.filter(|point| judge.allowed(point)).collect();
        let all = self.judged(&judge, &points, &mut keeper);
        let researched = self.budget(keeper, &judge, &all);
        Ok(Found { all, rounds: Vec::new(), warm: 0, researched })
    }

    /// Runs points in chunks.
    fn judged(&self, judge: &Judge<'_>, points: &[Point], keeper: &mut Keeper) -> Vec<Judged> {
        /// Enough to keep all cores busy.
        const CHUNK: usize = 256;
        let mut all = Vec::with_capacity(points.len());
        for chunk in points.chunks(CHUNK) {
            let judged = judge.judge(chunk);
            keeper.keep(judged.iter().filter_map(|one| self.trial(judge, one)));
            all.extend(judged);
            self.show(all.len(), points.len());
        }
        all
    }

    /// Many on a short history, the better part on a longer one.
    fn halving(&self, space: &Space, (whole, seed): (&Options, u64)) -> Result<Found> {
        if self.goals.len() > 1 {
            return Err(Error::new(Kind::Usage, "successive halving looks at one objective")
                .hint("--by tpe or --by random look at several"));
        }
        let calendar = self.opened.market.calendar();
        let last = whole.to.and_then(|to| calendar.on_or_before(to)).unwrap_or(calendar.last());
        let first = whole.from.and_then(|from| calendar.on_or_after(from));
        let first = first.unwrap_or(trimtab_core::Day(0));
        let sessions = last.0.saturating_sub(first.0) as f64;
        let least = YEARS_LEAST * calendar.frequency().per_year() / sessions.max(1.0);
        let rounds = rungs(self.args.trials, self.args.eta, least);
        let judge = self.judge(space, whole, &crate::study::Cash::Unknown);
        judge.check()?;
        let mut sampler = Sampler::new(space, Method::Random, seed);
        let drawn = (0..self.args.trials).map_while(|_| sampler.suggest(&|p| judge.allowed(p)));
        let mut points: Vec<Point> = drawn.collect();
        points.sort_by(|a, b| {
            let places = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
            places.fold(Ordering::Equal, Ordering::then)
        });
        points.dedup();
        let mut found = None;
        for rung in &rounds {
            let to = calendar.date(trimtab_core::Day(first.0 + (sessions * rung.part) as u32));
            let options = Options { to: Some(to), ..whole.clone() };
            let options = if rung.part < 1.0 { options } else { whole.clone() };
            let cash = cash(&self.opened.market, &options, &mut Vec::new());
            let judge = self.judge(space, &options, &cash);
            let mut keeper = Keeper::new(self.research(&options)?);
            points.truncate(rung.count);
            let all = self.judged(&judge, &points, &mut keeper);
            // The better ones first; what failed last.
            let mut order: Vec<&Judged> = all.iter().collect();
            let loss = |one: &Judged| one.told.losses.as_ref().map_or(f64::INFINITY, |l| l[0]);
            order.sort_by(|a, b| {
                let failed = a.told.losses.is_none().cmp(&b.told.losses.is_none());
                let broken = a.told.violation.total_cmp(&b.told.violation);
                failed.then(broken).then(loss(a).total_cmp(&loss(b)))
            });
            points = order.iter().map(|one| one.told.point.clone()).collect();
            let researched = self.budget(keeper, &judge, &all);
            found = Some((all, researched));
        }
        let (all, researched) = found.expect("there is at least one round");
        Ok(Found { all, rounds, warm: 0, researched })
    }

    /// What the ledger knows of the sets of the space, under the same circumstances.
    fn known(&self, judge: &Judge<'_>, research: &Research) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        for entry in research.alike()? {
            let Ok(Value::Object(own)) = serde_json::from_str(&entry.parameters) else { continue };
            let value = |path: &String| Some(own.get(path)?.as_str()?.to_owned());
            let set: Option<Vec<String>> = judge.space.paths().iter().map(value).collect();
            let figure = |name: &str| {
                let at = Entry::FIGURES.iter().position(|key| *key == name)?;
                entry.figures[at]
            };
            // A set is known by all its parameters: others may have been fixed otherwise.
            let same = |set: &Vec<String>| {
                let strategy = judge.strategy(set).ok()?;
                let name = research.configuration(&strategy).ok()?;
                (name == entry.configuration).then_some(())
            };
            told.extend(set.and_then(|set| {
                same(&set)?;
                judge.known(&set, &figure)
            }));
        }
        Ok(told)
    }

    fn trial(&self, judge: &Judge<'_>, one: &Judged) -> Option<Trial> {
        let figures: &Figures = one.figures.as_ref()?;
        let strategy = judge.strategy(&one.set).ok()?;
        let mut parameters = self.chosen.clone();
        parameters.extend(judge.space.paths().iter().cloned().zip(one.set.iter().cloned()));
        let calendar = self.opened.market.calendar();
        let from = judge.options.from.and_then(|date: Date| calendar.on_or_after(date));
        Some(Trial {
            configuration: trimtab_trials::configuration(&strategy, judge.options).ok()?,
            parameters: parameters.into_iter().collect(),
            first: from.map_or(0, |day| day.0),
            periods: one.returns.len(),
            figures: Trial::figures(figures),
            returns: Some(one.returns.clone()),
        })
    }

    /// Writes the rest down, and says what that leaves of the best.
    fn budget(&self, keeper: Keeper, judge: &Judge<'_>, all: &[Judged]) -> Researched {
        let own = best(all).first().and_then(|ix| self.trial(judge, &all[*ix]));
        let returns = own.as_ref().and_then(|own| own.returns.clone()).unwrap_or_default();
        let excess: Vec<f64> = match judge.risk_free {
            trimtab_lab::RiskFree::Constant(f) => returns.iter().map(|r| r - f).collect(),
            trimtab_lab::RiskFree::Series(rates) => {
                returns.iter().zip(rates).map(|(r, f)| r - f).collect()
            }
        };
        keeper.finish(own, &excess)
    }

    /// The sets in the order of a table: the best or the front first, then the others by the first objective.
    fn order(&self, all: &[Judged]) -> (usize, Vec<usize>) {
        let front = best(all);
        let fine = |ix: &usize| all[*ix].told.losses.is_some() && all[*ix].told.violation <= 0.0;
        let mut rest: Vec<usize> =
            (0..all.len()).filter(|ix| fine(ix) && !front.contains(ix)).collect();
        let loss = |ix: &usize| all[*ix].told.losses.as_ref().map_or(f64::INFINITY, |l| l[0]);
        rest.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
        let mut front = front;
        front.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
        let best = front.len();
        front.extend(rest);
        (best, front)
    }

    /// What is to be said of a search in sentences.
    fn notes(&self, found: &Found) -> Vec<String> {
        let mut notes = Vec::new();
        let failed = found.all.iter().filter(|one| one.told.losses.is_none());
        let count = failed.clone().count();
        if let Some(error) = failed.clone().find_map(|one| one.error.as_ref()) {
            notes.push(
                format!("{count} sets could not be run, the first because: {error}")
                    .replace('\n', "; "),
            );
        }
        let broken = found.all.iter().filter(|one| one.told.violation > 0.0).count();
        if broken > 0 {
            notes.push(format!("{broken} sets break a constraint"));
        }
        if found.warm > 0 {
            notes.push(format!("{} trials of the ledger were known before", found.warm));
        }
        if found.rounds.len() > 1 {
            let rounds = found.rounds.iter();
            let said: Vec<String> = rounds
                .map(|r| format!("{} on the first {:.0} %", r.count, 100.0 * r.part))
                .collect();
            notes.push(format!(
                "successive halving saw {} of the history: a set that is poor early and good later was dropped unseen, \
                 and only the sets of the last round are listed",
                said.join(", ")
            ));
        }
        notes
    }

    fn table(&self, space: &Space, found: &Found) -> String {
        let (count, order) = self.order(&found.all);
        let mut text =
            format!("{}: {} sets by {}\n", self.base.name, found.all.len(), self.args.by.word());
        if count == 0 {
            text += "\nno set could be run and keeps all constraints\n";
        } else if self.goals.len() > 1 {
            text += &format!("\n{count} sets of which none is better in all objectives\n");
        }
        let names = space.paths().iter().cloned();
        let goals = self.goals.iter().map(|goal| goal.name().to_owned());
        let mut rows: Vec<Vec<String>> = vec![names.chain(goals).collect()];
        let shown = if self.goals.len() > 1 { count } else { SHOWN };
        for ix in order.iter().take(shown) {
            let one = &found.all[*ix];
            let number = |x: &Option<f64>| match x {
                None => "-".to_owned(),
                Some(x) if x.abs() >= 1e3 => fixed(*x, 0),
                Some(x) => fixed(*x, 4),
            };
            rows.push(one.set.iter().cloned().chain(one.values.iter().map(number)).collect());
        }
        if rows.len() > 1 {
            text += &format!("\n{}", columns(&rows, &vec![Side::Right; rows[0].len()]));
        }
        for note in self.notes(found) {
            text += &format!("\n{note}\n");
        }
        text +=
            "\nthe best of many is better than it will be: its figures were chosen, not measured\n";
        text + &budget(&found.researched)
    }

    fn json(&self, space: &Space, found: &Found) -> Value {
        let one = |ix: usize| {
            let own = &found.all[ix];
            let mut row = Map::new();
            row.insert("trial".into(), json!(ix));
            let set = space.paths().iter().cloned().zip(own.set.iter().map(|v| json!(v)));
            row.insert("parameters".into(), Value::Object(set.collect()));
            let values = self.goals.iter().zip(&own.values);
            let values = values.map(|(goal, x)| (goal.name().to_owned(), json!(x)));
            row.insert("objectives".into(), Value::Object(values.collect()));
            row.insert(
                "violation".into(),
                json!(own.told.violation.is_finite().then_some(own.told.violation)),
            );
            row.insert("error".into(), json!(own.error.as_ref().map(ToString::to_string)));
            Value::Object(row)
        };
        let rounds: Vec<Value> =
            found.rounds.iter().map(|r| json!({ "sets": r.count, "history": r.part })).collect();
        json!({
            "strategy": self.base.name,
            "by": self.args.by.word(),
            "seed": self.args.seed,
            "sets": found.all.len(),
            "known_before": found.warm,
            "rounds": rounds,
            "best": best(&found.all).into_iter().map(one).collect::<Vec<_>>(),
            "trials": (0..found.all.len()).map(one).collect::<Vec<_>>(),
            "notes": self.notes(found),
            "budget": found.researched.budget,
        })
    }
}
