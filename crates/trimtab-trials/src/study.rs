//! What a study says about chance.
use std::collections::BTreeSet;

use trimtab_core::Result;
use trimtab_lab::inference::trials_effective;
use trimtab_lab::validation::Trials;

use crate::{Curve, Name};

/// What was tried of one strategy on one set of data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tried {
    /// Distinct configurations.
    pub trials: usize,
    /// Distinct configurations of the same strategy on other data.
    pub elsewhere: usize,
    /// Returns, and Sharpe ratio of a period, of each configuration that has one.
    pub sharpes: Vec<(usize, f64)>,
    /// An even sample of the configurations with their returns.
    pub curves: Vec<(Name, Curve)>,
}

impl Tried {
    /// The returns of the sample over `periods` sessions after session `first`, of those that span them; `without` some.
    pub fn over(&self, first: u32, periods: usize, without: &BTreeSet<Name>) -> Vec<&[f64]> {
        let cut = |(name, curve): &'_ (Name, Curve)| -> Option<std::ops::Range<usize>> {
            let skip = first.checked_sub(curve.first)? as usize;
            let spans = skip + periods <= curve.returns.len() && !without.contains(name);
            spans.then(|| skip..skip + periods)
        };
        self.curves.iter().filter_map(|one| Some(&one.1.returns[cut(one)?])).collect()
    }

    /// Sharpe ratios of a period of those that ran for at least half of `periods`: shorter ones vary more, by chance alone.
    pub fn sharpes_over(&self, periods: usize) -> Vec<f64> {
        let long = self.sharpes.iter().filter(|(own, _)| 2 * own >= periods);
        long.map(|(_, sharpe)| *sharpe).collect()
    }

    /// Mean correlation of the sample over a span; none when fewer than two of them span it and vary.
    ///
    /// # Errors
    /// None but for a damaged file.
    pub fn correlation(&self, first: u32, periods: usize) -> Result<Option<f64>> {
        let curves = self.over(first, periods, &BTreeSet::new());
        match curves.len() < 2 || periods < 2 {
            true => Ok(None),
            false => Ok(Trials::new(&curves)?.correlation_mean()),
        }
    }

    /// The span that most of the sample shares: the session before it, and its returns.
    pub fn span(&self) -> Option<(u32, usize)> {
        let spans = || self.curves.iter().map(|(_, c)| (c.first, c.returns.len()));
        let shared = |(first, periods): &(u32, usize)| {
            let covers =
                |(f, n): (u32, usize)| f <= *first && f as usize + n >= *first as usize + *periods;
            (spans().filter(|span| covers(*span)).count(), *periods)
        };
        spans().max_by_key(shared)
    }
}

/// The effective number of independent trials, `c + (1 - c) N`, and c, their mean correlation over the span that most of the sample shares
/// (0 where nothing is known of it, or below 0).
///
/// # Errors
/// None but for a damaged file.
pub fn effective(tried: &Tried) -> Result<(f64, f64)> {
    let correlation = match tried.span() {
        Some((first, periods)) => tried.correlation(first, periods)?,
        None => None,
    };
    let c = correlation.unwrap_or(0.0).clamp(0.0, 1.0);
    let trials = tried.trials as f64;
    Ok((trials_effective(trials, c).unwrap_or(trials), c))
}
