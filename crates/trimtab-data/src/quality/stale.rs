//! Bars that repeat the day before.
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Finding, Rule, Severity, Subject};
use crate::layout::Field;
use crate::prices::stale;

pub(super) const RULE: Rule = Rule {
    name: "stale",
    about: "Open, high, low and close equal those of the session before while high - low is at least 5 hundredths of a \
            percent of the close: four prices that moved within the day do not come back to the cent on the next. A close that \
            stays for 10 sessions or more is a note: an asset that is not traded, or a feed that stopped. When at \
            least half of three or more symbols are stale on a day, the feed is.",
    check,
};

/// Sessions without any change of the close that are worth a note: two weeks.
const UNCHANGED_MIN: usize = 10;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let history = subject.history;
    for row in stale(history) {
        let close = history.close()[row];
        let volumes = history.field(Field::Volume);
        let same = volumes.get(row).is_some_and(|v| *v == volumes[row - 1]);
        let said = match same {
            true => "open, high, low, close and volume repeat the session before",
            false => "open, high, low and close repeat the session before",
        };
        findings.push(subject.finding(
            RULE.name,
            Severity::Warning,
            row,
            said,
            &[("close", close)],
        ));
    }
    let mut start = 0;
    for run in history.close().chunk_by(|a, b| a == b) {
        if run.len() > UNCHANGED_MIN {
            let last = history.dates[start + run.len() - 1];
            let said = format!("the close stays the same for {} sessions, to {last}", run.len());
            let evidence = [("close", run[0]), ("sessions", run.len() as f64)];
            findings.push(subject.finding(RULE.name, Severity::Note, start, said, &evidence));
        }
        start += run.len();
    }
}

/// Days on which most symbols repeat the day before.
pub(super) fn feeds(subjects: &[Subject<'_>], findings: &mut Vec<Finding>) {
    /// Fewer symbols than this are no feed.
    const SYMBOLS_MIN: usize = 3;
    let mut days: BTreeMap<Date, (usize, &str)> = BTreeMap::new();
    for subject in subjects {
        for row in stale(subject.history) {
            days.entry(subject.history.dates[row]).or_insert((0, &subject.history.file)).0 += 1;
        }
    }
    for (date, (count, file)) in days {
        let with_bars = |s: &&Subject<'_>| {
            s.history.has(Field::High) && s.history.dates.binary_search(&date).is_ok()
        };
        let alive = subjects.iter().filter(with_bars).count();
        if alive >= SYMBOLS_MIN && 2 * count >= alive {
            findings.push(Finding {
                rule: RULE.name,
                severity: Severity::Error,
                symbol: String::new(),
                date: Some(date),
                file: file.to_owned(),
                line: 0,
                said: format!(
                    "{count} of {alive} symbols repeat the session before: the feed stood still"
                ),
                evidence: vec![("stale", count as f64), ("symbols", alive as f64)],
            });
        }
    }
}
