//! Splits that prices show and the file does not state, and the other way round.
use super::{Finding, Rule, Severity, Subject};
use crate::layout::{Field, Meaning};
use crate::ratio;

pub(super) const RULE: Rule = Rule {
    name: "split",
    about: "Not applied: the close changes by a factor within 3 usual sizes (at most 6 %) of 1/f, f = p/q a ratio of \
            small integers of at least 3/2 or at most 2/3, the change is 10 usual sizes or more, it stays (the median \
            of 5 closes after against 5 before agrees within 15 %), no dividend explains it, and the volume is below 5 times \
            the usual one (news that halve a price are traded on; a split is not): a warning. Not taken: a split f is stated and the return with it is further than 8 usual sizes and \
            0.4 |ln f| from zero: an error; when the close moves by 1/f within 10 sessions, that day is named.",
    check,
};

const NEAR: (f64, f64) = (3.0, 0.06);
const SMALLEST: f64 = 1.5;
const UNUSUAL: f64 = 10.0;
const AROUND: usize = 5;
const STAYS: f64 = 0.15;
const VOLUME_SIDE: usize = 63;
const NEWS: f64 = 5.0;
const NOT_TAKEN: (f64, f64) = (8.0, 0.4);
const MISDATED: usize = 10;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    if history.meaning == Meaning::SplitAdjusted && history.has(Field::Split) {
        // Prices were adjusted by the vendor: a stated split must not move them.
        return;
    }
    let split = |row: usize| history.field(Field::Split).get(row).copied().unwrap_or(1.0);
    for row in 1..history.len() {
        match split(row) {
            1.0 => findings.extend(not_applied(subject, row, &split)),
            factor => findings.extend(not_taken(subject, row, factor)),
        }
    }
}

fn not_applied(
    subject: &Subject<'_>,
    row: usize,
    split: &impl Fn(usize) -> f64,
) -> Option<Finding> {
    let close = subject.history.close();
    let change = (close[row] / close[row - 1]).ln();
    let scale = subject.scale[row];
    // The total return: a spin-off written as a dividend explains its fall.
    let size = change.abs().min(subject.returns[row].abs());
    let unusual = size >= SMALLEST.ln() * 0.95 && size >= UNUSUAL * scale;
    if !unusual {
        return None;
    }
    let tolerance = (NEAR.0 * scale).clamp(1e-3, NEAR.1);
    let factor = ratio::split_like((-change).exp(), tolerance)
        .filter(|f| f.ln().abs() >= SMALLEST.ln() * 0.99)?;
    let before = median(&close[row.saturating_sub(AROUND)..row]);
    let after = median(&close[row..(row + AROUND).min(close.len())]);
    let stays = ((after / before).ln() - change).abs() <= STAYS;
    let near = row.saturating_sub(MISDATED)..(row + MISDATED).min(close.len());
    let stated = near.clone().find(|t| (split(*t) / factor).ln().abs() < NEAR.1);
    if !stays || stated.is_some() || is_news(subject, row, factor) {
        return None;
    }
    let said =
        format!("the close moves as after a split of {}, and none is stated", ratio::words(factor));
    let evidence =
        [("close", close[row]), ("before", close[row - 1]), ("factor", factor), ("scale", scale)];
    Some(subject.finding(RULE.name, Severity::Warning, row, said, &evidence))
}

/// Whether so many shares were traded, in old shares, that the price moved for a reason.
fn is_news(subject: &Subject<'_>, row: usize, factor: f64) -> bool {
    let volume = subject.history.field(Field::Volume);
    let Some(traded) = volume.get(row) else { return false };
    let around = row.saturating_sub(VOLUME_SIDE)..(row + VOLUME_SIDE).min(volume.len());
    let usual = median(&volume[around]);
    usual > 0.0 && *traded > NEWS * factor.max(1.0) * usual
}

fn not_taken(subject: &Subject<'_>, row: usize, factor: f64) -> Option<Finding> {
    let close = subject.history.close();
    let off = subject.returns[row].abs();
    let bound = (NOT_TAKEN.0 * subject.scale[row]).max(NOT_TAKEN.1 * factor.ln().abs());
    // Without a usual size the second bound alone decides.
    let bound = if bound.is_nan() { NOT_TAKEN.1 * factor.ln().abs() } else { bound };
    if off.is_nan() || off <= bound {
        return None;
    }
    let near = row.saturating_sub(MISDATED).max(1)..(row + MISDATED).min(close.len());
    let moved = near.filter(|t| *t != row).find(|t| {
        ((close[*t] / close[*t - 1]).ln() + factor.ln()).abs() < NOT_TAKEN.1 * factor.ln().abs()
    });
    let words = ratio::words(factor);
    let change = 100.0 * (close[row] / close[row - 1] - 1.0);
    let said = match moved {
        Some(day) => format!(
            "a split of {words} is stated here, and the close moves by it on {}",
            subject.history.dates[day]
        ),
        None => format!("a split of {words} is stated, and the close changes by {change:+.1} %"),
    };
    let evidence = [("close", close[row]), ("before", close[row - 1]), ("factor", factor)];
    Some(subject.finding(RULE.name, Severity::Error, row, said, &evidence))
}

fn median(values: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
