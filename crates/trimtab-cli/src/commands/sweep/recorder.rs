//! The sets of a sweep on their way into the trial ledger.
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use trimtab_core::{Day, Market};
use trimtab_lab::sweep::{Design, Sweep};
use trimtab_sim::{Options, light};
use trimtab_trials::{CURVES, Entry, Name, Trial, configuration};

use super::rows::FIGURES;
use crate::research::{Research, Researched};

/// Sets are written down so often, and a kill loses no more than that: a transaction waits for the disk.
const PAUSE: Duration = Duration::from_secs(1);

/// Writes sets down in batches: figures of all, returns of an even sample and of the best.
pub(super) struct Recorder<'a> {
    research: Research<'a>,
    maker: Maker<'a>,
    waiting: Vec<Trial>,
    written: Instant,
    /// The smallest names, with their sets: see [`trimtab_trials`].
    sample: BTreeSet<(Name, usize)>,
}

/// Makes trials of sets.
pub(super) struct Maker<'a> {
    /// The sweep.
    pub(super) sweep: &'a Sweep<'a>,
    /// Its sets.
    pub(super) design: &'a Design,
    /// Its market.
    pub(super) market: &'a Market,
    /// Its options.
    pub(super) options: &'a Options,
    /// Parameters that all sets have in common.
    pub(super) chosen: BTreeMap<String, String>,
}

impl Maker<'_> {
    /// The session before the first return, and the number of returns.
    fn span(&self) -> (u32, usize) {
        let calendar = self.market.calendar();
        let first = self.options.from.and_then(|date| calendar.on_or_after(date)).unwrap_or(Day(0));
        let last = self.options.to.and_then(|date| calendar.on_or_before(date));
        (first.0, (last.unwrap_or(calendar.last()).0 - first.0) as usize)
    }

    /// A set that ran to its end.
    fn trial(&self, ix: usize, cells: &[String]) -> Option<Trial> {
        let count = self.design.paths().len();
        let figure = |key: &str| {
            let place = FIGURES.iter().position(|figure| *figure == key)?;
            cells.get(count + place)?.parse().ok()
        };
        let figures = Entry::FIGURES.map(figure);
        figures[0]?;
        let strategy = self.sweep.strategy(ix).ok()?;
        let mut parameters = self.chosen.clone();
        parameters.extend(self.design.paths().iter().cloned().zip(self.design.set(ix)));
        let (first, periods) = self.span();
        Some(Trial {
            configuration: configuration(&strategy, self.options).ok()?,
            parameters: parameters.into_iter().collect(),
            first,
            periods,
            figures,
            returns: None,
        })
    }

    /// The returns of a set that is known already.
    fn returns(&self, ix: usize) -> Option<Trial> {
        let strategy = self.sweep.strategy(ix).ok()?;
        let returns = light(&strategy, self.market, self.options).ok()?.returns();
        let (first, periods) = self.span();
        let configuration = configuration(&strategy, self.options).ok()?;
        let (parameters, figures) = (Vec::new(), [None; 7]);
        (returns.len() == periods).then_some(Trial {
            configuration,
            parameters,
            first,
            periods,
            figures,
            returns: Some(returns),
        })
    }
}

impl<'a> Recorder<'a> {
    pub(super) fn new(research: Research<'a>, maker: Maker<'a>) -> Self {
        let (waiting, written, sample) = (Vec::new(), Instant::now(), BTreeSet::new());
        Self { research, maker, waiting, written, sample }
    }

    /// Takes the cells of the sets from `first` on.
    pub(super) fn record(&mut self, first: usize, rows: &[Vec<String>]) {
        if !self.research.open() {
            return;
        }
        let maker = &self.maker;
        let made = |(at, cells): (usize, &Vec<String>)| maker.trial(first + at, cells);
        let trials: Vec<Option<Trial>> = rows.par_iter().enumerate().map(made).collect();
        for (at, trial) in trials.into_iter().enumerate() {
            let Some(trial) = trial else { continue };
            self.sample.insert((trial.configuration, first + at));
            if self.sample.len() > CURVES {
                self.sample.pop_last();
            }
            self.waiting.push(trial);
        }
        if self.written.elapsed() >= PAUSE {
            self.write();
        }
    }

    fn write(&mut self) {
        self.research.record(&std::mem::take(&mut self.waiting));
        self.written = Instant::now();
    }

    /// Runs the sample once more for its returns, writes the rest down, and says what that leaves of set `best`.
    pub(super) fn finish(mut self, best: Option<usize>) -> Researched {
        if !self.research.open() {
            return self.research.budget(0, &[], &[]);
        }
        self.write();
        let maker = &self.maker;
        let sets: Vec<usize> = self.sample.iter().map(|(_, ix)| *ix).chain(best).collect();
        let runs: Vec<Option<Trial>> = sets.par_iter().map(|ix| maker.returns(*ix)).collect();
        let own = best.and_then(|_| runs.last().cloned().flatten()).and_then(|t| t.returns);
        // Each of them was written above: only its returns are new.
        let known: Vec<Trial> = runs.into_iter().flatten().collect();
        self.research.record(&known);
        let own = own.unwrap_or_default();
        let excess = maker.sweep.excess(&own);
        self.research.budget(maker.span().0, &own, &excess)
    }
}
