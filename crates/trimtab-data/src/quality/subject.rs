//! What a rule sees: one symbol of one file, its returns, and those of its neighbours.
use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::clean::Found;
use crate::fault::Fault;
use crate::history::History;
use crate::layout::{Field, Meaning};
use crate::load::Parsed;

/// One symbol of one file, in order, with what the rules measure it by.
pub(crate) struct Subject<'a> {
    pub(crate) history: &'a History,
    /// What was found while the history was put in order.
    pub(crate) found: &'a Found,
    /// Cells of this symbol that could not be read.
    pub(crate) faults: Vec<&'a Fault>,
    /// Log total return of each row since the row before; `NaN` for the first.
    pub(crate) returns: Vec<f64>,
    /// How far returns near each row usually are from zero: see [`scale`].
    pub(crate) scale: Vec<f64>,
    /// Log returns less the median of all symbols on that day; empty when there are too few of them.
    pub(crate) relative: Vec<f64>,
    /// The scale of `relative`.
    pub(crate) relative_scale: Vec<f64>,
    /// The same symbol in another file.
    pub(crate) second: Option<&'a History>,
    /// From which difference of simple returns on the two disagree.
    pub(crate) apart: f64,
}

/// Fewer symbols than this on a day make no neighbourhood: their median would be one of them.
const NEIGHBOURS_MIN: usize = 8;

/// Rows on each side that say how much an asset moves: a quarter of sessions follows changes of volatility and still
/// holds enough returns for a median.
const SIDE: usize = 63;

/// Fewer returns than this have no usual size.
const RETURNS_MIN: usize = 20;

/// The median of |x| times this is the deviation of normal numbers: 1 / Φ⁻¹(3/4).
const MAD_TO_DEVIATION: f64 = 1.482_602_218_505_602;

/// The subjects of parsed files, in the order of files and symbols.
pub(crate) fn subjects<'a>(parsed: &'a [Parsed], apart: f64) -> Vec<Subject<'a>> {
    let pairs = parsed.iter().flat_map(|file| {
        file.histories.iter().zip(&file.found).map(move |(history, found)| (file, history, found))
    });
    let pairs: Vec<_> = pairs.collect();
    let subject = |(file, history, found): &(&'a Parsed, &'a History, &'a Found)| {
        let faults = file.faults.iter().filter(|f| f.symbol == history.symbol).collect();
        let returns = returns(history);
        let scale = scale(&returns);
        let (relative, relative_scale, second) = (Vec::new(), Vec::new(), None);
        Subject { history, found, faults, returns, scale, relative, relative_scale, second, apart }
    };
    let mut all: Vec<Subject<'a>> = pairs.par_iter().map(subject).collect();
    let medians = medians(&all);
    all.par_iter_mut().for_each(|subject| {
        let less = |(date, x): (&Date, &f64)| medians.get(date).map_or(f64::NAN, |m| x - m);
        let relative: Vec<f64> =
            subject.history.dates.iter().zip(&subject.returns).map(less).collect();
        if relative.iter().any(|x| !x.is_nan()) {
            subject.relative_scale = scale(&relative);
            subject.relative = relative;
        }
    });
    let mut by_symbol: BTreeMap<&str, Vec<&History>> = BTreeMap::new();
    for subject in &all {
        by_symbol.entry(&subject.history.symbol).or_default().push(subject.history);
    }
    for subject in &mut all {
        let own: &History = subject.history;
        let others = by_symbol.get(own.symbol.as_str()).into_iter().flatten();
        subject.second = others.copied().find(|other| !std::ptr::eq(*other, own));
    }
    all
}

