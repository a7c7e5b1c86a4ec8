//! The sets of a sweep on their way into the ledger.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rayon::prelude::*;
use trimtab_core::{Day, Market, Result};
use trimtab_lab::sweep::Design;
use trimtab_sim::{Options, light};
use trimtab_strategy::{Strategy, Template};

use crate::research::PAUSE;
use crate::{CURVES, Name, Research, Researched, Trial, configuration};

/// Writes sets down in batches: figures of all, returns of an even sample and of the best.
#[derive(Debug)]
pub struct Recorder {
    research: Research,
    waiting: Vec<Trial>,
    written: Instant,
    /// The smallest names, with their sets: see the crate.
    sample: BTreeSet<(Name, usize)>,
}

/// The sets of a sweep, as far as trials are made of them.
#[derive(Clone, Copy, Debug)]
pub struct Sets<'a> {
    /// The strategy file.
    pub template: &'a Template,
    /// The sets.
    pub design: &'a Design,
    /// The market.
    pub market: &'a Market,
    /// What each run is asked for.
    pub options: &'a Options,
    /// Parameters that all sets have in common.
    pub chosen: &'a BTreeMap<String, String>,
}

/// Figures of a set in the order of [`crate::Entry::FIGURES`].
pub type SetFigures = [Option<f64>; 7];

impl Sets<'_> {
    /// The session before the first return, and the number of returns.
    fn span(&self) -> (u32, usize) {
        let calendar = self.market.calendar();
        let first = self.options.from.and_then(|date| calendar.on_or_after(date)).unwrap_or(Day(0));
        let last = self.options.to.and_then(|date| calendar.on_or_before(date));
        (first.0, (last.unwrap_or(calendar.last()).0 - first.0) as usize)
    }

    fn strategy(&self, ix: usize) -> Result<Strategy> {
        let values = self.design.set(ix);
        let set = self.design.paths().iter().zip(&values);
        self.template.with(set.map(|(path, value)| (path.as_str(), value.as_str())))
    }

    /// A set that ran to its end.
    fn trial(&self, ix: usize, figures: SetFigures) -> Option<Trial> {
        figures[0]?;
        let mut parameters = self.chosen.clone();
        parameters.extend(self.design.paths().iter().cloned().zip(self.design.set(ix)));
        let (first, periods) = self.span();
        Some(Trial {
            configuration: configuration(&self.strategy(ix).ok()?, self.options).ok()?,
            parameters: parameters.into_iter().collect(),
            first,
            periods,
            figures,
            returns: None,
        })
    }

    /// The returns of a set that is known already.
    fn returns(&self, ix: usize) -> Option<Trial> {
        let strategy = self.strategy(ix).ok()?;
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

impl Recorder {
    /// Nothing yet.
    pub fn new(research: Research) -> Self {
        let (waiting, written, sample) = (Vec::new(), Instant::now(), BTreeSet::new());
        Self { research, waiting, written, sample }
    }

    /// Takes the figures of the sets from `first` on; the first figure is absent where a set did not run to its end. Parts of a
    /// sweep may come in any order.
    pub fn record(&mut self, sets: &Sets<'_>, first: usize, figures: &[SetFigures]) {
        if !self.research.open() {
            return;
        }
        let made = |(at, figures): (usize, &SetFigures)| sets.trial(first + at, *figures);
        let trials: Vec<Option<Trial>> = figures.par_iter().enumerate().map(made).collect();
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

    /// Runs the sample once more for its returns, writes the rest down, and says what that leaves of set `best`; `excess` takes
    /// from returns what cash earned.
    pub fn finish(
        mut self,
        sets: &Sets<'_>,
        best: Option<usize>,
        excess: impl Fn(&[f64]) -> Vec<f64>,
    ) -> Researched {
        if !self.research.open() {
            return self.research.budget(0, &[], &[]);
        }
        self.write();
        let again: Vec<usize> = self.sample.iter().map(|(_, ix)| *ix).chain(best).collect();
        let runs: Vec<Option<Trial>> = again.par_iter().map(|ix| sets.returns(*ix)).collect();
        let own = best.and_then(|_| runs.last().cloned().flatten()).and_then(|t| t.returns);
        // Each of them was written above: only its returns are new.
        let known: Vec<Trial> = runs.into_iter().flatten().collect();
        self.research.record(&known);
        let own = own.unwrap_or_default();
        self.research.budget(sets.span().0, &own, &excess(&own))
    }
}
