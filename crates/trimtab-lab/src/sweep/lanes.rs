//! Sets that differ in parameters of nodes only, several at a time.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use trimtab_math::lanes::Tally;
use trimtab_sim::Track;
use trimtab_strategy::{Days, Family, Member, Portfolios, Template};

use super::{Design, Figures, Measured, Row, Sweep, each};

/// Accounts led at once: two of the widest vectors of today's processors, so that one works while the other waits for its last
/// result.
const LANES: usize = 16;

/// Groups are dropped beyond this number: a design that changes the schedule with every set must not fill the memory.
const GROUPS_MOST: usize = 64;

/// The sets of a sweep by what they may share.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    /// The parameters of nodes.
    inner: Vec<usize>,
    /// Those of anything else: schedule, costs, limits.
    outer: Vec<usize>,
    sizes: Vec<u32>,
    made: Mutex<BTreeMap<Vec<u32>, Option<Arc<Group<'a>>>>>,
}

/// Sets that agree in everything but parameters of nodes.
#[derive(Debug)]
struct Group<'a> {
    track: Track<'a>,
    family: Family<'a>,
}

impl Groups<'_> {
    pub(super) fn new(template: &Template, design: &Design) -> Self {
        let of_node = |ix: &usize| template.is_of_node(&design.paths()[*ix]);
        let (inner, outer) = (0..design.paths().len()).partition(of_node);
        Self { inner, outer, sizes: design.sizes(), made: Mutex::default() }
    }
}

fn some<T: Copy>(of: &[T], which: &[usize]) -> Vec<T> {
    which.iter().map(|ix| of[*ix]).collect()
}

impl<'a> Sweep<'a> {
    /// As [`Sweep::rows`].
    pub(super) fn rows_in_lanes(&self, sets: Range<usize>) -> Vec<Row> {
        let start = sets.start;
        let mut order: Vec<(Vec<u32>, usize)> = sets.map(|ix| (self.outer(ix), ix)).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0));
        let groups = order.chunk_by(|a, b| a.0 == b.0);
        let blocks: Vec<&[(Vec<u32>, usize)]> = groups.flat_map(|g| g.chunks(LANES)).collect();
        let rows: Vec<Vec<Row>> = blocks.par_iter().map(|block| self.block(block)).collect();
        let mut sorted: Vec<Option<Row>> = order.iter().map(|_| None).collect();
        for ((_, ix), row) in order.iter().zip(rows.into_iter().flatten()) {
            sorted[ix - start] = Some(row);
        }
        sorted.into_iter().map(|row| row.expect("every set has its row")).collect()
    }

    /// What a set gives the parameters that belong to no node.
    fn outer(&self, ix: usize) -> Vec<u32> {
        if self.groups.outer.is_empty() {
            return Vec::new();
        }
        let mut codes = Vec::new();
        self.design.codes(ix, &mut codes);
        some(&codes, &self.groups.outer)
    }

    /// The rows of up to [`LANES`] sets of one group.
    fn block(&self, sets: &[(Vec<u32>, usize)]) -> Vec<Row> {
        let alone = |ix: usize| self.row(ix);
        // What a group shares is not worth making for one set.
        let group = if sets.len() > 1 { self.group(&sets[0].0, sets[0].1) } else { None };
        let Some(group) = group else { return sets.iter().map(|(_, ix)| alone(*ix)).collect() };
        let columns: Vec<Option<Portfolios>> =
            sets.iter().map(|(_, ix)| self.columns(&group, *ix)).collect();
        let known: Vec<&Portfolios> = columns.iter().flatten().collect();
        let figures = match known.is_empty() {
            true => [None; LANES],
            // Lanes that are left repeat the sets.
            false => self.led(&group, std::array::from_fn(|l| known[l % known.len()])),
        };
        let mut figures = figures.into_iter();
        let mut row = |(ix, columns): (usize, &Option<Portfolios>)| {
            let figures = columns.as_ref().and_then(|_| figures.next().flatten());
            figures.map_or_else(|| alone(ix), |f| Row { figures: Some(f), error: None })
        };
        sets.iter().map(|(_, ix)| *ix).zip(&columns).map(&mut row).collect()
    }

    fn columns(&self, group: &Group<'a>, ix: usize) -> Option<Portfolios> {
        let mut codes = Vec::new();
        self.design.codes(ix, &mut codes);
        let codes = some(&codes, &self.groups.inner);
        let values = || self.inner(ix);
        group.family.columns(Member { codes: &codes, values: &values })
    }

    /// The values of a set's parameters of nodes.
    fn inner(&self, ix: usize) -> Vec<String> {
        let mut values = self.design.set(ix);
        self.groups.inner.iter().map(|ix| std::mem::take(&mut values[*ix])).collect()
    }

    /// The figures of lanes; `None` where a lane needs a run of its own.
    fn led(&self, group: &Group<'a>, sets: [&Portfolios; LANES]) -> [Option<Figures>; LANES] {
        let mut tally = Tally::new(each(self.risk_free));
        let run = group.track.lanes(sets, &mut tally);
        let yearly = self.market.calendar().frequency().per_year();
        std::array::from_fn(|l| {
            let measured = Measured::of(&tally.total(l)?, self.risk_free);
            let traded = [tally.last()[l], run.costs[l], run.turnover[l]];
            let counts = [run.decisions[l], run.rebalances[l]];
            run.done[l].then(|| measured.figures(tally.rows(), yearly, traded, counts))
        })
    }

    /// The group of set `ix`, made when it is met for the first time; `None` when its sets share nothing.
    fn group(&self, key: &[u32], ix: usize) -> Option<Arc<Group<'a>>> {
        let lock = || self.groups.made.lock().unwrap_or_else(PoisonError::into_inner);
        let mut made = lock();
        if let Some(known) = made.get(key) {
            return known.clone();
        }
        if made.len() == GROUPS_MOST {
            made.clear();
        }
        // Made under the lock: others wait for it instead of making it too.
        let group = self.make_group(key, ix).map(Arc::new);
        made.insert(key.to_vec(), group.clone());
        group
    }

    fn make_group(&self, key: &[u32], ix: usize) -> Option<Group<'a>> {
        let (all, inner, outer) = (self.design.set(ix), &self.groups.inner, &self.groups.outer);
        let mut template = Cow::Borrowed(self.template);
        for at in outer {
            template.to_mut().fix(&self.design.paths()[*at], &all[*at]).ok()?;
        }
        let strategy = self.strategy(ix).ok()?;
        let track = match &self.first {
            Some((_, track)) if track.serves(&strategy) => track.clone(),
            _ => Track::new(&strategy, self.market, self.options).ok()?,
        };
        let days = Days::new(self.market, track.decides_on()?.to_vec());
        let paths: Vec<String> = inner.iter().map(|at| self.design.paths()[*at].clone()).collect();
        let (values, sizes) = (self.inner(ix), some(&self.groups.sizes, inner));
        debug_assert_eq!(key.len(), outer.len());
        let family = Family::new(&template, strategy, &paths, &values, &sizes, days)?;
        Some(Group { track, family })
    }
}
