//! Points of a search as runs of a strategy.
use rayon::prelude::*;
use trimtab_core::{Date, Day, Error, Kind, Market, Result};
use trimtab_sim::{Light, Options, Track, backtest, light};
use trimtab_strategy::{Strategy, Template};

use super::condition::Condition;
use super::goal::Goal;
use super::{Point, Sampler, Space, Told};
use crate::sweep::{Engine, Figures};
use crate::{Record, RiskFree};

/// Runs sets of parameters and says how good they are.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The strategy file.
    pub template: &'a Template,
    /// The parameters.
    pub space: &'a Space,
    /// The market.
    pub market: &'a Market,
    /// What runs are asked for.
    pub options: &'a Options,
    /// Which engine runs them.
    pub engine: Engine,
    /// What cash earns in each period of the runs.
    pub risk_free: RiskFree<'a>,
    /// What is looked for.
    pub goals: &'a [Goal],
    /// What must hold.
    pub conditions: &'a [Condition],
}

/// A set and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The values of the parameters.
    pub set: Vec<String>,
    /// Figures of the run; none when it failed.
    pub figures: Option<Figures>,
    /// Its returns.
    pub returns: Vec<f64>,
    /// The numbers of the goals.
    pub values: Vec<Option<f64>>,
    /// Why there are no figures.
    pub error: Option<Error>,
    /// What a search is told.
    pub told: Told,
}

impl<'a> Judge<'a> {
    /// Checks that every name of a condition is a parameter or a figure.
    ///
    /// # Errors
    /// [`Kind::Usage`] with the name.
    pub fn check(&self) -> Result<()> {
        for name in self.conditions.iter().flat_map(Condition::names) {
            if !self.space.paths().iter().any(|path| path == name) {
                Goal::find(name)?;
            }
        }
        match self.goals.is_empty() {
            true => {
                Err(Error::new(Kind::Usage, "a search looks for something")
                    .hint("--objective sharpe"))
            }
            false => Ok(()),
        }
    }

    /// What the strategies of all sets have in common, as far as the fast engine can share it.
    fn track(&self) -> Option<Track<'a>> {
        let middle = vec![0.5; self.space.paths().len()];
        let strategy = self.strategy(&self.space.values(&middle)).ok()?;
        (self.engine == Engine::Light)
            .then(|| Track::new(&strategy, self.market, self.options).ok())?
    }

    /// The strategy of a set.
    ///
    /// # Errors
    /// [`Kind::Spec`] when it is none.
    pub fn strategy(&self, set: &[String]) -> Result<Strategy> {
        let pairs = self.space.paths().iter().zip(set);
        self.template.with(pairs.map(|(path, value)| (path.as_str(), value.as_str())))
    }

    /// Whether a point keeps the conditions that are about parameters alone.
    pub fn allowed(&self, point: &Point) -> bool {
        let set = self.space.values(point);
        let value = |name: &str| self.parameter(&set, name);
        // A name that is no parameter has no value yet.
        self.conditions.iter().all(|c| c.broken(&value).is_none_or(|over| over == 0.0))
    }

    fn parameter(&self, set: &[String], name: &str) -> Option<f64> {
        let at = self.space.paths().iter().position(|path| path == name)?;
        set[at].parse().ok()
    }

    /// Runs points, on all threads of the pool; what comes of them stands in their order.
    pub fn judge(&self, points: &[Point]) -> Vec<Judged> {
        let track = self.track();
        points.par_iter().map(|point| self.one(point, track.as_ref())).collect()
    }

    fn one(&self, point: &Point, track: Option<&Track<'_>>) -> Judged {
        let set = self.space.values(point);
        let failed = |error: Option<Error>| Judged {
            set: set.clone(),
            figures: None,
            returns: Vec::new(),
            values: vec![None; self.goals.len()],
            error,
            told: Told { point: point.clone(), losses: None, violation: 0.0 },
        };
        match self.strategy(&set).and_then(|strategy| self.run(&strategy, track)) {
            Err(error) => failed(Some(error)),
            Ok(run) => match &run.ended {
                Some(ended) => failed(Some(ended.error.clone())),
                None if run.equity.len() < 2 => failed(None),
                None => self.measured(point, set.clone(), &run).unwrap_or_else(|e| failed(Some(e))),
            },
        }
    }

    fn run(&self, strategy: &Strategy, track: Option<&Track<'_>>) -> Result<Light> {
        match (self.engine, track) {
            (Engine::Books, _) => backtest(strategy, self.market, self.options).map(Light::from),
            (Engine::Light, Some(track)) if track.serves(strategy) => track.run(strategy),
            (Engine::Light, _) => light(strategy, self.market, self.options),
        }
    }

    fn measured(&self, point: &Point, set: Vec<String>, run: &Light) -> Result<Judged> {
        let returns = run.returns();
        let risk_free = match self.risk_free {
            RiskFree::Series(rates) => RiskFree::Series(&rates[..returns.len().min(rates.len())]),
            constant => constant,
        };
        let per_year = self.market.calendar().frequency().per_year();
        let figures = Figures::of(run, per_year, risk_free);
        let record = Record::new(self.dates(returns.len()), &returns, risk_free, per_year)?;
        let values: Vec<Option<f64>> = self.goals.iter().map(|g| g.of(&figures, &record)).collect();
        let losses: Option<Vec<f64>> =
            self.goals.iter().zip(&values).map(|(goal, x)| Some(goal.loss((*x)?))).collect();
        let value = |name: &str| {
            let own = self.parameter(&set, name);
            own.or_else(|| Goal::find(name).ok()?.of(&figures, &record))
        };
        // A condition on what is undefined is broken without measure.
        let broken = |c: &Condition| c.broken(&value).unwrap_or(f64::INFINITY);
        let violation = self.conditions.iter().map(broken).sum();
        let told = Told { point: point.clone(), losses, violation };
        Ok(Judged { set, figures: Some(figures), returns, values, error: None, told })
    }

    /// The dates of a run of so many returns.
    fn dates(&self, periods: usize) -> &'a [Date] {
        let calendar = self.market.calendar();
        let first = self.options.from.and_then(|from| calendar.on_or_after(from)).unwrap_or(Day(0));
        &calendar.sessions()[first.index()..=first.index() + periods]
    }

    /// What is told of a set whose figures are known already; none where they do not say enough.
    pub fn known(&self, set: &[String], figure: &dyn Fn(&str) -> Option<f64>) -> Option<Told> {
        let point = self.space.point(set)?;
        let loss = |goal: &Goal| Some(goal.loss(figure(goal.name())?));
        let losses: Vec<f64> = self.goals.iter().map(loss).collect::<Option<_>>()?;
        let value = |name: &str| self.parameter(set, name).or_else(|| figure(name));
        let broken: Vec<f64> =
            self.conditions.iter().map(|c| c.broken(&value)).collect::<Option<_>>()?;
        Some(Told { point, losses: Some(losses), violation: broken.iter().sum() })
    }
}

