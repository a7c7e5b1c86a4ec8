//! A strategy's answers on many days at once: the numbers of [`Strategy::weights`], with what days and strategies share
//! done once.
//!
//! Day by day stays the definition. A kind offers columns beside it when its answer follows from the day's past and from
//! its children's answers of the same day, and from nothing else: no account, no memory. A column is always made by a function
//! of one day's [`Past`], so that none of its values can know a later day, or even another one. What cannot be answered in
//! columns (a hole in the data, a delisting, a kind without columns) is [`None`], and then the engine asks day by day.
mod family;
mod portfolios;

pub use family::{Family, Member};
pub use portfolios::Portfolios;

use std::sync::{Arc, Mutex, PoisonError};

use crate::{AnyAllocator, AnyGauge, AnySignal, Node, Strategy};
use family::Sharing;
use trimtab_core::{AssetId, Day, Kind, Market, Past, Result, Window};

/// Days at whose close something is asked, in order. Like [`Past`], it shows no day later than the one that is asked for.
#[derive(Debug)]
pub struct Days<'m> {
    market: &'m Market,
    days: Vec<Day>,
    /// Means that several signals share.
    means: Mutex<Vec<Means>>,
}

/// The means of the closes of assets over a window.
type Means = (Window, Vec<AssetId>, Arc<ScoreColumns>);

/// Means of so many windows are kept at once: more than a search over two windows usually has, and a few megabytes at most.
const MEANS_MOST: usize = 64;

impl<'m> Days<'m> {
    /// # Panics
    /// When there is no day, or they are not in order, or the market has no such session: a bug of the caller.
    pub fn new(market: &'m Market, days: Vec<Day>) -> Self {
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]), "days stand in order");
        assert!(days.last().is_some_and(|day| day.index() < market.days()), "no such session");
        Self { market, days, means: Mutex::default() }
    }

    /// How many days there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there is none: never.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The days.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    fn past(&self, ix: usize) -> Past<'m> {
        self.market.as_of(self.days[ix])
    }

    /// What the symbols mean on every one of the days, see [`crate::Cx::select`]; `None` when that changes.
    fn select(&self, symbols: &[String], universe: &[String]) -> Option<Vec<AssetId>> {
        let (first, last) = (self.past(0), self.past(self.len() - 1));
        let symbols = if symbols.is_empty() { universe } else { symbols };
        if symbols.is_empty() {
            let all = self.market.assets().len();
            let listed: Vec<AssetId> = first.listed().collect();
            return (listed.len() == all && last.listed().count() == all).then_some(listed);
        }
        // A universe changes, and no symbol is called like one.
        let found: Result<Vec<AssetId>> = symbols.iter().map(|symbol| last.find(symbol)).collect();
        found.ok().filter(|found| !found.iter().any(|asset| last.is_delisted(*asset)))
    }

    /// The value of `f` for each asset on each day. Where it lacks data it must lack them on all earlier days too, unless the
    /// asset has a hole.
    fn each(
        &self,
        among: &[AssetId],
        f: impl Fn(Past<'m>, AssetId) -> Result<f64>,
    ) -> Option<ScoreColumns> {
        let n = self.len();
        let (mut from, mut values) = (0, vec![0.0; n * among.len()]);
        for (&asset, column) in among.iter().zip(values.chunks_exact_mut(n)) {
            if !self.market.holes(asset).is_empty() {
                return None;
            }
            for ix in (from..n).rev() {
                match f(self.past(ix), asset) {
                    Ok(x) if x.is_finite() => column[ix] = x,
                    Err(error) if error.kind() == Kind::Data => {
                        from = ix + 1;
                        break;
                    }
                    _ => return None,
                }
            }
        }
        let counts = Mutex::default();
        Some(ScoreColumns { assets: among.to_vec(), from, days: n, values, counts })
    }

    /// The mean of the last `window` closes of each asset, see [`Past::mean`].
    fn means(&self, among: &[AssetId], window: Window) -> Option<Arc<ScoreColumns>> {
        let lock = || self.means.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |(w, assets, _): &&Means| *w == window && assets == among;
        if let Some((_, _, means)) = lock().iter().find(known) {
            return Some(Arc::clone(means));
        }
        let means = Arc::new(self.each(among, |past, asset| past.mean(asset, window))?);
        let mut all = lock();
        if all.len() == MEANS_MOST {
            all.clear();
        }
        all.push((window, among.to_vec(), Arc::clone(&means)));
        Some(means)
    }
}

/// One score for each asset on each day.
#[derive(Debug)]
pub struct ScoreColumns {
    assets: Vec<AssetId>,
    /// The first day on which all of them are known; what stands before means nothing.
    from: usize,
    days: usize,
    /// By asset, then day; finite.
    values: Vec<f64>,
    /// How many are under a threshold, for every threshold that was asked for.
    counts: Mutex<Vec<(f64, Arc<Readings>)>>,
}

impl ScoreColumns {
    /// The first day on which all scores are known.
    pub(crate) fn from(&self) -> usize {
        self.from
    }

    /// How many assets there are.
    pub(crate) fn assets(&self) -> usize {
        self.assets.len()
    }

    /// The `ix`-th asset.
    pub(crate) fn asset(&self, ix: usize) -> AssetId {
        self.assets[ix]
    }

    /// The scores of the `ix`-th asset.
    pub(crate) fn of(&self, ix: usize) -> &[f64] {
        &self.values[ix * self.days..][..self.days]
    }

    /// The scores of a day.
    pub(crate) fn on(&self, day: usize) -> impl Iterator<Item = (AssetId, f64)> {
        self.assets.iter().enumerate().map(move |(ix, asset)| (*asset, self.of(ix)[day]))
    }

