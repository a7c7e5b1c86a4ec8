//! What a strategy may look at, and where it leaves its reasons.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trimtab_core::{AssetId, Day, Error, Past, Result, Weights};

/// The account as the strategy may see it: today's holdings and the road that led here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Current weights at today's close; what they leave out is cash.
    pub weights: Weights,
    /// The account's value, in currency units.
    pub value: f64,
    /// The highest value so far, flows taken out.
    pub peak: f64,
}

/// One reason, with the node that gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The node's name in the file.
    pub node: String,
    /// A sentence.
    pub why: String,
}

/// What nodes remember from one decision to the next: the state of a latch, a fitted model.
///
/// It is the only state a strategy has, and it is not in the strategy: replaying the decisions yields it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    entries: BTreeMap<String, (Day, Vec<f64>)>,
}

impl Memory {
    /// Whether no node remembers anything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Stands between a node's place and a symbol in the keys of [`Memory`]; no name in a file contains it.
const OF_ASSET: &str = "\u{1}";

/// The universe that is meant where a symbol is expected: `members:SP500` stands for its members of the day.
pub fn universe_in(symbol: &str) -> Option<&str> {
    symbol.strip_prefix("members:")
}

/// What a strategy may look at while it decides, and where it leaves its reasons.
pub struct Cx<'a> {
    past: Past<'a>,
    book: &'a Book,
    memory: &'a mut Memory,
    universe: &'a [String],
    /// Set while a selection lets another node choose among what it selected.
    chosen: Option<Vec<AssetId>>,
    trail: Vec<Arc<str>>,
    notes: Option<Vec<Note>>,
}

impl<'a> Cx<'a> {
    /// A decision at the close of `past`, with reasons. `universe` is what "all assets" means; empty: the market's.
    pub fn new(
        past: Past<'a>,
        book: &'a Book,
        memory: &'a mut Memory,
        universe: &'a [String],
    ) -> Self {
        let notes = Some(Vec::new());
        Self { past, book, memory, universe, chosen: None, trail: Vec::new(), notes }
    }

    /// The same without reasons, for engines that decide thousands of times a second.
    pub fn silent(
        past: Past<'a>,
        book: &'a Book,
        memory: &'a mut Memory,
        universe: &'a [String],
    ) -> Self {
        Self { notes: None, ..Self::new(past, book, memory, universe) }
    }

