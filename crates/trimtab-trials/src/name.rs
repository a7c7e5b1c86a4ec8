//! What makes two trials the same: names from content.
use std::fmt;

use serde_json::Value;
use trimtab_core::{Error, Result};
use trimtab_sim::Options;
use trimtab_strategy::Strategy;

/// The first 128 bits of a BLAKE3 hash: among a billion names two are the same by accident once in 10^20 worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub(crate) [u8; 16]);

impl Name {
    /// Of parts, none of which can pass for another.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut name = [0; 16];
        name.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(name)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let name = bytes.try_into();
        name.map(Self).map_err(|_| Error::data("a name in the trial ledger has another length"))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Names a strategy without its numbers: universe, rules and limits, in which every number, and every text that begins with a
/// digit (`"10 months"`), is left out. Schedule, execution, costs, name and title do not count: who changes them
/// still tries the same strategy.
///
/// # Errors
/// None but for a bug: a strategy is made of numbers, names and lists.
pub fn shape(strategy: &Strategy) -> Result<Name> {
    let parts = (&strategy.universe, &strategy.root, &strategy.limits);
    let mut rules = serde_json::to_value(parts).map_err(|e| Error::spec(e.to_string()))?;
    blank(&mut rules);
    Ok(Name::of(&[&rules.to_string()]))
}

fn blank(value: &mut Value) {
    match value {
        Value::Number(_) => *value = Value::Null,
        Value::String(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            *value = Value::Null
        }
        Value::Array(all) => all.iter_mut().for_each(blank),
        Value::Object(all) => all.values_mut().for_each(blank),
        _ => {}
    }
}

/// Names what is evaluated: all that decides over the returns of a strategy on given data. Capital counts, as whole
/// shares depend on it.
///
/// # Errors
/// None but for a bug: a strategy is made of numbers, names and lists.
pub fn configuration(strategy: &Strategy, options: &Options) -> Result<Name> {
    let parts = (
        (&strategy.universe, &strategy.root, &strategy.limits),
        (&strategy.schedule, &strategy.execution, &strategy.costs),
    );
    let rules = serde_json::to_string(&parts).map_err(|e| Error::spec(e.to_string()))?;
    Ok(Name::of(&[&rules, &options.canonical()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strategy(text: &str) -> Strategy {
        Strategy::parse("s", text).unwrap()
    }

    const RULE: &str = "root = \"@a\"\n[allocator.a]\nkind = \"fixed\"\n[allocator.a.weights]\nSPY = 0.6\nAGG = 0.4\n";

    #[test]
    fn other_numbers_are_the_same_strategy_and_another_configuration() {
        let (a, b) = (strategy(RULE), strategy(&RULE.replace("0.6", "0.5")));
        let options = Options::default();
        assert_eq!(shape(&a).unwrap(), shape(&b).unwrap());
        assert_ne!(configuration(&a, &options).unwrap(), configuration(&b, &options).unwrap());
        let yearly = strategy(&format!("schedule.every = \"year\"\n{RULE}"));
        assert_eq!(shape(&a).unwrap(), shape(&yearly).unwrap());
        assert_ne!(configuration(&a, &options).unwrap(), configuration(&yearly, &options).unwrap());
        let titled = strategy(&format!("title = \"x\"\n{RULE}"));
        assert_eq!(configuration(&a, &options).unwrap(), configuration(&titled, &options).unwrap());
        let later = Options { from: Some("2001-01-31".parse().unwrap()), ..Options::default() };
        assert_ne!(configuration(&a, &options).unwrap(), configuration(&a, &later).unwrap());
        let other = strategy(&RULE.replace("AGG", "TLT"));
        assert_ne!(shape(&a).unwrap(), shape(&other).unwrap());
    }
}