/// Log returns with dividends and splits, as far as the file has them.
///
/// Raw prices: r(t) = ln((C(t) f(t) + D(t)) / C(t-1)). Closes adjusted for splits: by the adjusted closes beside them.
/// Adjusted closes: r(t) = ln(C(t) / C(t-1)).
pub(crate) fn returns(history: &History) -> Vec<f64> {
    let adjusted = history.field(Field::Adjusted);
    if history.meaning == Meaning::SplitAdjusted && !adjusted.is_empty() {
        return simple(adjusted);
    }
    if history.meaning != Meaning::Raw {
        return simple(history.close());
    }
    let close = history.close();
    let (dividend, split) = (history.field(Field::Dividend), history.field(Field::Split));
    let mut out = vec![f64::NAN; close.len()];
    for t in 1..close.len() {
        let (d, f) = (dividend.get(t).unwrap_or(&0.0), split.get(t).unwrap_or(&1.0));
        out[t] = ((close[t] * f + d) / close[t - 1]).ln();
    }
    out
}

fn simple(levels: &[f64]) -> Vec<f64> {
    let steps = levels.windows(2).map(|pair| (pair[1] / pair[0]).ln());
    std::iter::once(f64::NAN).chain(steps).take(levels.len()).collect()
}

/// The usual size of returns around each row: 1.4826 times the median of |r| over [`SIDE`] rows on each side, without
/// the row itself and its neighbours, which a wrong price spoils too, and without returns of zero: where there is no
/// trade there is no move to measure. The median does not mind a few wrong prices. `NaN` where there are too few
/// returns.
pub(crate) fn scale(returns: &[f64]) -> Vec<f64> {
    let mut window = Vec::with_capacity(2 * SIDE);
    let mut out = Vec::with_capacity(returns.len());
    for t in 0..returns.len() {
        window.clear();
        let (left, right) =
            (t.saturating_sub(SIDE)..t.saturating_sub(1), t + 2..(t + SIDE).min(returns.len()));
        for span in [left, right] {
            let sizes = returns.get(span).unwrap_or_default().iter().map(|x| x.abs());
            window.extend(sizes.filter(|x| *x > 0.0));
        }
        out.push(match window.len() {
            0..RETURNS_MIN => f64::NAN,
            n => MAD_TO_DEVIATION * *window.select_nth_unstable_by(n / 2, f64::total_cmp).1,
        });
    }
    out
}

/// The median return of all symbols by day, where enough have one. A symbol in several files counts once for each.
fn medians(all: &[Subject<'_>]) -> BTreeMap<Date, f64> {
    let mut by_day: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    if all.len() >= NEIGHBOURS_MIN {
        for subject in all {
            for (date, x) in subject.history.dates.iter().zip(&subject.returns) {
                if !x.is_nan() {
                    by_day.entry(*date).or_default().push(*x);
                }
            }
        }
    }
    by_day.retain(|_, returns| returns.len() >= NEIGHBOURS_MIN);
    let median = |mut returns: Vec<f64>| {
        let middle = returns.len() / 2;
        *returns.select_nth_unstable_by(middle, f64::total_cmp).1
    };
    by_day.into_iter().map(|(date, returns)| (date, median(returns))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_the_deviation_of_normal_returns_and_ignores_a_wrong_price() {
        // Quantiles of the normal distribution with a deviation of 0.01, in a scrambled order.
        let n = 801;
        let normal = |p: f64| {
            // Rational approximation of the quantile (Abramowitz and Stegun 26.2.23), good to 4.5e-4.
            let t = (-2.0 * p.min(1.0 - p).ln()).sqrt();
            let z = t
                - (2.515517 + t * (0.802853 + t * 0.010328))
                    / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
            if p < 0.5 { -z } else { z }
        };
        let mut returns: Vec<f64> =
            (0..n).map(|k| 0.01 * normal((f64::from(k * 496 % n) + 0.5) / f64::from(n))).collect();
        let calm = scale(&returns)[400];
        assert!((calm / 0.01 - 1.0).abs() < 0.1, "{calm}");
        (returns[410], returns[411]) = (2.0, -2.0);
        assert!((scale(&returns)[400] / calm - 1.0).abs() < 0.05);
        assert!(scale(&returns[..10]).iter().all(|x| x.is_nan()));
    }
}