    /// Everything known today.
    pub fn past(&self) -> Past<'a> {
        self.past
    }
    /// The account today.
    pub fn book(&self) -> &'a Book {
        self.book
    }

    /// Leaves a reason under the name of the node at work. The sentence is only made when someone reads it.
    pub fn because(&mut self, why: impl FnOnce() -> String) {
        if let Some(notes) = &mut self.notes {
            let node = self.trail.last().map_or_else(String::new, |name| name.to_string());
            notes.push(Note { node, why: why() });
        }
    }

    /// The reasons, in the order in which they were given.
    pub fn into_notes(self) -> Vec<Note> {
        self.notes.unwrap_or_default()
    }

    /// Looks the symbols up; an empty list means the strategy's universe, or else every listed asset; inside a
    /// selection it means what was selected. `members:NAME` stands for all that are known today to belong to that universe.
    /// Assets that have had their last price, and members without a price yet, are left out, and it is noted.
    ///
    /// # Errors
    /// When a symbol or a universe is unknown to the market, or no member has a price today.
    pub fn select(&mut self, symbols: &[String]) -> Result<Vec<AssetId>> {
        let (found, left_out) = self.look_up(symbols)?;
        let past = self.past;
        for asset in left_out {
            let state =
                if past.is_delisted(asset) { "is no longer listed" } else { "has no price yet" };
            self.because(|| format!("{} {state} and is left out", past.symbol(asset)));
        }
        Ok(found)
    }

    /// The same as [`Cx::select`] without a note.
    ///
    /// # Errors
    /// When a symbol is unknown to the market.
    pub fn members(&self, symbols: &[String]) -> Result<Vec<AssetId>> {
        self.look_up(symbols).map(|(found, _)| found)
    }

    /// What the symbols mean today, and what of it is left out.
    fn look_up(&self, symbols: &[String]) -> Result<(Vec<AssetId>, Vec<AssetId>)> {
        if let (true, Some(chosen)) = (symbols.is_empty(), &self.chosen) {
            return Ok((chosen.clone(), Vec::new()));
        }
        let (past, mut left_out) = (self.past, Vec::new());
        let symbols = if symbols.is_empty() { self.universe } else { symbols };
        if symbols.is_empty() {
            return Ok((past.listed().collect(), left_out));
        }
        let mut found = Vec::with_capacity(symbols.len());
        for symbol in symbols {
            match universe_in(symbol) {
                None => {
                    let asset = past.find(symbol)?;
                    let list = if past.is_delisted(asset) { &mut left_out } else { &mut found };
                    list.push(asset);
                }
                Some(universe) => {
                    let (listed, others): (Vec<AssetId>, Vec<AssetId>) =
                        past.members(universe)?.into_iter().partition(|a| past.is_listed(*a));
                    if listed.is_empty() {
                        let said =
                            format!("no member of {universe} has a price on {}", past.date());
                        return Err(Error::data(said).hint("start later"));
                    }
                    found.extend(listed);
                    left_out.extend(others);
                }
            }
        }
        if symbols.len() > 1 && symbols.iter().any(|symbol| universe_in(symbol).is_some()) {
            // A symbol may be named beside its universe, and belong to two of them.
            let mut seen = BTreeSet::new();
            found.retain(|asset| seen.insert(*asset));
        }
        Ok((found, left_out))
    }

    /// What the node at work remembered, and the day on which it did.
    pub fn recall(&self) -> Option<(Day, &[f64])> {
        let (day, values) = self.memory.entries.get(&self.place())?;
        Some((*day, values))
    }

    /// Remembers `values` for the node at work, as of today.
    pub fn remember(&mut self, values: Vec<f64>) {
        let (place, today) = (self.place(), self.past.today());
        self.memory.entries.insert(place, (today, values));
    }

    /// What the node at work remembered of one asset, and the day on which it did.
    pub fn recall_of(&self, asset: AssetId) -> Option<(Day, &[f64])> {
        let (day, values) = self.memory.entries.get(&self.place_of(asset))?;
        Some((*day, values))
    }

    /// Remembers `values` of one asset for the node at work, as of today. Kept by symbol, so that the order of
    /// assets in the data does not matter.
    pub fn remember_of(&mut self, asset: AssetId, values: Vec<f64>) {
        let (place, today) = (self.place_of(asset), self.past.today());
        self.memory.entries.insert(place, (today, values));
    }

    /// The portfolios that the node at work remembered, and the day on which it did.
    pub fn recall_portfolios(&self) -> Option<(Day, Vec<Weights>)> {
        let (day, count) = self.recall()?;
        let count = *count.first()? as usize;
        let prefix = self.place() + OF_ASSET;
        let mut pairs = vec![Vec::new(); count];
        for (key, (_, values)) in self.memory.entries.range(prefix.clone()..) {
            let Some(symbol) = key.strip_prefix(&prefix) else { break };
            // A symbol that the data no longer know cannot be held.
            let Ok(asset) = self.past.find(symbol) else { continue };
            pairs.iter_mut().zip(values).for_each(|(own, w)| own.push((asset, *w)));
        }
        Some((day, pairs.into_iter().map(Weights::new).collect()))
    }

    /// Remembers portfolios for the node at work, as of today, in place of those it remembered before. `extra` is
    /// kept with them and read by [`Cx::recall`] from its second number on.
    pub fn remember_portfolios(&mut self, portfolios: &[Weights], extra: &[f64]) {
        let prefix = self.place() + OF_ASSET;
        let old: Vec<String> = self
            .memory
            .entries
            .range(prefix.clone()..)
            .map_while(|(key, _)| key.starts_with(&prefix).then(|| key.clone()))
            .collect();
        for key in old {
            self.memory.entries.remove(&key);
        }
        let mut assets: Vec<AssetId> =
            portfolios.iter().flat_map(|w| w.iter().map(|(asset, _)| asset)).collect();
        assets.sort_unstable();
        assets.dedup();
        for asset in assets {
            self.remember_of(asset, portfolios.iter().map(|w| w.of(asset)).collect());
        }
        self.remember([&[portfolios.len() as f64], extra].concat());
    }

    /// Lets `run` look at the market as of an earlier day, without book, without memory and without notes.
    ///
    /// # Errors
    /// Those of `run`.
    ///
    /// # Panics
    /// When `day` is in the future.
    pub fn back<T>(&self, day: Day, run: impl FnOnce(&mut Cx<'_>) -> Result<T>) -> Result<T> {
        let back = self.past.today().0.checked_sub(day.0).and_then(|n| self.past.earlier(n));
        let (book, mut memory) = (Book::default(), Memory::default());
        run(&mut Cx {
            past: back.expect("only the future is later than today"),
            book: &book,
            memory: &mut memory,
            universe: self.universe,
            chosen: self.chosen.clone(),
            trail: self.trail.clone(),
            notes: None,
        })
    }

    /// Lets `run` choose among these assets: for it they are what an empty list of symbols means.
    ///
    /// # Errors
    /// Those of `run`.
    pub fn within<T>(
        &mut self,
        chosen: Vec<AssetId>,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let outer = self.chosen.replace(chosen);
        let result = run(self);
        self.chosen = outer;
        result
    }

    fn place(&self) -> String {
        self.trail.join("/")
    }

    fn place_of(&self, asset: AssetId) -> String {
        format!("{}{OF_ASSET}{}", self.place(), self.past.symbol(asset))
    }

    pub(crate) fn enter<T>(
        &mut self,
        name: &Arc<str>,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.trail.push(Arc::clone(name));
        let result = run(self).map_err(|error| error.at(name));
        self.trail.pop();
        result
    }
}