    /// `f` of these scores and those of `other`, of the same assets; `None` where one is not finite.
    pub(crate) fn with(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Option<Self> {
        let (days, from) = (self.days, self.from.max(other.from));
        let pairs = self.values.iter().zip(&other.values);
        let values: Vec<f64> = pairs.map(|(a, b)| f(*a, *b)).collect();
        let known = |column: &[f64]| column[from..].iter().all(|x| x.is_finite());
        let (assets, counts) = (self.assets.clone(), Mutex::default());
        let scores = Self { assets, from, days, values, counts };
        scores.values.chunks_exact(days).all(known).then_some(scores)
    }

    /// How many scores are under `below` on each day.
    pub(crate) fn under(&self, below: f64) -> Arc<Readings> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counts.iter().find(|(b, _)| b.to_bits() == below.to_bits());
        if let Some((_, count)) = known {
            return Arc::clone(count);
        }
        let mut values = vec![0.0; self.days];
        for column in self.values.chunks_exact(self.days) {
            for (count, score) in values.iter_mut().zip(column) {
                *count += if *score < below { 1.0 } else { 0.0 };
            }
        }
        let count = Arc::new(Readings { from: self.from, values });
        counts.push((below, Arc::clone(&count)));
        count
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.values) + 2 * self.days * size_of::<f64>()
    }
}

/// One number a day.
#[derive(Debug)]
pub struct Readings {
    /// The first day on which it is known; what stands before means nothing.
    pub(crate) from: usize,
    /// Finite.
    pub(crate) values: Vec<f64>,
}

impl Readings {
    /// Every reading passed through `f`.
    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self { from: self.from, values: self.values.iter().map(|x| f(*x)).collect() }
    }
}

/// What a kind may look at while it answers for many days.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    days: &'a Days<'a>,
    universe: &'a [String],
    sharing: Option<Sharing<'a>>,
}

impl<'a> Columns<'a> {
    /// How many days there are.
    pub fn days(&self) -> usize {
        self.days.len()
    }

    /// What the symbols mean on every one of the days, see [`crate::Cx::select`]; `None` when that changes.
    pub fn select(&self, symbols: &[String]) -> Option<Vec<AssetId>> {
        self.days.select(symbols, self.universe)
    }

    /// The asset of that ticker; `None` when the market has none.
    pub fn find(&self, symbol: &str) -> Option<AssetId> {
        self.days.market.find(symbol).ok()
    }

    /// A score for each asset on each day, from that day's past. Where `f` lacks data it must lack them on all earlier days
    /// too, unless the asset has a hole.
    pub fn each(
        &self,
        among: &[AssetId],
        f: impl Fn(Past<'a>, AssetId) -> Result<f64>,
    ) -> Option<ScoreColumns> {
        self.days.each(among, f)
    }

    /// The mean of the last `window` closes of each asset on each day, see [`Past::mean`]; made once for all who ask.
    pub(crate) fn means(&self, among: &[AssetId], window: Window) -> Option<Arc<ScoreColumns>> {
        self.days.means(among, window)
    }

    /// A portfolio of some of the `assets` for each day, from that day's past. Where `f` lacks data it must lack them on all
    /// earlier days too, unless one of the assets has a hole.
    pub fn portfolio_of_each(
        &self,
        assets: &[AssetId],
        f: impl Fn(Past<'a>) -> Result<trimtab_core::Weights>,
    ) -> Option<Portfolios> {
        if assets.iter().any(|asset| !self.days.market.holes(*asset).is_empty()) {
            return None;
        }
        let (mut from, mut all) = (0, Vec::with_capacity(self.days()));
        for ix in (0..self.days()).rev() {
            match f(self.days.past(ix)) {
                Ok(weights) => all.push(weights),
                Err(error) if error.kind() == Kind::Data => {
                    from = ix + 1;
                    break;
                }
                Err(_) => return None,
            }
        }
        all.reverse();
        Some(Portfolios::of_each(assets, self.days(), from, &all))
    }

    /// The scores of a child.
    pub fn scores(&self, node: &Node<AnySignal>, among: &[AssetId]) -> Option<Arc<ScoreColumns>> {
        match self.sharing {
            Some(sharing) => sharing.scores(node.name(), among),
            None => node.inner().as_dyn().columns(self, among).map(Arc::new),
        }
    }

    /// The readings of a child.
    pub fn readings(&self, node: &Node<AnyGauge>) -> Option<Arc<Readings>> {
        match self.sharing {
            Some(sharing) => sharing.readings(node.name()),
            None => node.inner().as_dyn().column(self).map(Arc::new),
        }
    }

    /// The portfolios of a child.
    pub fn portfolios(&self, node: &Node<AnyAllocator>) -> Option<Arc<Portfolios>> {
        match self.sharing {
            Some(sharing) => sharing.portfolios(node.name()),
            None => node.inner().as_dyn().columns(self).map(Arc::new),
        }
    }
}

impl Strategy {
    /// [`Strategy::weights`] at the close of each day; `None` when it must be asked day by day.
    ///
    /// The portfolios begin on the first day on which the strategy and all its parts can answer, see [`Strategy::ready`].
    pub fn columns(&self, days: &Days<'_>) -> Option<Portfolios> {
        let columns = Columns { days, universe: &self.universe, sharing: None };
        let root = self.root.inner().as_dyn().columns(&columns)?;
        self.within_limits(root)
    }

    /// What [`Strategy::weights`] does with the root's weights.
    fn within_limits(&self, mut root: Portfolios) -> Option<Portfolios> {
        for limit in &self.limits {
            root = limit.inner().as_dyn().columns(root)?;
        }
        let most = self.leverage() + crate::limits::ROUNDING;
        root.is_within(most).then_some(root)
    }
}
