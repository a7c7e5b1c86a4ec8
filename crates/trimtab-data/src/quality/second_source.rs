//! Another file that tells another return.
use super::{Finding, Rule, Severity, Subject, subject};
use crate::layout::Meaning;

pub(super) const RULE: Rule = Rule {
    name: "second-source",
    about: "The total returns of the same symbol in two files, between the same two days, differ by more than 1 %, \
            or what the caller names (simple returns). Vendors round to a cent and disagree about dividends by less; more is a wrong price, a \
            wrong day or a missing action in one of them. Raw prices without actions are compared with their own kind only.",
    check,
};

/// Difference of simple returns.
pub(super) const APART: f64 = 0.01;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(other) = subject.second else { return };
    let own = subject.history;
    let bare = |h: &crate::history::History| {
        h.meaning == Meaning::Raw && !h.has(crate::layout::Field::Dividend)
    };
    // Each pair is compared once, and reported at the file that was named first.
    if own.file > other.file || bare(own) != bare(other) {
        return;
    }
    let theirs = subject::returns(other);
    for row in 1..own.len() {
        let Ok(there) = other.dates.binary_search(&own.dates[row]) else { continue };
        if there == 0 || other.dates[there - 1] != own.dates[row - 1] {
            continue;
        }
        let (a, b) = (subject.returns[row].exp() - 1.0, theirs[there].exp() - 1.0);
        if (a - b).abs() > subject.apart {
            let said = format!(
                "the return is {:+.2} % here and {:+.2} % in {}:{}",
                100.0 * a,
                100.0 * b,
                other.file,
                other.lines[there]
            );
            let evidence = [("return", a), ("other", b), ("scale", subject.scale[row])];
            findings.push(subject.finding(RULE.name, Severity::Warning, row, said, &evidence));
        }
    }
}
