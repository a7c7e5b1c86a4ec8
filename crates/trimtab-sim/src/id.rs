//! A name for a run that says what it was made of.
use trimtab_strategy::Strategy;

use crate::Options;

/// The engine's version, part of every run's identity: another engine may count otherwise.
pub const ENGINE: &str = concat!("trimtab ", env!("CARGO_PKG_VERSION"));

/// A name for a run: equal for equal strategy, data, options, seed and engine, different otherwise.
///
/// It is the BLAKE3 hash of these parts, each with its length before it, as 64 hexadecimal digits. Reports show the
/// first [`SHORT`].
pub fn run_id(strategy: &Strategy, data_hash: &str, options: &Options, seed: u64) -> String {
    let seed = seed.to_string();
    let parts = [ENGINE, &strategy.canonical(), data_hash, &options.canonical(), &seed];
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Digits of an id that reports show: 48 bits, so that among ten million runs an accident is unlikely to matter
/// to a reader, who compares a few.
pub const SHORT: usize = 12;