/// Lets a sampler look for `trials` points, `batch` at a time: those of a batch do not know of each other. Each batch is handed to `each`
/// as it is done. Ends early when nothing is left to try.
pub fn search(
    judge: &Judge<'_>,
    sampler: &mut Sampler<'_>,
    (trials, batch): (usize, usize),
    mut each: impl FnMut(&[Judged]),
) -> Vec<Judged> {
    let mut all: Vec<Judged> = Vec::with_capacity(trials);
    while all.len() < trials {
        let mut points: Vec<Point> = Vec::with_capacity(batch);
        while points.len() < batch.max(1).min(trials - all.len()) {
            let tried = sampler.tried();
            match sampler.suggest(&|point| judge.allowed(point)) {
                // Everything else was tried: another run of the same would say nothing.
                Some(_) if sampler.tried() == tried => break,
                Some(point) => points.push(point),
                None => break,
            }
        }
        if points.is_empty() {
            break;
        }
        let judged = judge.judge(&points);
        judged.iter().for_each(|one| sampler.tell(one.told.clone()));
        each(&judged);
        all.extend(judged);
    }
    all
}

/// Which of the sets are best: with one goal the best alone, with several the front of which none is better in all. Only sets
/// that keep all conditions.
pub fn best(all: &[Judged]) -> Vec<usize> {
    let fine: Vec<(usize, &[f64])> = all
        .iter()
        .enumerate()
        .filter(|(_, one)| one.told.violation <= 0.0)
        .filter_map(|(ix, one)| Some((ix, one.told.losses.as_deref()?)))
        .collect();
    match fine.first() {
        None => Vec::new(),
        Some((_, losses)) if losses.len() == 1 => {
            // The first among equals.
            let least =
                fine.iter().skip(1).fold(fine[0], |a, b| if b.1[0] < a.1[0] { *b } else { a });
            vec![least.0]
        }
        Some(_) => {
            let losses: Vec<&[f64]> = fine.iter().map(|(_, l)| *l).collect();
            let front = super::pareto::fronts(&losses);
            fine.iter().zip(front).filter(|(_, rank)| *rank == 0).map(|((ix, _), _)| *ix).collect()
        }
    }
}
