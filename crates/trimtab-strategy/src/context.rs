//! What a strategy may look at, and where it leaves its reasons.
use std::collections::BTreeMap;
use std::sync::Arc;

use trimtab_core::{AssetId, Day, Past, Result, Weights};

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

/// What a strategy may look at while it decides, and where it leaves its reasons.
pub struct Cx<'a> {
    past: Past<'a>,
    book: &'a Book,
    memory: &'a mut Memory,
    universe: &'a [String],
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
        Self { past, book, memory, universe, trail: Vec::new(), notes: Some(Vec::new()) }
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

    /// Looks the symbols up; an empty list means the strategy's universe, or else every listed asset.
    /// Assets that have had their last price are left out, and it is noted.
    ///
    /// # Errors
    /// When a symbol is unknown to the market.
    pub fn select(&mut self, symbols: &[String]) -> Result<Vec<AssetId>> {
        let symbols = if symbols.is_empty() { self.universe } else { symbols };
        if symbols.is_empty() {
            return Ok(self.past.listed().collect());
        }
        let mut found = Vec::with_capacity(symbols.len());
        for symbol in symbols {
            let asset = self.past.find(symbol)?;
            if self.past.is_delisted(asset) {
                self.because(|| format!("{symbol} is no longer listed and is left out"));
            } else {
                found.push(asset);
            }
        }
        Ok(found)
    }

    /// The same as [`Cx::select`] without a note.
    ///
    /// # Errors
    /// When a symbol is unknown to the market.
    pub fn members(&self, symbols: &[String]) -> Result<Vec<AssetId>> {
        let symbols = if symbols.is_empty() { self.universe } else { symbols };
        if symbols.is_empty() {
            return Ok(self.past.listed().collect());
        }
        let found: Vec<AssetId> =
            symbols.iter().map(|s| self.past.find(s)).collect::<Result<_>>()?;
        Ok(found.into_iter().filter(|a| !self.past.is_delisted(*a)).collect())
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

    fn place(&self) -> String {
        self.trail.join("/")
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
