//! One number for the content of a market.
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use trimtab_core::{Action, ActionKind, Asset, Delisting, Levels, Series, Unit, Universe};

use crate::dates::epoch_days;

/// BLAKE3 over the canonical content: sessions, symbols, prices, actions, series. It does not depend on the order,
/// number, format or compression of the files, nor on their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// The first twelve hexadecimal digits: enough to tell the data of one user apart.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Feeds a market's parts, in the market's own order, to the hash. Every list is preceded by its length, so that
/// no two different markets are one stream of bytes.
pub(crate) struct Hasher {
    hasher: blake3::Hasher,
    /// Bytes that wait for a whole block.
    waiting: Vec<u8>,
}

/// Numbers turned into bytes at a time.
const NUMBERS: usize = 512;

/// Bytes given to the hash at a time: it is several times faster on long aligned blocks than on single numbers.
const BLOCK: usize = 1 << 16;

impl Hasher {
    /// A hasher for this version of the stream; a change of the stream changes this word.
    pub(crate) fn new() -> Self {
        let waiting = Vec::with_capacity(2 * BLOCK);
        let mut hasher = Self { hasher: blake3::Hasher::new(), waiting };
        hasher.text("trimtab market 2");
        hasher
    }

    pub(crate) fn finish(mut self) -> ContentHash {
        self.hasher.update(&self.waiting);
        ContentHash(*self.hasher.finalize().as_bytes())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= BLOCK {
            let whole = self.waiting.len() / BLOCK * BLOCK;
            self.hasher.update(&self.waiting[..whole]);
            self.waiting.drain(..whole);
        }
    }

    pub(crate) fn sessions(&mut self, sessions: &[Date]) {
        self.count(sessions.len());
        sessions.iter().for_each(|day| self.put(&epoch_days(*day).to_le_bytes()));
    }

    pub(crate) fn asset(&mut self, asset: &Asset) {
        self.text(&asset.symbol);
        self.count(asset.formerly.len());
        asset.formerly.iter().for_each(|former| self.text(former));
        self.byte(match asset.levels {
            Levels::Raw => 0,
            Levels::Adjusted => 1,
        });
        match asset.delisting {
            Delisting::LastPrice => self.byte(0),
            Delisting::Return(share) => {
                self.byte(1);
                self.number(share);
            }
        }
        match asset.fund {
            None => self.byte(0),
            Some(rules) => {
                self.byte(1);
                self.number(rules.redemption_fee);
                self.count(rules.days as usize);
            }
        }
    }

    /// One column of a panel.
    pub(crate) fn column(&mut self, values: &[f64]) {
        self.count(values.len());
        let mut bytes = [0; 8 * NUMBERS];
        for part in values.chunks(NUMBERS) {
            for (x, place) in part.iter().zip(bytes.chunks_exact_mut(8)) {
                place.copy_from_slice(&canonical(*x).to_le_bytes());
            }
            self.put(&bytes[..8 * part.len()]);
        }
    }

    pub(crate) fn actions(&mut self, actions: &[Action]) {
        self.count(actions.len());
        for action in actions {
            self.count(action.day.index());
            self.count(action.asset.index());
            match action.kind {
                ActionKind::Dividend { per_share, pay } => {
                    self.byte(0);
                    self.number(per_share);
                    self.byte(u8::from(pay.is_some()));
                    self.put(&pay.map_or(0, epoch_days).to_le_bytes());
                }
                ActionKind::Split { factor } => {
                    self.byte(1);
                    self.number(factor);
                }
                ActionKind::SpinOff { into, ratio, basis } => {
                    self.byte(2);
                    self.count(into.index());
                    self.number(ratio);
                    self.number(basis);
                }
            }
        }
    }

    pub(crate) fn series(&mut self, series: &Series) {
        self.text(series.name());
        self.byte(match series.unit() {
            Unit::PercentPerYear => 0,
            Unit::Level => 1,
        });
        self.count(series.facts().len());
        for fact in series.facts() {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&epoch_days(fact.about).to_le_bytes());
            bytes[4..8].copy_from_slice(&epoch_days(fact.known).to_le_bytes());
            bytes[8..].copy_from_slice(&canonical(fact.value).to_le_bytes());
            self.put(&bytes);
        }
    }

    pub(crate) fn universe(&mut self, universe: &Universe) {
        self.text(universe.name());
        self.count(universe.announced().len());
        for m in universe.announced() {
            self.count(m.asset.index());
            self.put(&epoch_days(m.about).to_le_bytes());
            self.put(&epoch_days(m.known).to_le_bytes());
            self.byte(u8::from(m.belongs));
        }
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.put(&(count as u64).to_le_bytes());
    }
    fn byte(&mut self, byte: u8) {
        self.put(&[byte]);
    }
    fn number(&mut self, x: f64) {
        self.put(&canonical(x).to_le_bytes());
    }
    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.put(text.as_bytes());
    }
}

/// The bits of a number, with one `NaN` and one zero.
fn canonical(x: f64) -> u64 {
    match () {
        () if x.is_nan() => f64::NAN.to_bits() & !(1 << 63),
        // Minus zero is zero.
        () if x == 0.0 => 0,
        () => x.to_bits(),
    }
}
